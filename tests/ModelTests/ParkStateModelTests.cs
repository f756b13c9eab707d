using Goroutines.Internal.Primitives;
using Goroutines.ModelTests.Exploration;
using Goroutines.ModelTests.Memory;
using Goroutines.ModelTests.Models;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Goroutines.ModelTests;

/// <summary>
/// Goal: a notification ends exactly one park, this one or the next, also when the time runs out at that moment; and what
/// was written before Unpark is visible after Park.
/// Method: the real ParkState under a simulated futex and simulated store buffers, all schedules with a few preemptions and
/// random ones. Each of its moves made a plain store is found.
/// </summary>
[TestClass]
public sealed class ParkStateModelTests
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
    public void TransitionEmptyToParked_PlainStore_IsFound() => Verify.Finds(
        TestContext, ParkScenarios.Message, Weaken(OperationKind.CompareExchange, ParkState<ModelSync>.Parked, Treatment.Buffered));

    // Taking the notification is a fence too: the owner looks at what it was told of only after others can see that it did.
    [TestMethod]
    [Timeout(60_000)]
    public void TryTransitionNotifiedToEmpty_PlainStore_IsFound() => Verify.Finds(
        TestContext, ParkScenarios.Mailbox, Weaken(OperationKind.CompareExchange, ParkState<ModelSync>.Empty, Treatment.Buffered));

    [TestMethod]
    [Timeout(60_000)]
    public void TransitionToNotified_PlainStore_IsFound() => Verify.Finds(
        TestContext, ParkScenarios.Message, Weaken(OperationKind.Exchange, ParkState<ModelSync>.Notified, Treatment.Buffered));

    [TestMethod]
    [Timeout(60_000)]
    public void TransitionToNotified_WithoutRelease_IsFound() => Verify.Finds(
        TestContext,
        ParkScenarios.Message,
        Weaken(OperationKind.Exchange, ParkState<ModelSync>.Notified, Treatment.BufferedRelaxed),
        MemoryOrder.PartialStoreOrder);

    [TestMethod]
    [Timeout(60_000)]
    public void TransitionParkedToEmpty_PlainStore_IsFound() => Verify.Finds(
        TestContext, ParkScenarios.Timeout, Weaken(OperationKind.Exchange, ParkState<ModelSync>.Empty, Treatment.Buffered));

    private static Weakening Weaken(OperationKind kind, int toState, Treatment treatment) => new(operation =>
        operation.Kind == kind && operation.Location == Internals.ParkState && operation.Value == (ulong)toState
            ? treatment
            : Treatment.AsWritten);
}
