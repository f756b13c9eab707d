using Goroutines.ModelTests.Memory;
using Goroutines.ModelTests.Models;
using Microsoft.VisualStudio.TestTools.UnitTesting;
using Goroutines.ModelTests.Exploration;

namespace Goroutines.ModelTests;

/// <summary>
/// Goal: a processor that the monitor takes from a machine in the middle of an item is used by one of them at any time, what
/// one has put into its queue the other finds, and it is given away once.
/// Method: the real Handoff and LocalRunQueue over simulated store buffers. The barrier left out, the wait for the decision
/// left out, and the look at the holder in the wrong place are each found.
/// </summary>
[TestClass]
public sealed class HandoffModelTests
{
    private static readonly Weakening s_withoutBarrier = new(operation =>
        operation.Kind == OperationKind.ProcessWideBarrier ? Treatment.Buffered : Treatment.AsWritten);

    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    [Timeout(60_000)]
    public void Retake_MachineUsesItsProcessor_OneAtATimeAndNothingIsLost() => Verify.Holds(TestContext, HandoffScenarios.Uses());

    [TestMethod]
    [Timeout(60_000)]
    public void Retake_MachineGivesItsProcessorAway_OneOfThemDoes() => Verify.Holds(TestContext, HandoffScenarios.GivesAway());

    [TestMethod]
    [Timeout(60_000)]
    public void Retake_WithoutBarrier_IsFound() => Verify.Finds(TestContext, HandoffScenarios.Uses(), s_withoutBarrier);

    [TestMethod]
    [Timeout(60_000)]
    public void Settle_WithoutWaiting_IsFound() =>
        Verify.Finds(TestContext, HandoffScenarios.Uses(waitsForDecision: false), weakening: null);

    [TestMethod]
    [Timeout(60_000)]
    public void Retake_HolderReadBeforeInside_IsFound() =>
        Verify.Finds(TestContext, HandoffScenarios.GivesAway(looksAtHolderFirst: true), weakening: null);
}
