namespace Goroutines.Internal.Primitives;

/// <summary>A lock for a few instructions. The product's is the RankedLock; model tests put one in its place that they can see.</summary>
internal abstract class ShortLock
{
    public abstract void Enter();

    /// <summary>Returns false when another thread holds the lock.</summary>
    public abstract bool TryEnter();

    /// <summary>Leaves the lock. Full fence: what was written under the lock is visible before any later read.</summary>
    public abstract void Exit();
}
