using Goroutines.ModelTests.Exploration;
using Goroutines.ModelTests.Models;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Goroutines.CoyoteTests;

/// <summary>
/// Goal: a notification ends exactly one park, this one or the next, also when the time runs out at that moment; and the
/// portable parker never sleeps on one.
/// Method: the real MonitorParker, state word and monitor, on plain threads that Coyote schedules. Without its look at the
/// state under the monitor, or without its look after the time is over, the failure is found.
/// </summary>
[TestClass]
public sealed class MonitorParkerCoyoteTests
{
    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    [Timeout(60_000)]
    public void Park_MessageBeforeUnpark_IsSeenAfterPark() => Verify.Holds(TestContext, ParkScenarios.Message);

    [TestMethod]
    [Timeout(60_000)]
    public void Park_TimeRunsOutWhileNotified_NotificationCountsOnce() => Verify.Holds(TestContext, ParkScenarios.Timeout);

    [TestMethod]
    [Timeout(60_000)]
    public void Park_MailboxOfTwo_OwnerSeesBoth() => Verify.Holds(TestContext, ParkScenarios.Mailbox);

    [TestMethod]
    [Timeout(60_000)]
    public void Unpark_TwoAtOnce_OwnerWakes() => Verify.Holds(TestContext, ParkScenarios.TwoWakers);

    [TestMethod]
    [Timeout(60_000)]
    public void Park_SleepWithoutLook_IsFound() =>
        Verify.Finds(TestContext, ParkScenarios.Message, SeededBug.SleepWithoutLook, Verify.Deadlock);

    [TestMethod]
    [Timeout(60_000)]
    public void Park_TimeOverWithoutLook_IsFound() =>
        Verify.Finds(TestContext, ParkScenarios.Timeout, SeededBug.TimeOverWithoutLook, "The owner sleeps although it was notified.");
}
