using Goroutines.ModelTests.Exploration;
using Goroutines.ModelTests.Models;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Goroutines.ModelTests;

/// <summary>
/// Goal: each item put into the global run queue is taken exactly once and whole, one putter's items in their order, whoever
/// is between reserving a position and writing its slot. That no wake is lost by it is in WakeupModelTests.
/// Method: the real GlobalRunQueue with segments of 2 and 4 slots over simulated store buffers.
/// </summary>
[TestClass]
public sealed class GlobalRunQueueModelTests
{
    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    [Timeout(60_000)]
    [DataRow(2)]
    [DataRow(4)]
    public void Put_TwoPuttersTwoTakers_EachItemIsTakenOnce(int segmentCapacity) =>
        Verify.Holds(TestContext, GlobalQueueScenarios.PuttersAndTakers(segmentCapacity));

    [TestMethod]
    [Timeout(60_000)]
    [DataRow(2)]
    [DataRow(4)]
    public void Put_OnePutter_ItsItemsAreTakenInOrder(int segmentCapacity) =>
        Verify.Holds(TestContext, GlobalQueueScenarios.OnePutterOneTaker(segmentCapacity));

    // Put's 1: two putters must not reserve the same position.
    [TestMethod]
    [Timeout(60_000)]
    public void Put_ReservedByAPlainStore_IsFound() =>
        Verify.Finds(TestContext, GlobalQueueScenarios.PuttersAndTakers(4), WakeupWeakenings.ReservedWithoutFence);
}
