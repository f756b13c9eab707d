namespace Goroutines.Compare.Workloads;

/// <summary>The part of a skynet that an actor is told to grow.</summary>
/// <param name="Number">The number of its first leaf.</param>
/// <param name="LeafCount">How many leaves it has, a power of ten.</param>
internal sealed record SkynetPart(long Number, int LeafCount)
{
    public const int ChildCount = 10;

    public SkynetPart Child(int index) => new(Number + ((long)index * (LeafCount / ChildCount)), LeafCount / ChildCount);
}
