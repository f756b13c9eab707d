using Goroutines.Internal.Work;

namespace Goroutines.Internal.Netpoll;

/// <summary>What waits for one direction of a descriptor. It is queued when that is ready, or when it never will be.</summary>
internal abstract class PollOperation
{
    /// <summary>
    /// Called once for each wait, by whoever took the operation from its slot. Returns false when nothing is to be queued here.
    /// </summary>
    public abstract bool TryReady(out WorkItem item);
}
