using System;
using System.Threading;
using Goroutines.Internal.Primitives;
using Goroutines.Internal.Work;

namespace Goroutines.Internal.Scheduling;

/// <summary>Finds the next item for a machine: timers, local queue, global queues, poller, other processors, a short spin.</summary>
/// <remarks>The order is Go's findRunnable. One per scheduler; machines pass themselves in.</remarks>
internal sealed class WorkFinder
{
    // A pause is about 0.3 µs, so the longest spin is about the cost of the wake it may save.
    private const int SpinPauseIterations = 8;
    private const int SpinCountMax = 32;

    private readonly Scheduler _scheduler;

    // How long a search spins. Grows when spinning found work, shrinks when it did not. A lost update costs one adjustment.
    private int _spinLimit = SpinCountMax / 2;

    public WorkFinder(Scheduler scheduler) => _scheduler = scheduler;

    /// <summary>Looks everywhere. False when there is nothing: then the machine parks. The machine may search afterwards.</summary>
    public bool TryFind(Machine machine, out WorkItem item)
    {
        Processor processor = machine.Processor!;
        bool hasInheritedRing = machine.IsSearching && processor.Queue.Count > 0;
        _scheduler.ExpireOwnTimers(processor, isRingInherited: hasInheritedRing);
        if (TryTakeOverduePreempted(processor, out item) || (hasInheritedRing && TryTakeByTurns(processor, out item)))
        {
            return true;
        }

        if (processor.Queue.TryTake(out item))
        {
            return true;
        }

        if (TryTakeGlobal(processor, out item))
        {
            // On its way into the ring the batch was in no queue, so a machine that parked meanwhile did not see it. A searcher
            // looks when it stops searching; for any other machine the put is a submission, and ends like one.
            if (!machine.IsSearching && processor.Queue.HasStealable)
            {
                _scheduler.ActIfNeeded();
            }

            return true;
        }

        _scheduler.AskPoller(processor);
        if (processor.Queue.TryTake(out item) || TryTakePreempted(processor, out item))
        {
            return true;
        }

        ProcessorSet processors = _scheduler.Processors;
        if (!machine.IsSearching)
        {
            if (!_scheduler.Wakeup.TryTransitionRunningToSearching(processors.Count))
            {
                return false;
            }

            machine.IsSearching = true;
        }

        if (TrySteal(processor, processors, out item))
        {
            return true;
        }

        _scheduler.ExpireAllTimers(processor);
        return processor.Queue.TryTake(out item) || TrySpin(processor, out item);
    }

    /// <summary>Returns how many items are visible in all queues, at most <paramref name="limit"/>.</summary>
    public int CountVisible(int limit)
    {
        int count = (int)Math.Min(limit, _scheduler.GlobalQueueLength);
        foreach (Processor processor in _scheduler.Processors.All)
        {
            if (count >= limit)
            {
                return limit;
            }

            if (processor.Queue.HasStealable)
            {
                count += processor.Queue.Count;
            }
        }

        return Math.Min(count, limit);
    }

    /// <summary>Returns whether a readied goroutine waits in some runnext.</summary>
    public bool IsAnyRunnextFull()
    {
        foreach (Processor processor in _scheduler.Processors.All)
        {
            if (processor.Queue.HasRunnext)
            {
                return true;
            }
        }

        return false;
    }

    // A blocked machine has left a ring behind. If each of those who come after it blocks in turn, no one gets as far as the next
    // fairness turn, so they take what was readied, and else by turns what the ring holds and what was spawned from outside.
    private bool TryTakeByTurns(Processor processor, out WorkItem item)
    {
        if (IsReadiedFirst(processor) && _scheduler.ReadiedQueue.TryTake(out item))
        {
            return true;
        }

        processor.TakesRingFirst = !processor.TakesRingFirst;
        return processor.TakesRingFirst ? processor.Queue.TryTakeOldest(out item) : TryTakeSpawned(processor, out item);
    }

