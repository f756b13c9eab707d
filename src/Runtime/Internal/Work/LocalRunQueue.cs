using System;
using System.Collections.Generic;
using System.Diagnostics;
using Goroutines.Internal.Primitives;

namespace Goroutines.Internal.Work;

// Goal: the owner puts and takes at both ends without a lock while thieves take half from the old end, and nothing a slot
// held stays alive after it was taken.
//
// The whole state is one 64-bit word, so that every move is decided by one compare-exchange on the state as it is now:
//
//   bits 63..48  tail     the owner puts here; what it spawned it also takes here
//   bits 33..32  runnext  Empty, Full, or Taken (somebody frees it and is copying)
//   bits 31..16  head     the oldest item; thieves and the owner take here
//   bits 15..0   steal    equals head, or trails it while one thief is copying [steal, head)
//
// Positions count modulo 65,536 and index the ring modulo its capacity. steal <= head <= tail <= steal + capacity.
// The tail has the top bits so that its carry falls off the end and the owner can publish with one addition.
//
// Ways rejected:
// - Chase and Lev's deque (SPAA 2005): a thief takes one item a time; a batch taken with a stale bottom would contain items
//   the owner has popped since. Here a stale thief loses its compare-exchange, because the tail is in the same word.
// - Go's ring (runqgrab): a thief copies first and claims afterwards, so a slot must be one machine word and the thief cannot
//   clear what it took; stolen goroutines would stay reachable from their old ring.
// - A private stack that is donated (Hopac): work behind a long-running item could not be stolen until the owner comes back.
//
// Claim first, copy afterwards, as Tokio's queue does it: a thief moves head forward and leaves steal where it was. The slots
// between belong to it; the owner cannot put there because the ring ends at steal + capacity. When it has copied and cleared
// them it moves steal up to head. Since contents are only read after a claim, the wrap-around of positions is harmless: a
// compare-exchange that succeeds claims what is there now, whatever happened since the word was read.
//
// Put:   1. Write the slot at tail.       2. Add 1 to tail (full fence).         3. The caller looks for idle processors.
// Steal: 1. Claim [head, head + n).       2. Copy and clear those slots.         3. Move steal up to head (full fence).
// If put's 2 came before 1, a thief could claim a slot that is not written. If it were no full fence, the caller's look
// (see Wakeup.cs) could happen before the item is visible, and a machine that parks meanwhile would be missed.
// If steal's 3 came before 2, the owner could put into a slot that is still being read, or lose what it put to the clearing.
/// <summary>A processor's run queue: a ring for the owner's both ends and the thieves' old end, and the runnext slot.</summary>
/// <remarks>
/// What the owner spawned is taken newest first, as long as nothing was readied after it; what was readied or yielded is
/// taken oldest first. Owner-only methods are called by the machine that holds the processor; the others by anyone.
/// </remarks>
internal sealed class LocalRunQueue<TSync>
    where TSync : struct, ISync
{
    /// <summary>256 as in Go: half of it makes a batch worth a lock, all of it fits in the first-level cache.</summary>
    public const int DefaultCapacity = 256;

    // Written by owner and thieves with full fences, read with acquire.
    private PaddedWord _word;

    private readonly WorkItem[] _slots;
    private readonly int _mask;

    // Written by who holds the runnext bits of the word.
    private WorkItem _runnext;

    // How many items at the tail end the owner spawned with nothing readied in between. Owner only; thieves may have taken some.
    private int _spawnedAtTail;

    public LocalRunQueue(int capacity = DefaultCapacity)
    {
        Debug.Assert(capacity is >= 2 and <= 16_384, "Positions of 16 bits tell a full ring from an empty one.");
        Debug.Assert((capacity & (capacity - 1)) == 0, "The mask needs a power of two.");
        _slots = new WorkItem[capacity];
        _mask = capacity - 1;
#if DEBUG
        // Debug starts just before the positions wrap, so that every run exercises it.
        _word.Value = QueueWord.Create(position: 65_530).Bits;
#endif
    }

    /// <summary>Gets where the oldest item of the ring is. Positions count up, modulo 65,536.</summary>
    public ushort OldestPosition => Load().Head;

    /// <summary>Gets the position after the newest item of the ring. Changed by the owner only.</summary>
    public ushort EndPosition => Load().Tail;

    /// <summary>Gets how many items wait, runnext included: exact for nobody but a lone owner.</summary>
    public int Count
    {
        get
        {
            QueueWord word = Load();
            return word.Count + (word.HasRunnext ? 1 : 0);
        }
    }

    /// <summary>Gets whether the ring holds something a thief could take now.</summary>
    public bool HasStealable => Load().Count > 0;

    /// <summary>Gets whether a readied goroutine waits in runnext, where thieves do not look.</summary>
    public bool HasRunnext => Load().HasRunnext;

    /// <summary>Puts what the owner spawned. Returns false when the ring is full. Owner only. Full fence.</summary>
    public bool TryPutSpawned(WorkItem item)
    {
        if (!TryPut(item))
        {
            return false;
        }

        _spawnedAtTail++;
        return true;
    }

    /// <summary>Puts what was readied or yielded, behind all others. Returns false when full. Owner only. Full fence.</summary>
    public bool TryPutReadied(WorkItem item)
    {
        if (!TryPut(item))
        {
            return false;
        }

        _spawnedAtTail = 0;
        return true;
    }

    /// <summary>
    /// Puts a readied goroutine into runnext, to run next. Returns false when another was there; it is handed back in
    /// <paramref name="displaced"/> for the ring. Owner only. Full fence.
    /// </summary>
    public bool TryPutRunnext(WorkItem item, out WorkItem displaced)
    {
        while (true)
        {
            QueueWord word = Load();
            if (word.IsRunnextEmpty)
            {
                TSync.WriteSlot(ref _runnext, item);
                TSync.Add(ref _word.Value, QueueWord.RunnextFullDelta);
                displaced = default;
                return true;
            }

            if (!word.HasRunnext)
            {
                // Somebody is freeing the slot: the new one queues behind, as the displaced one would.
                displaced = item;
                return false;
            }

            if (TryMove(word, word.WithRunnextEmpty()))
            {
                displaced = TSync.ReadSlot(ref _runnext);
                TSync.WriteSlot(ref _runnext, item);
                TSync.Add(ref _word.Value, QueueWord.RunnextFullDelta);
                return false;
            }
        }
    }

    /// <summary>Takes runnext, else the newest spawned item, else the oldest. Owner only. Full fence when true.</summary>
    public bool TryTake(out WorkItem item)
    {
        while (true)
        {
            QueueWord word = Load();
            if (word.HasRunnext)
            {
                if (TryMove(word, word.WithRunnextEmpty()))
                {
                    item = TakeSlot(ref _runnext);
                    return true;
                }
            }
            else if (word.Count == 0)
            {
                _spawnedAtTail = 0;
                item = default;
                return false;
            }
            else if (_spawnedAtTail > 0)
            {
                if (TryMove(word, word.WithTailTaken()))
                {
                    _spawnedAtTail--;
                    item = TakeSlot(ref _slots[(word.Tail - 1) & _mask]);
                    return true;
                }
            }
            else if (TryMove(word, word.WithHeadTaken()))
            {
                item = TakeSlot(ref _slots[word.Head & _mask]);
                return true;
            }
        }
    }

    /// <summary>Takes the newest item of the ring if it is this work with this state. Owner only. Full fence when true.</summary>
    /// <remarks>The state alone does not tell an item: a callback may be posted with any object, a queued task among them.</remarks>
    public bool TryTakeNewest(object work, object state)
    {
        QueueWord word = Load();
        if (word.Count == 0)
        {
            return false;
        }

        // A thief may be clearing the slot meanwhile; then it moved the head, and the compare-exchange fails.
        ref WorkItem newest = ref _slots[(word.Tail - 1) & _mask];
        WorkItem seen = TSync.ReadSlot(ref newest);
        bool isMeant = ReferenceEquals(seen.Work, work) && ReferenceEquals(seen.State, state);
        if (!isMeant || !TryMove(word, word.WithTailTaken()))
        {
            return false;
        }

        _spawnedAtTail = Math.Max(0, _spawnedAtTail - 1);
        TSync.WriteSlot(ref newest, default);
        return true;
    }

    /// <summary>Takes the oldest item of the ring, whatever its kind. Owner only. Full fence when true.</summary>
    public bool TryTakeOldest(out WorkItem item)
    {
        for (QueueWord word = Load(); word.Count > 0; word = Load())
        {
            if (TryMove(word, word.WithHeadTaken()))
            {
                item = TakeSlot(ref _slots[word.Head & _mask]);
                return true;
            }
        }

        item = default;
        return false;
    }

    /// <summary>
    /// Takes the older half of a full ring so that it can go to the global run queue. Returns how many; 0 when a thief is
    /// copying right now. Owner only.
    /// </summary>
    public int TakeOldestHalf(Span<WorkItem> destination)
    {
        QueueWord word = Load();
        int count = Math.Min(destination.Length, _slots.Length / 2);
        if (word.IsBeingStolen || word.Count < count || !TryMove(word, word.WithClaimed(count)))
        {
            return 0;
        }

        CopyClaimed(word.Head, destination[..count]);
        FinishClaim();

        // The oldest went first, so of the spawned run at the tail only what is left can still be there.
        _spawnedAtTail = Math.Min(_spawnedAtTail, word.Count - count);
        return count;
    }

    /// <summary>Puts as many items as fit, in order. Returns how many. Owner only. Full fence when not 0.</summary>
    public int PutBatch(Span<WorkItem> items)
    {
        QueueWord word = Load();
        int count = Math.Min(items.Length, word.FreeCount(_slots.Length));
        if (count == 0)
        {
            return 0;
        }

        WriteAt(word.Tail, items[..count]);
        _spawnedAtTail = 0;
        TSync.Add(ref _word.Value, QueueWord.TailDelta(count));
        return count;
    }

    /// <summary>
    /// Steals half of this ring for <paramref name="thief"/>, the oldest first: returns one to run at once, the others are in
    /// the thief's ring. False when there is nothing, or another thief is copying. Called by the owner of the thief's ring.
    /// </summary>
    public bool TryStealHalf(LocalRunQueue<TSync> thief, out WorkItem item)
    {
        Debug.Assert(thief != this, "Nobody steals from itself.");
        QueueWord own = thief.Load();
        QueueWord word = Load();
        int count = Math.Min(word.Count - (word.Count / 2), own.FreeCount(thief._slots.Length) + 1);
        if (count == 0 || word.IsBeingStolen || !TryMove(word, word.WithClaimed(count)))
        {
            item = default;
            return false;
        }

        item = TakeSlot(ref _slots[word.Head & _mask]);
        if (count > 1)
        {
            int copied = 0;
            while (copied < count - 1)
            {
                Span<WorkItem> run = RunOf((ushort)(word.Head + 1 + copied), count - 1 - copied);
                thief.WriteAt((ushort)(own.Tail + copied), run);
                TSync.ClearSlots(run);
                copied += run.Length;
            }
        }

        FinishClaim();
        if (count > 1)
        {
            thief._spawnedAtTail = 0;
            TSync.Add(ref thief._word.Value, QueueWord.TailDelta(count - 1));
        }

        return true;
    }

    /// <summary>Steals the oldest item. False when there is none or another thief is copying. Any thread.</summary>
    public bool TryStealOne(out WorkItem item)
    {
        QueueWord word = Load();
        if (word.Count == 0 || word.IsBeingStolen || !TryMove(word, word.WithClaimed(1)))
        {
            item = default;
            return false;
        }

        item = TakeSlot(ref _slots[word.Head & _mask]);
        FinishClaim();
        return true;
    }

    /// <summary>Frees runnext from behind a goroutine that runs long. Any thread.</summary>
    public bool TryStealRunnext(out WorkItem item)
    {
        // Thieves of the ring move the same word; false has to mean that there is none.
        for (QueueWord word = Load(); word.HasRunnext; word = Load())
        {
            if (TryMove(word, word.WithRunnextTaken()))
            {
                item = TakeSlot(ref _runnext);
                TSync.Add(ref _word.Value, QueueWord.RunnextTakenToEmptyDelta);
                return true;
            }
        }

        item = default;
        return false;
    }

    /// <summary>Adds the items of the ring to a list, unless the ring changes meanwhile. Any thread; for debuggers.</summary>
    public void CopyTo(List<WorkItem> items)
    {
        QueueWord word = Load();
        for (int position = word.Head; position != word.Head + word.Count; position++)
        {
            // Two loads of one item: between equal words nobody has moved, so they belong together.
            WorkItem item = TSync.ReadSlot(ref _slots[position & _mask]);
            if (Load().Bits != word.Bits)
            {
                return;
            }

            items.Add(item);
        }
    }

    private bool TryPut(WorkItem item)
    {
        QueueWord word = Load();
        if (word.FreeCount(_slots.Length) == 0)
        {
            return false;
        }

        TSync.WriteSlot(ref _slots[word.Tail & _mask], item);
        TSync.Add(ref _word.Value, QueueWord.TailDelta(1));
        return true;
    }

    private QueueWord Load() => new(TSync.Read(ref _word.Value));

    private bool TryMove(QueueWord from, QueueWord to) =>
        TSync.CompareExchange(ref _word.Value, to.Bits, from.Bits) == from.Bits;

    // The owner may take from the head meanwhile, so what is done reaches up to wherever the head is now.
    private void FinishClaim()
    {
        QueueWord word = Load();
        while (!TryMove(word, word.WithStealFinished()))
        {
            word = Load();
        }
    }

    private void CopyClaimed(int position, Span<WorkItem> destination)
    {
        while (destination.Length > 0)
        {
            Span<WorkItem> run = RunOf((ushort)position, destination.Length);
            TSync.CopySlots(run, destination);
            TSync.ClearSlots(run);
            destination = destination[run.Length..];
            position += run.Length;
        }
    }

    private void WriteAt(int position, Span<WorkItem> items)
    {
        while (items.Length > 0)
        {
            Span<WorkItem> run = RunOf((ushort)position, items.Length);
            TSync.CopySlots(items[..run.Length], run);
            items = items[run.Length..];
            position += run.Length;
        }
    }

    // The slots from a position on, up to the end of the array.
    private Span<WorkItem> RunOf(ushort position, int count)
    {
        int index = position & _mask;
        return _slots.AsSpan(index, Math.Min(count, _slots.Length - index));
    }

    private static WorkItem TakeSlot(ref WorkItem slot)
    {
        WorkItem item = TSync.ReadSlot(ref slot);
        TSync.WriteSlot(ref slot, default);
        return item;
    }
}
