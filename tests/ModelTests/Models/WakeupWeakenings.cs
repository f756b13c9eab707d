using Goroutines.Internal.Scheduling;
using Goroutines.ModelTests.Memory;

namespace Goroutines.ModelTests.Models;

/// <summary>Seeded bugs of the wake-up protocol.</summary>
internal static class WakeupWeakenings
{
    /// <summary>A position of the global queue is reserved without a fence.</summary>
    public static Weakening ReservedWithoutFence { get; } = new(operation =>
        operation is { Kind: OperationKind.Add, Location: Internals.GlobalTail } ? Treatment.Buffered : Treatment.AsWritten);

    /// <summary>A parking machine counts its processor idle without a fence; leaving the idle lists' lock is none either.</summary>
    public static Weakening IdleWithoutFence { get; } = new(operation => operation switch
    {
        { Kind: OperationKind.Add, Location: Internals.WakeWord } when IsToIdle(operation.Value) => Treatment.Buffered,
        { Kind: OperationKind.Exchange, Location: Internals.IdleLock } => Treatment.Buffered,

        // The park state's own fences come after the look at the queues.
        _ => Treatment.AsWritten,
    });

    /// <summary>The same, but the lock's fence stays.</summary>
    public static Weakening IdleWithoutFenceUnderLock { get; } = new(operation =>
        operation is { Kind: OperationKind.Add, Location: Internals.WakeWord } && IsToIdle(operation.Value)
            ? Treatment.Buffered
            : Treatment.AsWritten);

    /// <summary>A searcher that found work counts itself out without a fence.</summary>
    public static Weakening StopSearchingWithoutFence { get; } = new(operation =>
        operation is { Kind: OperationKind.Add, Location: Internals.WakeWord, Value: unchecked(0UL - WakeWord.OneSearching) }
            ? Treatment.Buffered
            : Treatment.AsWritten);

    /// <summary>An idle processor is claimed by a store.</summary>
    public static Weakening ClaimBuffered { get; } = new(operation =>
        operation is { Kind: OperationKind.CompareExchange, Location: Internals.WakeWord }
        && new WakeWord(operation.Value).IdleCount < new WakeWord(operation.From).IdleCount
            ? Treatment.Buffered
            : Treatment.AsWritten);

    private static bool IsToIdle(ulong delta) => new WakeWord(delta).IdleCount == 1;
}
