using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Threading;
using Goroutines.Internal.Primitives;

namespace Goroutines.Internal.Work;

// Goal: threads from outside put at the price of one locked instruction and do not wait for each other or for takers; takers
// take batches; nothing a slot held stays alive after it was taken.
//
// Ways rejected:
// - One lock for both sides, which this queue had: two locked instructions a put, and each taker's batch makes putters spin.
// - The BCL's ConcurrentQueue: a taker pays a compare-exchange for each item, and putter and takers share its lines for each.
// - A lane for each outside thread: no locked instruction, but a fence all the same, and an order only within each lane.
//
// Positions count up for ever. A put reserves the next one by an addition to the tail, finds the segment it is in, and writes
// the slot there. Takers hold the lock, read from the head on and stop at a slot that is reserved and not written yet. A
// segment goes back to the spares when its last slot was taken, so nobody who has reserved a position in it can be late.
//
// Put:   1. Add 1 to tail (full fence).     2. Write the slot (release).         3. The caller looks for idle processors.
// Take:  1. Read the tail.                  2. Read and clear written slots.     3. Move the head (release).
// Empty: the head has reached the tail. A reserved slot counts as an item before it is written: the machine that parks
// meanwhile (Wakeup.cs) does not see the item, but sees that one is coming, and stays. So the fence between "there is work"
// and the look at idle processors is the addition itself, and the slot needs none after it. If the slot were written without
// release, a taker could see the callback without its state. If emptiness were judged by the slots, a putter between 1 and 2
// and a parking machine could miss each other.
//
// Memory: who puts in the middle of a segment appends the next one. When there is no memory for it, Put of one item throws
// before it reserves, from then on. A position is never given back, so what is reserved by then waits for memory; half a
// segment is left for that. If a put threw after 1, its slot would stay empty for ever, and everything behind it.
//
// A thread that is preempted between 1 and 2 holds up those behind it, as it would holding a lock. Takers then yield.
/// <summary>The queue all processors share: work from outside, what a full ring sheds, and PreferFairness tasks; oldest first.</summary>
internal sealed partial class GlobalRunQueue<TSync>
    where TSync : struct, ISync
{
    // 16 KiB: one put in a thousand looks for the next segment under the lock.
    public const int DefaultSegmentCapacity = 1024;

    // 1 MiB. What a larger burst needed more is left to the next collection of the oldest generation, and used until then.
    private const int SpareSegmentCountMax = 64;

    // Written by putters with full fences, read with acquire.
    private PaddedWord _tail;

    // Written under the lock with release, read with acquire.
    private PaddedWord _head;

    // Written under the lock, read by putters, who check the segment's base. Release/acquire.
    private Segment _tailSegment;

    // Set while there is no memory for the segment after the last. Written under the lock; putters may see it late.
    private volatile bool _lacksMemory;

    private readonly int _segmentCapacity;
    private readonly Func<int, WorkItem[]> _allocateSlots;
    private readonly ShortLock _lock;
    private Segment _headSegment;

    /// <param name="lock">The takers' lock.</param>
    /// <param name="segmentCapacity">How many slots a segment has, a power of two.</param>
    /// <param name="allocateSlots">Makes the slots of a segment, empty ones; tests let it fail.</param>
    public GlobalRunQueue(
        ShortLock @lock, int segmentCapacity = DefaultSegmentCapacity, Func<int, WorkItem[]>? allocateSlots = null)
    {
        Debug.Assert((segmentCapacity & (segmentCapacity - 1)) == 0, "The base of a position needs a power of two.");
        _lock = @lock;
        _segmentCapacity = segmentCapacity;
        _allocateSlots = allocateSlots ?? (static capacity => new WorkItem[capacity]);
        _headSegment = new Segment(_allocateSlots(segmentCapacity));
        _tailSegment = _headSegment;
    }

    /// <summary>Gets how many items wait, those included that are being put right now.</summary>
    public long Count
    {
        get
        {
            // The head may pass the tail that was read; both only grow.
            ulong tail = TSync.Read(ref _tail.Value);
            return Math.Max(0, (long)(tail - TSync.Read(ref _head.Value)));
        }
    }

    public bool IsEmpty => Count == 0;

    /// <summary>Puts one item at the end. Full fence before anybody can miss it.</summary>
    /// <exception cref="InsufficientMemoryException">There is no memory for more items. The item was not put.</exception>
    public void Put(WorkItem item)
    {
        EnsureMemory();
        ulong position = TSync.Add(ref _tail.Value, 1) - 1;
        TSync.PublishSlot(ref SlotOf(position), item);
        AppendAtMiddle(position, count: 1);
    }

    /// <summary>Puts items at the end, in order. Full fence before anybody can miss them.</summary>
    /// <remarks>For items that are in no other queue any more: never fails, waits if there is no memory.</remarks>
    public void Put(ReadOnlySpan<WorkItem> items)
    {
        ulong position = TSync.Add(ref _tail.Value, (ulong)items.Length) - (ulong)items.Length;
        foreach (ref readonly WorkItem item in items)
        {
            TSync.PublishSlot(ref SlotOf(position), item);
            position++;
        }

        AppendAtMiddle(position - (ulong)items.Length, items.Length);
    }

    /// <summary>Throws if there is no memory for more items.</summary>
    /// <exception cref="InsufficientMemoryException">There is none.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void EnsureMemory()
    {
        if (_lacksMemory)
        {
            AppendOrThrow();
        }
    }

    /// <summary>Takes the oldest item. False when there is none, or it is still being put.</summary>
    public bool TryTake(out WorkItem item)
    {
        item = default;
        return !IsEmpty && Take(new Span<WorkItem>(ref item), processorCount: 1) > 0;
    }

    /// <summary>Takes a fair share for one of several processors: count / processors + 1, oldest first. Returns how many.</summary>
    /// <remarks>The share is that of Go's globrunqget. It may be less, or nothing, when items are still being put.</remarks>
    public int TakeShare(Span<WorkItem> destination, int processorCount) =>
        IsEmpty ? 0 : Take(destination, processorCount);

    /// <summary>Adds the waiting items to a list, for debuggers. Returns false when another thread holds the lock.</summary>
    public bool TryCopyTo(List<WorkItem> items)
    {
        if (!_lock.TryEnter())
        {
            return false;
        }

        try
        {
            ulong position = TSync.Read(ref _head.Value);
            for (Segment? segment = _headSegment; segment is not null; segment = segment.Next)
            {
                for (; position < segment.Base + (ulong)_segmentCapacity; position++)
                {
                    if (TSync.TryReadPublished(ref segment.Items[position - segment.Base], out WorkItem item))
                    {
                        items.Add(item);
                    }
                }
            }
        }
        finally
        {
            // The list may find no memory to grow.
            _lock.Exit();
        }

        return true;
    }

    private ref WorkItem SlotOf(ulong position)
    {
        // A segment that is recycled meanwhile gets a base above this position: its own cannot be recycled before it is taken.
        Segment segment = Volatile.Read(ref _tailSegment);
        ulong index = position - Volatile.Read(ref segment.Base);
        WorkItem[] items = segment.Items;
        return ref index < (ulong)items.Length ? ref items[index] : ref FindSlot(position);
    }

    private int Take(Span<WorkItem> destination, int processorCount)
    {
        _lock.Enter();
        ulong head = TSync.Read(ref _head.Value);
        long count = (long)(TSync.Read(ref _tail.Value) - head);
        long share = Math.Min(count, (count / processorCount) + 1);
        destination = destination[..(int)Math.Min(share, destination.Length)];
        int taken = 0;
        while (taken < destination.Length && TryMoveToSegment_NeedsLock(head + (ulong)taken))
        {
            int run = TakeRun_NeedsLock(head + (ulong)taken, destination[taken..]);
            if (run == 0)
            {
                break;
            }

            taken += run;
        }

        TSync.Write(ref _head.Value, head + (ulong)taken);
        _lock.Exit();
        return taken;
    }

    // Takes what is written and stands in the head segment from a position on.
    private int TakeRun_NeedsLock(ulong position, Span<WorkItem> destination)
    {
        int index = (int)(position - _headSegment.Base);
        Span<WorkItem> slots = _headSegment.Items.AsSpan(index, Math.Min(destination.Length, _segmentCapacity - index));
        int taken = 0;
        while (taken < slots.Length && TSync.TryReadPublished(ref slots[taken], out destination[taken]))
        {
            taken++;
        }

        TSync.ClearSlots(slots[..taken]);
        return taken;
    }

    // Makes the segment of a position the head, if it is there already. The one before it is empty then, and all its putters done.
    private bool TryMoveToSegment_NeedsLock(ulong position)
    {
        Segment emptied = _headSegment;
        if (position - emptied.Base < (ulong)_segmentCapacity)
        {
            return true;
        }

        if (emptied.Next is null)
        {
            return false;
        }

        _headSegment = emptied.Next;
        if (_tailSegment == emptied)
        {
            Volatile.Write(ref _tailSegment, _headSegment);
        }

        PutSpare_NeedsLock(emptied);
        return true;
    }
}
