using System;

namespace Goroutines.Internal.Timers;

/// <summary>Entries of a heap of four children a node: times, and whose they are. Not safe for threads.</summary>
internal sealed class TimerEntries
{
    private const int Arity = 4;
    private const int CapacityMin = 16;

    // After a burst of more than so many the room is given back, when the first one after it comes.
    private const int KeptCapacityMax = 64 * 1024;

    // At the same index. The timers are in a struct, or each store would look at the timer's type, which is not in the cache.
    private long[] _times = new long[CapacityMin];
    private Slot[] _slots = new Slot[CapacityMin];

    public int Count { get; private set; }

    /// <summary>Gets the earliest time; <see cref="TimerNode.Unarmed"/> when there is none.</summary>
    public long FirstNs => Count > 0 ? _times[0] : TimerNode.Unarmed;

    public long TimeAt(int index) => _times[index];

    public TimerNode NodeAt(int index) => _slots[index].Node;

    /// <summary>Makes room for one more, or throws for want of memory and changes nothing.</summary>
    public void EnsureRoom()
    {
        int capacity = Count == _times.Length ? 2 * Count
            : Count == 0 && _times.Length > KeptCapacityMax ? CapacityMin
            : _times.Length;
        if (capacity != _times.Length)
        {
            long[] times = new long[capacity];
            Slot[] slots = new Slot[capacity];
            Array.Copy(_times, times, Count);
            Array.Copy(_slots, slots, Count);
            _times = times;
            _slots = slots;
        }
    }

    /// <summary>Adds an entry, for which there is room.</summary>
    public void Add(long timeNs, TimerNode node)
    {
        int index = Count++;
        while (index > 0)
        {
            int parent = (index - 1) / Arity;
            if (_times[parent] <= timeNs)
            {
                break;
            }

            _times[index] = _times[parent];
            _slots[index] = _slots[parent];
            index = parent;
        }

        _times[index] = timeNs;
        _slots[index].Node = node;
    }

    public void RemoveFirst()
    {
        int last = Count - 1;
        if (last > 0)
        {
            Count = last;
            SiftDown(0, _times[last], _slots[last].Node);
            _slots[last] = default;
        }
        else
        {
            RemoveLast();
        }
    }

    /// <summary>Gives the first entry a later time.</summary>
    public void PostponeFirst(long timeNs) => SiftDown(0, timeNs, _slots[0].Node);

    /// <summary>Removes the entry at the end of the array, which is nobody's parent.</summary>
    public void RemoveLast()
    {
        Count--;
        _slots[Count] = default;
    }

    /// <summary>Keeps the entries that are wanted, and orders them anew.</summary>
    /// <param name="isWanted">Called once for the index of each entry, before that is overwritten.</param>
    public void Keep(Func<int, bool> isWanted)
    {
        int kept = 0;
        for (int i = 0; i < Count; i++)
        {
            if (isWanted(i))
            {
                _times[kept] = _times[i];
                _slots[kept] = _slots[i];
                kept++;
            }
        }

        Array.Clear(_slots, kept, Count - kept);
        Count = kept;
        for (int i = kept > 1 ? (kept - 2) / Arity : -1; i >= 0; i--)
        {
            SiftDown(i, _times[i], _slots[i].Node);
        }
    }

    // Moves the hole at an index down to where the entry belongs, and puts it there.
    private void SiftDown(int index, long timeNs, TimerNode node)
    {
        long[] times = _times;
        for (int first = (index * Arity) + 1; first < Count; first = (index * Arity) + 1)
        {
            int least = first;
            int end = Math.Min(first + Arity, Count);
            for (int child = first + 1; child < end; child++)
            {
                least = times[child] < times[least] ? child : least;
            }

            if (times[least] >= timeNs)
            {
                break;
            }

            times[index] = times[least];
            _slots[index] = _slots[least];
            index = least;
        }

        times[index] = timeNs;
        _slots[index].Node = node;
    }

    private struct Slot
    {
        public TimerNode Node;
    }
}
