using Goroutines.ModelTests.Exploration;
using Goroutines.ModelTests.Memory;
using Goroutines.ModelTests.Models;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Goroutines.ModelTests;

/// <summary>
/// Goal: who sleeps until the next timer is due is woken when an earlier one is armed.
/// Method: the real TimerAlarm over simulated store buffers, two who arm and one who keeps time. The fence of either side left out
/// is found, and
/// so is waking the keeper before.
/// </summary>
[TestClass]
public sealed class TimerModelTests
{
    private static readonly Weakening s_withoutFenceOfArm = new(operation =>
        operation.Kind == OperationKind.Exchange && operation.Location == Internals.Lock ? Treatment.Buffered : Treatment.AsWritten);

    private static readonly Weakening s_withoutFenceOfAlarm = new(operation =>
        operation.Kind == OperationKind.CompareExchange && operation.Location == Internals.Alarm
            ? Treatment.Buffered
            : Treatment.AsWritten);

    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    [Timeout(60_000)]
    public void KeepTime_EarlierTimersArmed_IsInTime() => Verify.Holds(TestContext, TimerScenarios.KeepsTime);

    [TestMethod]
    [Timeout(60_000)]
    public void KeepTime_AnotherTakesTheTurn_IsInTime() => Verify.Holds(TestContext, TimerScenarios.KeepersTakeTurns());

    [TestMethod]
    [Timeout(60_000)]
    public void Wake_KeeperReadBeforeItsAlarm_IsFound() =>
        Verify.Finds(TestContext, TimerScenarios.KeepersTakeTurns(readsKeeperFirst: true), weakening: null);

    [TestMethod]
    [Timeout(60_000)]
    public void Arm_WithoutFence_IsFound() => Verify.Finds(TestContext, TimerScenarios.KeepsTime, s_withoutFenceOfArm);

    [TestMethod]
    [Timeout(60_000)]
    public void SetAlarm_WithoutFence_IsFound() => Verify.Finds(TestContext, TimerScenarios.KeepsTime, s_withoutFenceOfAlarm);
}
