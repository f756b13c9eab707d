using System;
using System.Runtime.CompilerServices;
using System.Threading;
using Goroutines.Internal.Primitives;
using Goroutines.Internal.Timers;
using Goroutines.Internal.Work;

namespace Goroutines.Internal.Scheduling;

// Who looks at the timers, so that each expires when it is due and nobody is woken for nothing:
//
//   a machine that has a processor   at those of its processor when its queue is empty and at each fairness turn, and at all
//                                    others' before it parks
//   the monitor                      at all, at each tick; it sleeps no longer than until the next is due. It ticks while any
//                                    processor is held, so a machine that arms a timer wakes nobody for it
//   the timekeeper                   one of the parked machines. It sleeps until the next timer is due, then queues what has
//                                    expired, which wakes a machine: itself most of the time
//   the BCL's timer                  after disposal; what expires goes to the ThreadPool
//
// Who arms a timer without a processor makes sure that one of them comes in time (TimerAlarm.cs). The processors' heaps outlive
// them: when the count is lowered, the timers of those that left are looked after by all.
internal sealed partial class Scheduler
{
    private const int ExpiredBatchMax = 32;

    // So many are moved to one queue in a turn; the rest in the next, when thieves have had a chance.
    private const int ExpiredTurnMax = 4 * ExpiredBatchMax;

    // At index i those of the processor with number i. Grows under the resize lock. Release/acquire.
    private TimerHeap[] _timerHeaps = [];

    /// <summary>Gets when the next timer is due, in nanoseconds of the monotonic clock.</summary>
    public long NextTimerNs
    {
        get
        {
            long nextNs = TimerNode.Unarmed;
            foreach (TimerHeap heap in TimerHeaps)
            {
                nextNs = Math.Min(nextNs, heap.NextNs);
            }

            return nextNs;
        }
    }

    /// <summary>Gets how many timers are armed, for diagnostics.</summary>
    public int TimerCount
    {
        get
        {
            int count = 0;
            foreach (TimerHeap heap in TimerHeaps)
            {
                count += heap.ArmedCount;
            }

            return count;
        }
    }

    /// <summary>Gets the heap for a timer of the calling thread.</summary>
    public TimerHeap LocalTimers
    {
        get
        {
            if (Machine.Current is { } machine && machine.Scheduler == this && machine.Processor is { } processor)
            {
                return processor.Timers;
            }

            TimerHeap[] heaps = TimerHeaps;
            return heaps[(uint)Environment.CurrentManagedThreadId % (uint)Math.Min(heaps.Length, ProcessorCount)];
        }
    }

    private TimerHeap[] TimerHeaps => Volatile.Read(ref _timerHeaps);

    /// <summary>Arms a timer, or arms it anew.</summary>
    /// <inheritdoc cref="TimerHeap.Arm"/>
    public bool Arm(TimerNode node, long dueNs, long periodNs)
    {
        bool isOpen = node.Heap.Arm(node, dueNs, periodNs);
        NoteArmed(dueNs);
        return isOpen;
    }

    /// <summary>Takes a spare timer of a heap and arms it. Null when there is none.</summary>
    public TimerNode? TryArmSpare(TimerHeap heap, long dueNs)
    {
        TimerNode? node = heap.TryArmSpare(dueNs);
        if (node is not null)
        {
            NoteArmed(dueNs);
        }

        return node;
    }

    /// <summary>Queues what has expired of the machine's own processor. Owner only, inside.</summary>
    /// <param name="processor">The machine's processor.</param>
    /// <param name="isRingInherited">
    /// Whether its ring is what a blocked machine left behind. If many block in turn, what is put behind all that waits for long.
    /// </param>
    /// <returns>Whether any has expired.</returns>
    public bool ExpireOwnTimers(Processor processor, bool isRingInherited)
    {
        TimerHeap timers = processor.Timers;
        if (timers.NextNs == TimerNode.Unarmed)
        {
            return false;
        }

        long nowNs = MonotonicClock.NowNs;
        return (isRingInherited ? ExpireTimers(timers, nowNs) : ExpireTimers(timers, processor, nowNs)) > 0;
    }

