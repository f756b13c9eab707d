using System;
using System.Collections.Generic;
using System.Threading;
using Goroutines.Internal.Primitives;

namespace Goroutines.Internal.Timers;

// Goal: to arm a timer and to disarm it again costs a few tens of nanoseconds, for most timers are timeouts that never expire; a
// million of them that do expire cost little each; and any thread can see, without the lock, when it has to come back.
//
// The way (Go's of 1.23, time.go): a heap of four children a node for each processor, with the times in an array of their own, so
// that the four are in one cache line. A timer that is disarmed or postponed stays where it is in the heap; what its entry says is
// put right when the entry comes to the top. The others are swept out when they are more than the live ones, and those at the
// end of the array at once: there a timeout stands that is disarmed soon after it was armed, and taking it away needs no sifting.
//
// Ways rejected:
// - A timing wheel: as cheap to arm, and cheaper when most of a million timers expire in one tick. But its ticks are of one
//   length (a millisecond for most), which all sleeps then round up to, and an idle process has to look for its next timer.
// - The index of its entry in each timer, to take it out at once: each step of each sifting would write into another object.
// - A state word for each timer and no lock, as Go had it: the lock is free nearly always, since a processor arms its own timers,
//   and costs two interlocked operations; the state word costs as many, and a proof.
/// <summary>The timers of one processor. Any thread may arm, disarm and take them.</summary>
internal sealed class TimerHeap
{
    // Below this many a sweep is not worth its call.
    private const int StaleCountMin = 64;

    // So many are kept for reuse. Arbitrary: some hundred kilobytes.
    private const int SpareCountMax = 1024;

    private readonly RankedLock _lock = new(LockRank.Timers);
    private readonly Stack<TimerNode> _spares = new();

    private readonly TimerEntries _entries = new();

    // Entries that will be dropped when they come to the top: their timer is disarmed, or has an earlier entry.
    private int _staleCount;

    // With more stale ones than this they are swept out, if they are more than the others.
    private int _sweepCount = StaleCountMin;
    private readonly Func<int, bool> _keeps;

    // The time of the first entry. Written under the lock, read by everyone. The lock's exit is a full fence.
    private long _nextNs = TimerNode.Unarmed;

    public TimerHeap() => _keeps = Keeps;

    /// <summary>Gets when somebody has to look here next, in nanoseconds; <see cref="TimerNode.Unarmed"/> for never.</summary>
    public long NextNs => Volatile.Read(ref _nextNs);

    /// <summary>Gets how many timers are armed, for diagnostics.</summary>
    public int ArmedCount => Math.Max(0, _entries.Count - Volatile.Read(ref _staleCount));

    /// <summary>Arms a timer, or arms it anew. Full fence: the caller then makes sure that somebody looks in time.</summary>
    /// <param name="node">A timer of this heap.</param>
    /// <param name="dueNs">When it expires, in nanoseconds of the monotonic clock.</param>
    /// <param name="periodNs">How long after that it expires again; 0 for never.</param>
    /// <returns>False when the timer is closed.</returns>
    public bool Arm(TimerNode node, long dueNs, long periodNs)
    {
        _lock.Enter();
        try
        {
            return !node.IsClosed && Arm_NeedsLock(node, dueNs, periodNs);
        }
        finally
        {
            _lock.Exit();
        }
    }

    /// <summary>Takes a spare timer and arms it. Null when there is none. Full fence, as <see cref="Arm"/>.</summary>
    public TimerNode? TryArmSpare(long dueNs)
    {
        _lock.Enter();
        try
        {
            if (_spares.TryPop(out TimerNode? node))
            {
                Arm_NeedsLock(node, dueNs, periodNs: 0);
            }

            return node;
        }
        finally
        {
            _lock.Exit();
        }
    }

    /// <summary>Takes a spare timer, unarmed. Null when there is none.</summary>
    public TimerNode? TryTakeSpare()
    {
        _lock.Enter();
        _spares.TryPop(out TimerNode? node);
        _lock.Exit();
        return node;
    }

    /// <summary>Gives back a timer that is not armed and that nobody refers to, for another use.</summary>
    public void PutSpare(TimerNode node)
    {
        _lock.Enter();
        try
        {
            if (_spares.Count < SpareCountMax)
            {
                _spares.Push(node);
            }
        }
        finally
        {
            _lock.Exit();
        }
    }

    /// <summary>Disarms a timer. False when it was not armed: it has expired, or is being expired.</summary>
    public bool Disarm(TimerNode node)
    {
        _lock.Enter();
        bool wasArmed = Disarm_NeedsLock(node);
        _lock.Exit();
        return wasArmed;
    }

