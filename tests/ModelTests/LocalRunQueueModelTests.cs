using Goroutines.ModelTests.Exploration;
using Goroutines.ModelTests.Memory;
using Goroutines.ModelTests.Models;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Goroutines.ModelTests;

/// <summary>
/// Goal: each item put into a run queue is taken exactly once, whole, by somebody, in the promised order, and no slot keeps
/// it alive afterwards, whatever owner and thieves do at the same time.
/// Method: the real LocalRunQueue with 4 slots over simulated store buffers; all schedules with a few preemptions, and random
/// ones. The weakened runs show that each of the steps its essay calls necessary is.
/// </summary>
[TestClass]
public sealed class LocalRunQueueModelTests
{
    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    [Timeout(60_000)]
    public void TryStealHalf_OwnerPutsAndTakes_EachItemIsTakenOnceInOrder() => Verify.Holds(TestContext, QueueScenarios.OwnerAndThief);

    [TestMethod]
    [Timeout(60_000)]
    public void TryTake_SpawnedItems_EachIsTakenOnce() => Verify.Holds(TestContext, QueueScenarios.SpawnedAndThief);

    [TestMethod]
    [Timeout(60_000)]
    public void TakeOldestHalf_RingOverflowsWhileStolen_EachItemIsTakenOnce() => Verify.Holds(TestContext, QueueScenarios.Overflow);

    [TestMethod]
    [Timeout(60_000)]
    public void TryStealOne_TwoThievesAndOwner_EachItemIsTakenOnce() => Verify.Holds(TestContext, QueueScenarios.TwoThieves);

    [TestMethod]
    [Timeout(60_000)]
    public void TryStealRunnext_OwnerReplacesIt_EachItemIsTakenOnce() => Verify.Holds(TestContext, QueueScenarios.RunnextStealer);

    [TestMethod]
    [Timeout(60_000)]
    public void TryTakeNewest_ThiefAtTheOtherEnd_EachItemIsTakenOnce() => Verify.Holds(TestContext, QueueScenarios.TakeBack);

    // Put's order: the slot first, then the tail.
    [TestMethod]
    [Timeout(60_000)]
    public void TryPut_SlotWrittenAfterTail_IsFound() =>
        Verify.Finds(TestContext, QueueScenarios.OwnerAndThief, QueueWeakenings.SlotAfterTail);

    // Put's addition without release: the tail may overtake the slot where stores are not kept in order.
    [TestMethod]
    [Timeout(60_000)]
    public void TryPut_TailWithoutRelease_IsFound() =>
        Verify.Finds(TestContext, QueueScenarios.OwnerAndThief, QueueWeakenings.TailWithoutRelease, MemoryOrder.PartialStoreOrder);

    // Steal's order: copy and clear, then give the slots back to the owner.
    [TestMethod]
    [Timeout(60_000)]
    public void TryStealHalf_FinishedBeforeTheCopy_IsFound() =>
        Verify.Finds(TestContext, QueueScenarios.OwnerAndThief, QueueWeakenings.CopyAfterFinish);

    [TestMethod]
    [Timeout(60_000)]
    public void TryStealHalf_FinishedBeforeTheClearing_IsFound() =>
        Verify.Finds(TestContext, QueueScenarios.OwnerAndThief, QueueWeakenings.ClearAfterFinish);

    // Two claims at once: the claim has to be one step.
    [TestMethod]
    [Timeout(60_000)]
    public void TryStealHalf_ClaimIsAPlainStore_IsFound() =>
        Verify.Finds(TestContext, QueueScenarios.OwnerAndThief, QueueWeakenings.ClaimBuffered);

    [TestMethod]
    [Timeout(60_000)]
    public void TryTake_ClaimIsAPlainStore_IsFound() =>
        Verify.Finds(TestContext, QueueScenarios.SpawnedAndThief, QueueWeakenings.TakeBuffered);

    // Who frees runnext clears it before it says that it is empty.
    [TestMethod]
    [Timeout(60_000)]
    public void TryStealRunnext_EmptyWithoutRelease_IsFound() =>
        Verify.Finds(TestContext, QueueScenarios.RunnextStealer, QueueWeakenings.RunnextFreedWithoutRelease, MemoryOrder.PartialStoreOrder);

    // Shows that the check for slots that keep something alive can fail.
    [TestMethod]
    [Timeout(60_000)]
    public void HoldsNothing_ClearingLeftOut_IsFound() =>
        Verify.Finds(TestContext, QueueScenarios.ForgottenClearing, weakening: null);
}
