using Goroutines.Internal.Work;

namespace Goroutines.ModelTests.Memory;

/// <summary>A store that its thread has made and memory has not seen yet.</summary>
internal sealed class PendingStore
{
    public required Region Region { get; init; }

    public required int Index { get; init; }

    public StoreKind Kind { get; init; }

    /// <summary>Gets the value, or for an addition what is added.</summary>
    public ulong Bits { get; init; }

    public WorkItem Item { get; init; }

    /// <summary>Gets whether everything before it reaches memory before it.</summary>
    public bool IsRelease { get; init; }

    public bool IsAt(Region region, int index) => Region == region && Index == index;
}
