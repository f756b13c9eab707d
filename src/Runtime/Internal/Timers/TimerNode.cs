using System.Threading;
using Goroutines.Internal.Work;

namespace Goroutines.Internal.Timers;

/// <summary>A timer: when it expires, and what is to be queued then. It stays with one heap for its whole life.</summary>
internal abstract class TimerNode
{
    /// <summary>The time of a timer that is not armed: later than any other.</summary>
    public const long Unarmed = long.MaxValue;

    private bool _isClosed;

    protected TimerNode(TimerHeap heap) => Heap = heap;

    public TimerHeap Heap { get; }

    /// <summary>Gets or sets when it shall expire, in nanoseconds of the monotonic clock. Under the heap's lock.</summary>
    public long DueNs { get; set; } = Unarmed;

    /// <summary>Gets or sets how long after that it shall expire again; 0 for never. Under the heap's lock.</summary>
    public long PeriodNs { get; set; }

    /// <summary>Gets or sets the time of its entry in the heap; entries with another time are stale. Under the heap's lock.</summary>
    public long EntryNs { get; set; } = Unarmed;

    /// <summary>Gets or sets whether it cannot be armed any more. Written under the heap's lock, read by everyone.</summary>
    public bool IsClosed
    {
        get => Volatile.Read(ref _isClosed);
        set => Volatile.Write(ref _isClosed, value);
    }

    /// <summary>
    /// Called once for each time it expires, by whoever took it from the heap. Returns false when nothing is to be queued here.
    /// </summary>
    public abstract bool TryExpire(out WorkItem item);
}
