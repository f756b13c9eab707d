using System;
using Goroutines.ModelTests.Exploration;
using Goroutines.ModelTests.Models;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Goroutines.CoyoteTests;

/// <summary>
/// Goal: each item put into a run queue is taken exactly once, whole, by somebody, in the promised order, and no slot keeps
/// it alive afterwards, whatever owner and thieves do at the same time.
/// Method: the real LocalRunQueue with 4 slots on plain threads that Coyote schedules, at random and by priorities. With the
/// check of a compare-exchange's result left out, or one step made two, it has to find the failure.
/// </summary>
[TestClass]
public sealed class LocalRunQueueCoyoteTests
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

    // Two claims at once: who loses the compare-exchange has nothing.
    [TestMethod]
    [Timeout(60_000)]
    public void TryStealHalf_ClaimUnchecked_IsFound() => Finds(QueueScenarios.OwnerAndThief, SeededBug.ClaimUnchecked);

    [TestMethod]
    [Timeout(60_000)]
    public void TryStealHalf_ClaimInTwoSteps_IsFound() => Finds(QueueScenarios.OwnerAndThief, SeededBug.CompareExchangeInTwoSteps);

    [TestMethod]
    [Timeout(60_000)]
    public void TryStealOne_ClaimUnchecked_IsFound() => Finds(QueueScenarios.TwoThieves, SeededBug.ClaimUnchecked);

    [TestMethod]
    [Timeout(60_000)]
    public void TryTake_TakeUnchecked_IsFound() => Finds(QueueScenarios.SpawnedAndThief, SeededBug.TakeUnchecked);

    [TestMethod]
    [Timeout(60_000)]
    public void TryTakeNewest_TakeUnchecked_IsFound() => Finds(QueueScenarios.TakeBack, SeededBug.TakeUnchecked);

    [TestMethod]
    [Timeout(60_000)]
    public void TryStealRunnext_TakeUnchecked_IsFound() => Finds(QueueScenarios.RunnextStealer, SeededBug.RunnextUnchecked);

    // The tail shares its word with the head, which a thief moves at the same time.
    [TestMethod]
    [Timeout(60_000)]
    public void TryPutReadied_AdditionInTwoSteps_IsFound() => Finds(QueueScenarios.OwnerAndThief, SeededBug.AdditionInTwoSteps);

    // The books do not balance, or an assertion of the queue itself fails.
    private void Finds(Action<Simulation> scenario, SeededBug bug) =>
        Verify.Finds(TestContext, scenario, bug, nameof(AssertFailedException));
}