    /// <summary>Queues what has expired anywhere on the machine's processor. Owner only, inside.</summary>
    public void ExpireAllTimers(Processor processor)
    {
        if (NextTimerNs == TimerNode.Unarmed)
        {
            return;
        }

        long nowNs = MonotonicClock.NowNs;
        foreach (TimerHeap heap in TimerHeaps)
        {
            ExpireTimers(heap, processor, nowNs);
        }
    }

    /// <summary>Queues what has expired anywhere, and wakes a machine for it. For threads without a processor.</summary>
    /// <returns>How many have expired.</returns>
    public int ExpireAllTimers(long nowNs)
    {
        int count = 0;
        foreach (TimerHeap heap in TimerHeaps)
        {
            count += ExpireTimers(heap, nowNs);
        }

        if (count > 0 && !Wakeup.Word.HasIdle)
        {
            AskToLookUp();
        }

        return count;
    }

    // Nobody is to be woken: each processor looks at the global queues after the item it runs, and not after 61 of them.
    private void AskToLookUp()
    {
        foreach (Processor processor in Processors.All)
        {
            processor.NeedsAttention = true;
        }
    }

    private void NoteArmed(long dueNs)
    {
        if (IsDisposed)
        {
            ContinueOnSystemTimer();
        }
        else if (!IsHolder(Machine.Current) && !IsTimeKept(dueNs) && !TryWakeKeeper(dueNs))
        {
            _sysmon.EnsureTickingFor(dueNs);
        }
    }

    // As long as a processor is held the monitor ticks, and the machine looks itself before it parks. The machine may not know yet
    // that the monitor has taken its processor; the processor does:
    //
    // Arm:     1. Put the timer into its heap (full fence).      2. Read the holder; it is this machine -> wake nobody.
    // Monitor: 1. Clear the holder, count the processor idle (full fence).   2. Look at the timers before it sleeps.
    private bool IsHolder(Machine? machine) =>
        machine is not null && machine.Scheduler == this && machine.Processor is { } processor && processor.Holder == machine;

    private int ExpireTimers(TimerHeap heap, Processor processor, long nowNs)
    {
        if (heap.NextNs > nowNs)
        {
            return 0;
        }

        TimerBatch batch = default;
        int turn = 0;
        int count;
        do
        {
            count = heap.TakeExpired(nowNs, batch);
            turn += count;
            foreach (TimerNode node in batch[..count])
            {
                if (node.TryExpire(out WorkItem item))
                {
                    PutReadied(processor, item);
                }
            }
        }
        while (count == ExpiredBatchMax && turn < ExpiredTurnMax);

        if (processor.Queue.Count > 1)
        {
            ActIfNeeded();
        }

        return turn;
    }

    private int ExpireTimers(TimerHeap heap, long nowNs)
    {
        if (heap.NextNs > nowNs)
        {
            return 0;
        }

        TimerBatch batch = default;
        ItemBatch items = default;
        int expired = 0;
        int count;
        do
        {
            count = heap.TakeExpired(nowNs, batch);
            expired += count;
            int itemCount = 0;
            foreach (TimerNode node in batch[..count])
            {
                if (node.TryExpire(out WorkItem item))
                {
                    items[itemCount++] = item;
                }
            }

            QueueExpired(items[..itemCount]);
        }
        while (count == ExpiredBatchMax);

        return expired;
    }

    private void QueueExpired(ReadOnlySpan<WorkItem> items)
    {
        if (items.IsEmpty)
        {
            return;
        }

        if (!IsDisposed)
        {
            ReadiedQueue.Put(items);
            ActIfNeeded();
            return;
        }

        foreach (WorkItem item in items)
        {
            Fallback.Queue(item);
        }
    }

    private TimerHeap TimersOf(int processorId)
    {
        TimerHeap[] heaps = TimerHeaps;
        if (processorId >= heaps.Length)
        {
            TimerHeap[] more = new TimerHeap[processorId + 1];
            heaps.CopyTo(more, 0);
            for (int i = heaps.Length; i < more.Length; i++)
            {
                more[i] = new TimerHeap();
            }

            Volatile.Write(ref _timerHeaps, heaps = more);
        }

        return heaps[processorId];
    }

    [InlineArray(ExpiredBatchMax)]
    private struct TimerBatch
    {
        private TimerNode _first;
    }

    [InlineArray(ExpiredBatchMax)]
    private struct ItemBatch
    {
        private WorkItem _first;
    }
}
