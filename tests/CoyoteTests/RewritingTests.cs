using System.Threading;
using Goroutines.Internal.Primitives;
using Goroutines.ModelTests.Exploration;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Goroutines.CoyoteTests;

/// <summary>
/// Goal: Coyote is in charge, of the test program and of the library: none of the other tests passes because nothing is explored.
/// Method: counters with a lost update, which only a switch between the two operations can show, in the code of either.
/// </summary>
[TestClass]
public sealed class RewritingTests
{
    private const string LostUpdate = "An update is lost.";

    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    [Timeout(60_000)]
    public void TestProgram_LostUpdate_IsFound() => Verify.Finds(TestContext, LostUpdate, () =>
    {
        int count = 0;
        RunTwice(() => Volatile.Write(ref count, Volatile.Read(ref count) + 1));
        Assert.AreEqual(2, count, LostUpdate);
    });

    [TestMethod]
    [Timeout(60_000)]
    public void Library_LostUpdate_IsFound() => Verify.Finds(TestContext, LostUpdate, () =>
    {
        int count = 0;
        RunTwice(() => HardwareSync.Write(ref count, HardwareSync.Read(ref count) + 1));
        Assert.AreEqual(2, count, LostUpdate);
    });

    [TestMethod]
    [Timeout(60_000)]
    public void Library_ParkWithoutUnpark_IsFound() => Verify.Finds(TestContext, Verify.Deadlock, () =>
    {
        var parker = new MonitorParker();
        RunTwice(parker.Park);
    });

    private static void RunTwice(ThreadStart body)
    {
        var first = new Thread(body);
        var second = new Thread(body);
        first.Start();
        second.Start();
        first.Join();
        second.Join();
    }
}
