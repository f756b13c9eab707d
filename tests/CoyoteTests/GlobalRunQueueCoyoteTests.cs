using Goroutines.ModelTests.Exploration;
using Goroutines.ModelTests.Models;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Goroutines.CoyoteTests;

/// <summary>
/// Goal: each item put into the global run queue is taken exactly once and whole, one putter's items in their order.
/// Method: the real GlobalRunQueue with segments of 2 and 4 slots on plain threads that Coyote schedules.
/// </summary>
[TestClass]
public sealed class GlobalRunQueueCoyoteTests
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
}
