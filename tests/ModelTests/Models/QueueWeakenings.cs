using Goroutines.Internal.Work;
using Goroutines.ModelTests.Memory;

namespace Goroutines.ModelTests.Models;

/// <summary>Seeded bugs of the run queue, recognised by what the word's move means.</summary>
internal static class QueueWeakenings
{
    /// <summary>The item is written into its slot only after the tail was moved.</summary>
    public static Weakening SlotAfterTail { get; } = new(operation =>
        operation is { Kind: OperationKind.WriteSlot, Location: Internals.Slots, Value: 1 } ? Treatment.HeldBack : Treatment.AsWritten);

    /// <summary>The tail is moved without release and without fence.</summary>
    public static Weakening TailWithoutRelease { get; } = new(operation =>
        IsPublish(operation) ? Treatment.BufferedRelaxed : Treatment.AsWritten);

    /// <summary>The tail is moved with release but without fence.</summary>
    public static Weakening TailWithoutFence { get; } = new(operation =>
        IsPublish(operation) ? Treatment.Buffered : Treatment.AsWritten);

    /// <summary>A thief says that it is done before it copies.</summary>
    public static Weakening CopyAfterFinish { get; } = new(operation =>
        operation.Kind is OperationKind.CopySlots or OperationKind.ClearSlots ? Treatment.HeldBack : Treatment.AsWritten);

    /// <summary>A thief says that it is done before it clears what it copied.</summary>
    public static Weakening ClearAfterFinish { get; } = new(operation =>
        operation.Kind == OperationKind.ClearSlots ? Treatment.HeldBack : Treatment.AsWritten);

    /// <summary>A thief claims by a store.</summary>
    public static Weakening ClaimBuffered { get; } = new(operation =>
        operation is { Kind: OperationKind.CompareExchange, Location: Internals.QueueWord }
        && !new QueueWord(operation.From).IsBeingStolen
        && new QueueWord(operation.Value).IsBeingStolen
            ? Treatment.Buffered
            : Treatment.AsWritten);

    /// <summary>The owner takes by a store, at either end.</summary>
    public static Weakening TakeBuffered { get; } = new(operation =>
        operation is { Kind: OperationKind.CompareExchange, Location: Internals.QueueWord }
        && new QueueWord(operation.Value).Count == new QueueWord(operation.From).Count - 1
        && new QueueWord(operation.Value).IsBeingStolen == new QueueWord(operation.From).IsBeingStolen
            ? Treatment.Buffered
            : Treatment.AsWritten);

    /// <summary>Runnext is given back without release.</summary>
    public static Weakening RunnextFreedWithoutRelease { get; } = new(operation =>
        operation is { Kind: OperationKind.Add, Location: Internals.QueueWord, Value: QueueWord.RunnextTakenToEmptyDelta }
            ? Treatment.BufferedRelaxed
            : Treatment.AsWritten);

    private static bool IsPublish(in Operation operation) =>
        operation is { Kind: OperationKind.Add, Location: Internals.QueueWord } && new QueueWord(operation.Value).Tail != 0
        && operation.Value << 16 == 0;
}