    /// <summary>Takes one item of the global queues. Owner only.</summary>
    public bool TryTakeOneGlobal(Processor processor, out WorkItem item) => IsReadiedFirst(processor)
        ? _scheduler.ReadiedQueue.TryTake(out item) || TryTakeSpawned(processor, out item)
        : TryTakeSpawned(processor, out item) || _scheduler.ReadiedQueue.TryTake(out item);

    private bool TryTakeGlobal(Processor processor, out WorkItem item) => IsReadiedFirst(processor)
        ? TryTakeShare(_scheduler.ReadiedQueue, processor, out item) || TryTakeShare(_scheduler.GlobalQueue, processor, out item)
        : TryTakeShare(_scheduler.GlobalQueue, processor, out item) || TryTakeShare(_scheduler.ReadiedQueue, processor, out item);

    /// <summary>Takes a goroutine whose time slice was over if none has had a turn here for long. Owner only.</summary>
    public bool TryTakeOverduePreempted(Processor processor, out WorkItem item)
    {
        item = default;
        return !_scheduler.PreemptedQueue.IsEmpty && processor.IsPreemptedOverdue() && TryTakePreempted(processor, out item);
    }

    private bool TryTakePreempted(Processor processor, out WorkItem item)
    {
        if (!_scheduler.PreemptedQueue.TryTake(out item))
        {
            return false;
        }

        processor.NotePreemptedTurn();
        return true;
    }

    private bool TryTakeSpawned(Processor processor, out WorkItem item)
    {
        if (!_scheduler.GlobalQueue.TryTake(out item))
        {
            return false;
        }

        processor.NoteSpawnedTurn();
        return true;
    }

    // What has begun goes before what has not; but not for ever.
    private bool IsReadiedFirst(Processor processor)
    {
        if (_scheduler.ReadiedQueue.IsEmpty || _scheduler.GlobalQueue.IsEmpty || !processor.IsSpawnedOverdue)
        {
            return true;
        }

        processor.NoteSpawnedTurn();
        return false;
    }

    private bool TryTakeShare(GlobalRunQueue<HardwareSync> queue, Processor processor, out WorkItem item)
    {
        if (queue.IsEmpty)
        {
            item = default;
            return false;
        }

        Span<WorkItem> batch = processor.Batch;
        int count = queue.TakeShare(batch[..^1], _scheduler.ProcessorCount);
        if (count == 0)
        {
            if (!queue.IsEmpty)
            {
                // Somebody was preempted between reserving a slot and filling it, and may be waiting for this core.
                Thread.Yield();
            }

            item = default;
            return false;
        }

        processor.Counters.GlobalTakeCount++;
        if (queue == _scheduler.GlobalQueue)
        {
            processor.NoteSpawnedTurn();
        }

        item = batch[0];
        int put = processor.Queue.PutBatch(batch[1..count]);
        if (put < count - 1)
        {
            // The ring was not as empty as it looked: what does not fit goes back.
            queue.Put(batch[(1 + put)..count]);
        }

        batch[..count].Clear();
        return true;
    }

    private static bool TrySteal(Processor thief, ProcessorSet processors, out WorkItem item)
    {
        StealOrder.Walk walk = processors.Order.Start((uint)thief.Random.Next(int.MaxValue));
        for (; walk.HasPosition; walk.Advance())
        {
            Processor victim = processors.All[walk.Position];
            if (victim != thief && victim.Queue.HasStealable && victim.Queue.TryStealHalf(thief.Queue, out item))
            {
                thief.Counters.StealCount++;
                return true;
            }
        }

        item = default;
        return false;
    }

    private bool TrySpin(Processor processor, out WorkItem item)
    {
        int limit = _spinLimit;
        for (int spin = 0; spin < limit && !processor.NeedsAttention; spin++)
        {
            Thread.SpinWait(SpinPauseIterations);
            if (TryTakeGlobal(processor, out item)
                || TryTakePreempted(processor, out item)
                || TrySteal(processor, _scheduler.Processors, out item))
            {
                _spinLimit = Math.Min(SpinCountMax, limit + 2);
                return true;
            }
        }

        // One is kept, to notice when spinning pays again.
        _spinLimit = Math.Max(1, limit - 1 - (limit / 4));
        item = default;
        return false;
    }
}
