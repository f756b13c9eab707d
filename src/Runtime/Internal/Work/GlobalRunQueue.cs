using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Threading;
using Goroutines.Internal.Primitives;

namespace Goroutines.Internal.Work;

/// <summary>The queue all processors share: work from outside, what a full ring sheds, and PreferFairness tasks; oldest first.</summary>
/// <remarks>
/// A list of segments under one lock. Takers take batches, so the lock is entered about once in a hundred items on that side.
/// Every put ends with the lock's full fence, after which the caller looks for idle processors (Wakeup.cs).
/// </remarks>
internal sealed class GlobalRunQueue
{
    private const int SegmentCapacity = 256;

    // 64 segments are 256 KiB: bursts of 16,000 items allocate nothing the second time.
    private const int SpareSegmentCountMax = 64;

    private readonly RankedLock _lock = new(LockRank.GlobalRunQueue);
    private Segment _head = new();
    private Segment _tail;
    private int _headIndex;
    private int _tailIndex;
    private Segment? _spare;
    private int _spareCount;

    // Written under the lock, read without by who only wants to know whether to look. Release/acquire.
    private long _count;

    public GlobalRunQueue() => _tail = _head;

    /// <summary>Gets how many items wait.</summary>
    public long Count => Volatile.Read(ref _count);

    public bool IsEmpty => Volatile.Read(ref _count) == 0;

    /// <summary>Puts one item at the end. Full fence.</summary>
    public void Put(WorkItem item)
    {
        _lock.Enter();
        Append_NeedsLock(item);
        Volatile.Write(ref _count, _count + 1);
        _lock.Exit();
    }

    /// <summary>Puts items at the end, in order. Full fence.</summary>
    public void Put(ReadOnlySpan<WorkItem> items)
    {
        _lock.Enter();
        foreach (ref readonly WorkItem item in items)
        {
            Append_NeedsLock(item);
        }

        Volatile.Write(ref _count, _count + items.Length);
        _lock.Exit();
    }

    /// <summary>Takes the oldest item.</summary>
    public bool TryTake(out WorkItem item)
    {
        item = default;
        if (IsEmpty)
        {
            return false;
        }

        _lock.Enter();
        bool isTaken = _count > 0;
        if (isTaken)
        {
            item = RemoveFirst_NeedsLock();
            Volatile.Write(ref _count, _count - 1);
        }

        _lock.Exit();
        return isTaken;
    }

    /// <summary>Takes a fair share for one of several processors: count / processors + 1, oldest first. Returns how many.</summary>
    /// <remarks>The share is that of Go's globrunqget.</remarks>
    public int TakeShare(Span<WorkItem> destination, int processorCount)
    {
        if (IsEmpty)
        {
            return 0;
        }

        _lock.Enter();
        long share = Math.Min(_count, (_count / processorCount) + 1);
        int taken = (int)Math.Min(share, destination.Length);
        for (int copied = 0; copied < taken;)
        {
            copied += CopyRun_NeedsLock(destination[copied..taken]);
        }

        Volatile.Write(ref _count, _count - taken);
        _lock.Exit();
        return taken;
    }

    /// <summary>Adds the waiting items to a list, for debuggers. Returns false when another thread holds the lock.</summary>
    public bool TryCopyTo(List<WorkItem> items)
    {
        if (!_lock.TryEnter())
        {
            return false;
        }

        int index = _headIndex;
        for (Segment? segment = _head; segment is not null; segment = segment.Next, index = 0)
        {
            int end = segment == _tail ? _tailIndex : SegmentCapacity;
            for (; index < end; index++)
            {
                items.Add(segment.Items[index]);
            }
        }

        _lock.Exit();
        return true;
    }

    private void Append_NeedsLock(WorkItem item)
    {
        if (_tailIndex == SegmentCapacity)
        {
            Segment segment = _spare ?? new Segment();
            if (_spare is not null)
            {
                _spare = segment.Next;
                _spareCount--;
                segment.Next = null;
            }

            _tail.Next = segment;
            _tail = segment;
            _tailIndex = 0;
        }

        _tail.Items[_tailIndex++] = item;
    }

    private WorkItem RemoveFirst_NeedsLock()
    {
        DropEmptyHead_NeedsLock();
        ref WorkItem slot = ref _head.Items[_headIndex++];
        WorkItem item = slot;
        slot = default;
        return item;
    }

    private int CopyRun_NeedsLock(Span<WorkItem> destination)
    {
        DropEmptyHead_NeedsLock();
        int end = _head == _tail ? _tailIndex : SegmentCapacity;
        Span<WorkItem> run = _head.Items.AsSpan(_headIndex, Math.Min(destination.Length, end - _headIndex));
        Debug.Assert(run.Length > 0, "The count says that there is more.");
        run.CopyTo(destination);
        run.Clear();
        _headIndex += run.Length;
        return run.Length;
    }

    private void DropEmptyHead_NeedsLock()
    {
        if (_headIndex < SegmentCapacity)
        {
            return;
        }

        Segment emptied = _head;
        _head = emptied.Next ?? throw new InvalidOperationException("The global run queue counts more items than it holds.");
        _headIndex = 0;
        emptied.Next = null;
        if (_spareCount < SpareSegmentCountMax)
        {
            emptied.Next = _spare;
            _spare = emptied;
            _spareCount++;
        }
    }

    private sealed class Segment
    {
        public readonly WorkItem[] Items = new WorkItem[SegmentCapacity];

        public Segment? Next;
    }
}
