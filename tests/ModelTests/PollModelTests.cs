using Goroutines.ModelTests.Exploration;
using Goroutines.ModelTests.Memory;
using Goroutines.ModelTests.Models;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Goroutines.ModelTests;

/// <summary>
/// Goal: an operation that waits for a descriptor goes on after each event, and each of its waits ends once.
/// Method: the real PollSlot over simulated store buffers, with one who operates, and those who tell of events, cancel or close. An
/// operation's move of the word that is no read-modify-write is found.
/// </summary>
[TestClass]
public sealed class PollModelTests
{
    private const ulong Empty = 0;
    private const ulong Ready = 1;
    private const ulong Waiting = 2;

    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    [Timeout(60_000)]
    public void Wait_BytesComeAtAnyTime_AllAreRead() => Verify.Holds(TestContext, PollScenarios.ReadsAll);

    [TestMethod]
    [Timeout(60_000)]
    public void Wait_AfterAStaleEvent_AllAreRead() => Verify.Holds(TestContext, PollScenarios.ReadsAllAfterAStaleEvent);

    [TestMethod]
    [Timeout(60_000)]
    public void Wait_TwoTellOfEvents_AllAreRead() => Verify.Holds(TestContext, PollScenarios.TwoTellOfEvents);

    [TestMethod]
    [Timeout(60_000)]
    public void Wait_CanceledWhileReady_EndsOnce() => Verify.Holds(TestContext, PollScenarios.CanceledWhileReady);

    [TestMethod]
    [Timeout(60_000)]
    public void Wait_ClosedWhileReady_EndsOnce() => Verify.Holds(TestContext, PollScenarios.ClosedWhileReady);

    [TestMethod]
    [Timeout(60_000)]
    public void ClearReady_WithoutFence_IsFound() =>
        Verify.Finds(TestContext, PollScenarios.ReadsAllAfterAStaleEvent, Without(Ready, Empty));

    [TestMethod]
    [Timeout(60_000)]
    public void TryWait_NotInOnePiece_IsFound() =>
        Verify.Finds(TestContext, PollScenarios.ReadsAll, Without(Empty, Waiting));

    private static Weakening Without(ulong from, ulong to) => new(operation =>
        operation.Kind == OperationKind.CompareExchange
        && operation.Location == Internals.PollState
        && operation.From == from
        && operation.Value == to
            ? Treatment.Buffered
            : Treatment.AsWritten);
}
