using System;
using System.Runtime.CompilerServices;
using System.Threading;

namespace Goroutines.Internal.Work;

// The chain of segments: head ... tail ... last. The tail is where putters look first; it follows when one of them finds its
// position beyond it. Segments are only ever appended behind the last, under the lock.
internal sealed partial class GlobalRunQueue<TSync>
{
    private readonly WeakReference<Segment?> _surplus = new(null);
    private Segment? _spare;
    private int _spareCount;

    [MethodImpl(MethodImplOptions.NoInlining)]
    private ref WorkItem FindSlot(ulong position)
    {
        Segment? segment;
        var spinner = default(SpinWait);
        while (!TryFindSegment(position, out segment))
        {
            // The position is reserved, so its item must come. Threads that run on, and the next collection, free memory. A sleep
            // could be interrupted, and the item lost.
            spinner.SpinOnce(sleep1Threshold: -1);
        }

        return ref segment!.Items[position - segment.Base];
    }

    // Finds the segment of a reserved position, appended if need be. False when there is no memory for it.
    private bool TryFindSegment(ulong position, out Segment? segment)
    {
        ulong start = position & ~(ulong)(_segmentCapacity - 1);
        _lock.Enter();
        segment = _tailSegment.Base <= start ? _tailSegment : _headSegment;
        while (segment is not null && segment.Base != start)
        {
            segment = segment.Next ?? TryAppend_NeedsLock(segment);
        }

        _lacksMemory = segment is null;
        if (segment is not null && segment.Base > _tailSegment.Base)
        {
            Volatile.Write(ref _tailSegment, segment);
        }

        _lock.Exit();
        return segment is not null;
    }

    // Appends the next segment when positions just written include the middle of one, so that later ones find it there.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void AppendAtMiddle(ulong position, int count)
    {
        ulong untilMiddle = ((ulong)(_segmentCapacity / 2) - position) & (ulong)(_segmentCapacity - 1);
        if (untilMiddle < (ulong)count)
        {
            TryAppend();
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void AppendOrThrow()
    {
        if (!TryAppend())
        {
            throw new InsufficientMemoryException("There is no memory to queue more work in the scheduler; what is queued stays so.");
        }
    }

    // Sees to it that there is a segment behind the tail.
    private bool TryAppend()
    {
        _lock.Enter();
        bool isThere = _tailSegment.Next is not null || TryAppend_NeedsLock(_tailSegment) is not null;
        _lacksMemory = !isThere;
        _lock.Exit();
        return isThere;
    }

    private Segment? TryAppend_NeedsLock(Segment last)
    {
        Segment? segment = TakeSpare_NeedsLock() ?? TryCreateSegment();
        if (segment is not null)
        {
            segment.Next = null;

            // The slots were cleared before this, so who sees the base sees them empty.
            Volatile.Write(ref segment.Base, last.Base + (ulong)_segmentCapacity);
            last.Next = segment;
        }

        return segment;
    }

    private Segment? TryCreateSegment()
    {
        try
        {
            return new Segment(_allocateSlots(_segmentCapacity));
        }
        catch (OutOfMemoryException)
        {
            return null;
        }
    }

    private Segment? TakeSpare_NeedsLock()
    {
        if (_surplus.TryGetTarget(out Segment? segment))
        {
            _surplus.SetTarget(segment.Next);
        }
        else if (_spare is not null)
        {
            segment = _spare;
            _spare = segment.Next;
            _spareCount--;
        }

        return segment;
    }

    private void PutSpare_NeedsLock(Segment emptied)
    {
        if (_spareCount < SpareSegmentCountMax)
        {
            emptied.Next = _spare;
            _spare = emptied;
            _spareCount++;
        }
        else
        {
            emptied.Next = _surplus.TryGetTarget(out Segment? surplus) ? surplus : null;
            _surplus.SetTarget(emptied);
        }
    }

    private sealed class Segment(WorkItem[] items)
    {
        public readonly WorkItem[] Items = items;

        // The position of the first slot. Written under the lock with release, read with acquire.
        public ulong Base;

        // Under the lock.
        public Segment? Next;
    }
}
