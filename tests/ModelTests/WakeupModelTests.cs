using System;
using Goroutines.ModelTests.Exploration;
using Goroutines.ModelTests.Memory;
using Goroutines.ModelTests.Models;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Goroutines.ModelTests;

/// <summary>
/// Goal: no wake-up is lost. When nobody can go on any more, each item has run once and all processors are idle; and an item
/// that holds its processor never strands one behind it while the other processor is idle.
/// Method: the real LocalRunQueue, Wakeup and ParkState, called in the scheduler's order by two machines and a submitter,
/// over simulated store buffers; schedules with a few preemptions and random ones. The monitor is not there to help.
/// Each fence and each second look that the proof in Wakeup.cs names is taken away once, and that is found.
/// </summary>
[TestClass]
public sealed class WakeupModelTests
{
    private const int ExecutionCountMax = 6_000;

    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    [Timeout(60_000)]
    public void Spawn_TwoFromOutside_BothRun() => Holds(WakeupScenarios.TwoFromOutside);

    [TestMethod]
    [Timeout(60_000)]
    public void Spawn_TwoSubmitters_BothRun() => Holds(WakeupScenarios.TwoSubmitters);

    [TestMethod]
    [Timeout(60_000)]
    public void Spawn_ParentHoldsItsProcessor_ChildRunsOnTheOther() => Holds(WakeupScenarios.SpawnAndWait);

    [TestMethod]
    [Timeout(60_000)]
    public void Spawn_OtherMachineAboutToPark_ChildRunsOnIt() => Holds(WakeupScenarios.SpawnWhileOtherParks);

    [TestMethod]
    [Timeout(60_000)]
    public void Spawn_EarlierHoldsItsProcessor_LaterRunsOnTheOther() => Holds(WakeupScenarios.WaitForLater);

    [TestMethod]
    [Timeout(60_000)]
    public void Ready_BesideASpawn_BothRun() => Holds(WakeupScenarios.SpawnedAndReadied);

    [TestMethod]
    [Timeout(60_000)]
    public void GiveAway_WithRing_AllRun() => Verify.Holds(
        TestContext, WakeupScenarios.BlockWithRing(CreateWithSpare), preemptionCountMax: 2, ExecutionCountMax);

    // Both global queues count for who parks.
    [TestMethod]
    [Timeout(60_000)]
    public void Park_ReadiedNotSeen_IsFound() =>
        FindsOmission(WakeupScenarios.SpawnedAndReadied, simulation => new MiniScheduler(simulation) { SeesReadied = false });

    [TestMethod]
    [Timeout(60_000)]
    public void Ready_GlobalPutWithoutFence_IsFound() =>
        Finds(WakeupScenarios.SpawnedAndReadied, WakeupWeakenings.ReservedWithoutFence);

    // Park's 3 for a machine that gives its processor away in the middle of an item.
    [TestMethod]
    [Timeout(60_000)]
    public void GiveAway_WithoutLookingOnceMore_IsFound() => FindsOmission(
        WakeupScenarios.BlockWithRing,
        simulation => new MiniScheduler(simulation, spareMachineCount: 1) { LooksAfterGivingAway = false });

    // Submit's 2, from a machine: the put is a full fence.
    [TestMethod]
    [Timeout(60_000)]
    public void Spawn_LocalPutWithoutFence_IsFound() => Finds(WakeupScenarios.SpawnWhileOtherParks, QueueWeakenings.TailWithoutFence);

    // Submit's 2, from outside: reserving a position is a full fence.
    [TestMethod]
    [Timeout(60_000)]
    public void Spawn_GlobalPutWithoutFence_IsFound() => Finds(WakeupScenarios.TwoFromOutside, WakeupWeakenings.ReservedWithoutFence);

    // Park's 2.
    [TestMethod]
    [Timeout(60_000)]
    public void Park_IdleCountWithoutFence_IsFound() => Finds(WakeupScenarios.TwoFromOutside, WakeupWeakenings.IdleWithoutFence);

    // Park's 2 is there twice: leaving the idle lists' lock would do. The word's own fence keeps the protocol free of that.
    [TestMethod]
    [Timeout(60_000)]
    public void Park_IdleCountWithoutFenceInsideTheLock_StillHolds() => Verify.Holds(
        TestContext,
        WakeupScenarios.TwoFromOutside(simulation => new MiniScheduler(simulation)),
        preemptionCountMax: 2,
        ExecutionCountMax / 2,
        WakeupWeakenings.IdleWithoutFenceUnderLock);

    // Park's 3.
    [TestMethod]
    [Timeout(60_000)]
    public void Park_WithoutLookingOnceMore_IsFound() =>
        FindsOmission(WakeupScenarios.TwoFromOutside, simulation => new MiniScheduler(simulation) { LooksAfterParking = false });

    // Stop searching's 2.
    [TestMethod]
    [Timeout(60_000)]
    public void StopSearching_WithoutFence_IsFound() => Finds(WakeupScenarios.WaitForLater, WakeupWeakenings.StopSearchingWithoutFence);

    // Stop searching's 3.
    [TestMethod]
    [Timeout(60_000)]
    public void StopSearching_WithoutLookingOnceMore_IsFound() =>
        FindsOmission(WakeupScenarios.WaitForLater, simulation => new MiniScheduler(simulation) { LooksAfterSearching = false });

    // A claim is one step: two submitters must not claim the same processor.
    [TestMethod]
    [Timeout(60_000)]
    public void Wake_ClaimIsAPlainStore_IsFound() => Finds(WakeupScenarios.TwoSubmitters, WakeupWeakenings.ClaimBuffered);

    // A machine that was not searching takes a batch: what it puts into its ring was invisible to one that parked meanwhile.
    [TestMethod]
    [Timeout(60_000)]
    public void TakeGlobal_BatchByNonSearcherWithoutLook_IsFound() =>
        FindsOmission(WakeupScenarios.WaitForLater, simulation => new MiniScheduler(simulation) { LooksAfterBatch = false });

    private static MiniScheduler CreateWithSpare(Simulation simulation) => new(simulation, spareMachineCount: 1);

    private void Holds(Func<Func<Simulation, MiniScheduler>, Action<Simulation>> scenario) =>
        Verify.Holds(TestContext, scenario(simulation => new MiniScheduler(simulation)), preemptionCountMax: 2, ExecutionCountMax);

    private void Finds(Func<Func<Simulation, MiniScheduler>, Action<Simulation>> scenario, Weakening weakening) =>
        Verify.Finds(
            TestContext, scenario(simulation => new MiniScheduler(simulation)), weakening, executionCountMax: 10 * ExecutionCountMax);

    private void FindsOmission(
        Func<Func<Simulation, MiniScheduler>, Action<Simulation>> scenario, Func<Simulation, MiniScheduler> create) =>
        Verify.Finds(TestContext, scenario(create), weakening: null, executionCountMax: 10 * ExecutionCountMax);
}
