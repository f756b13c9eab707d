using System;
using Goroutines.ModelTests.Exploration;
using Goroutines.ModelTests.Models;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Goroutines.CoyoteTests;

/// <summary>
/// Goal: no wake-up is lost. When nobody can go on any more, each item has run once and all processors are idle; and an item
/// that holds its processor never strands one behind it while the other processor is idle.
/// Method: the real LocalRunQueue, Wakeup and MonitorParker, called in the scheduler's order by two machines and a submitter
/// on plain threads that Coyote schedules. The monitor is not there to help. Each second look that the proof in Wakeup.cs
/// names is left out once, and that is found.
/// </summary>
[TestClass]
public sealed class WakeupCoyoteTests
{
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

    // Park's 3.
    [TestMethod]
    [Timeout(60_000)]
    public void Park_WithoutLookingOnceMore_IsFound() =>
        Finds(WakeupScenarios.TwoFromOutside, simulation => new MiniScheduler(simulation) { LooksAfterParking = false });

    // Stop searching's 3.
    [TestMethod]
    [Timeout(60_000)]
    public void StopSearching_WithoutLookingOnceMore_IsFound() =>
        Finds(WakeupScenarios.WaitForLater, simulation => new MiniScheduler(simulation) { LooksAfterSearching = false });

    // A machine that was not searching takes a batch: what it puts into its ring was invisible to one that parked meanwhile.
    [TestMethod]
    [Timeout(60_000)]
    public void TakeGlobal_BatchByNonSearcherWithoutLook_IsFound() =>
        Finds(WakeupScenarios.WaitForLater, simulation => new MiniScheduler(simulation) { LooksAfterBatch = false });

    // Two must not claim the same processor.
    [TestMethod]
    [Timeout(60_000)]
    public void Wake_IdleClaimUnchecked_IsFound() => Verify.Finds(
        TestContext,
        WakeupScenarios.TwoSubmitters(simulation => new MiniScheduler(simulation)),
        SeededBug.IdleClaimUnchecked,
        nameof(AssertFailedException));

    // The parker's own second look, seen through the whole protocol.
    [TestMethod]
    [Timeout(60_000)]
    public void Park_SleepWithoutLook_IsFound() => Verify.Finds(
        TestContext,
        WakeupScenarios.TwoFromOutside(simulation => new MiniScheduler(simulation)),
        SeededBug.SleepWithoutLook,
        Verify.Deadlock);

    private void Holds(Func<Func<Simulation, MiniScheduler>, Action<Simulation>> scenario) =>
        Verify.Holds(TestContext, scenario(simulation => new MiniScheduler(simulation)));

    private void Finds(Func<Func<Simulation, MiniScheduler>, Action<Simulation>> scenario, Func<Simulation, MiniScheduler> create) =>
        Verify.Finds(TestContext, scenario(create), SeededBug.None, "has run 0 times");
}