    /// <summary>Disarms a timer for ever. Full fence.</summary>
    public void Close(TimerNode node)
    {
        _lock.Enter();
        node.IsClosed = true;
        Disarm_NeedsLock(node);
        _lock.Exit();
    }

    /// <summary>Takes timers that have expired by now, the earliest first; those with a period are armed anew.</summary>
    /// <returns>How many; as many as there is room for when there may be more.</returns>
    public int TakeExpired(long nowNs, Span<TimerNode> expired)
    {
        if (NextNs > nowNs)
        {
            return 0;
        }

        _lock.Enter();
        int taken = 0;
        while (taken < expired.Length && _entries.FirstNs <= nowNs)
        {
            TimerNode node = _entries.NodeAt(0);
            if (TryExpireFirst(node, nowNs))
            {
                expired[taken++] = node;
            }
        }

        PublishNext();
        _lock.Exit();
        return taken;
    }

    // The first entry's time has come. Takes it out or puts it where it belongs; true when its timer expires.
    private bool TryExpireFirst(TimerNode node, long nowNs)
    {
        if (IsStale(0))
        {
            ForgetEntry(0);
            _entries.RemoveFirst();
            return false;
        }

        // A timer that was postponed may be due as well, but others are due before it.
        bool isExpired = node.DueNs == _entries.FirstNs;
        if (isExpired)
        {
            node.DueNs = node.PeriodNs > 0 ? NextTurn(node, nowNs) : TimerNode.Unarmed;
        }

        node.EntryNs = node.DueNs;
        if (node.DueNs == TimerNode.Unarmed)
        {
            _entries.RemoveFirst();
        }
        else
        {
            _entries.PostponeFirst(node.DueNs);
        }

        return isExpired;
    }

    // Turns that were missed are left out, and the later ones come when they would have come without that.
    private static long NextTurn(TimerNode node, long nowNs)
    {
        long missed = (nowNs - node.DueNs) / node.PeriodNs;
        return node.DueNs + ((missed + 1) * node.PeriodNs);
    }

    private bool Disarm_NeedsLock(TimerNode node)
    {
        bool wasArmed = node.DueNs != TimerNode.Unarmed;
        if (wasArmed)
        {
            node.DueNs = TimerNode.Unarmed;
            _staleCount++;
            DropStale();
            PublishNext();
        }

        return wasArmed;
    }

    // Returns true. To fail for want of memory changes nothing.
    private bool Arm_NeedsLock(TimerNode node, long dueNs, long periodNs)
    {
        _entries.EnsureRoom();
        bool wasArmed = node.DueNs != TimerNode.Unarmed;
        node.DueNs = dueNs;
        node.PeriodNs = periodNs;
        if (dueNs >= node.EntryNs)
        {
            // There is an entry that comes up early enough; it is put right then.
            _staleCount -= wasArmed ? 0 : 1;
            return true;
        }

        // A later entry, if there is one, is stale from now on. That of a disarmed timer was before.
        _staleCount += wasArmed ? 1 : 0;
        node.EntryNs = dueNs;
        _entries.Add(dueNs, node);
        DropStale();
        PublishNext();
        return true;
    }

    private bool IsStale(int index)
    {
        TimerNode node = _entries.NodeAt(index);
        return node.EntryNs != _entries.TimeAt(index) || node.DueNs == TimerNode.Unarmed;
    }

    private void PublishNext()
    {
        long nextNs = _entries.FirstNs;
        if (nextNs != _nextNs)
        {
            Volatile.Write(ref _nextNs, nextNs);
        }
    }

    // A stale entry whose time its timer is armed for again passes for a live one and stays. Should there be many (those of the time
    // that stands for infinity), the next sweep waits until there are twice as many.
    private void DropStale()
    {
        while (_entries.Count > 0 && IsStale(_entries.Count - 1))
        {
            ForgetEntry(_entries.Count - 1);
            _entries.RemoveLast();
        }

        if (_staleCount > _sweepCount && _staleCount > _entries.Count / 2)
        {
            _entries.Keep(_keeps);
            _sweepCount = Math.Max(StaleCountMin, 2 * _staleCount);
        }
    }

    // A stale entry goes. If it was the one its timer knew of, the timer has none any more.
    private void ForgetEntry(int index)
    {
        _staleCount--;
        TimerNode node = _entries.NodeAt(index);
        if (node.EntryNs == _entries.TimeAt(index))
        {
            node.EntryNs = TimerNode.Unarmed;
        }
    }

    private bool Keeps(int index)
    {
        bool isStale = IsStale(index);
        if (isStale)
        {
            ForgetEntry(index);
        }

        return !isStale;
    }
}
