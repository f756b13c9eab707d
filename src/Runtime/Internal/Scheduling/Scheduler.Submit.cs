using System;
using System.Runtime.CompilerServices;
using Goroutines.Internal.Primitives;
using Goroutines.Internal.Work;

namespace Goroutines.Internal.Scheduling;

internal sealed partial class Scheduler
{
    /// <summary>Takes in new work: onto the caller's own processor if it has one, else the global queue. Wakes a machine for it.</summary>
    public void Spawn(object work, object? state)
    {
        var item = new WorkItem(work, state);
        if (TryEnterLocal(out Machine machine, out Processor processor))
        {
            if (!processor.Queue.TryPutSpawned(item))
            {
                OverflowSpawned(machine, processor, item);
            }

            ActIfNeeded();
            machine.ExitScheduler();
        }
        else
        {
            GlobalQueue.Put(item);
            ActIfNeeded();
        }
    }

    /// <summary>Takes in work that asks for fairness: always the global queue.</summary>
    public void SpawnGlobal(object work, object? state)
    {
        GlobalQueue.Put(new WorkItem(work, state));
        ActIfNeeded();
    }

    /// <summary>Takes in a goroutine that can go on: next on the caller's own processor, else a global queue.</summary>
    public void Ready(object work, object? state)
    {
        var item = new WorkItem(work, state);
        if (!TryReadyHere(item))
        {
            ReadiedQueue.Put(item);
            ActIfNeeded();
        }
    }

    /// <summary>
    /// As <see cref="Ready"/>, for who has nobody to tell a failure: without memory it waits, as a batch does.
    /// </summary>
    public void ReadySurely(WorkItem item)
    {
        if (!TryReadyHere(item))
        {
            ReadiedQueue.Put([item]);
            ActIfNeeded();
        }
    }

    /// <summary>
    /// Takes in a goroutine that lets others run first: behind all that waits on the caller's processor, or behind all if its time
    /// slice is over.
    /// </summary>
    public void Yield(object work, object? state)
    {
        var item = new WorkItem(work, state);
        if (!TryEnterLocal(out Machine machine, out Processor processor))
        {
            GlobalQueue.Put(item);
            ActIfNeeded();
            return;
        }

        if (Preemption.IsDue && processor.IsAskedToYield)
        {
            PreemptedQueue.Put([item]);
            ActIfNeeded();
            machine.ExitScheduler();
            return;
        }

        PutReadied(processor, item);

        // The machine takes one itself in a moment; another one is worth a wake only when there is more than that.
        if (processor.Queue.Count > 1)
        {
            ActIfNeeded();
        }
        else
        {
            WatchIfNeeded();
        }

        machine.ExitScheduler();
    }

    /// <summary>Takes back what was queued by this thread a moment ago. False when it is not the newest here.</summary>
    public bool TryTakeBack(object work, object state)
    {
        if (!TryEnterLocal(out Machine machine, out Processor processor))
        {
            return false;
        }

        bool isTaken = processor.Queue.TryTakeNewest(work, state);
        machine.ExitScheduler();
        return isTaken;
    }

    /// <summary>Ends a submission: wakes a machine if a processor is idle and nobody searches. Called after a full fence.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void ActIfNeeded()
    {
        if (Wakeup.Word.NeedsAct)
        {
            Act();
        }
    }

    // False on a thread that holds no processor of this scheduler. Where it puts something, it does not fail.
    private bool TryReadyHere(WorkItem item)
    {
        if (!TryEnterLocal(out Machine machine, out Processor processor))
        {
            return false;
        }

        processor.Counters.RunnextCount++;
        if (processor.Queue.TryPutRunnext(item, out WorkItem displaced))
        {
            // Nobody is woken for runnext; the monitor frees it should this goroutine run on for long.
            WatchIfNeeded();
        }
        else
        {
            PutReadied(processor, displaced);
            ActIfNeeded();
        }

        machine.ExitScheduler();
        return true;
    }

    private void PutReadied(Processor processor, WorkItem item)
    {
        if (!processor.Queue.TryPutReadied(item))
        {
            Overflow(processor, item, ReadiedQueue);
        }
    }

    // To fail here loses nothing; what Overflow takes from the ring has to be put.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void OverflowSpawned(Machine machine, Processor processor, WorkItem item)
    {
        try
        {
            GlobalQueue.EnsureMemory();
        }
        catch (InsufficientMemoryException)
        {
            machine.ExitScheduler();
            throw;
        }

        Overflow(processor, item, GlobalQueue);
    }

    // The ring is full: its older half and the new item go to a global queue, oldest first. To that of the readied, if the new one
    // was: behind all that was ever spawned from outside, goroutines that have begun could wait for seconds.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Overflow(Processor processor, WorkItem item, GlobalRunQueue<HardwareSync> queue)
    {
        processor.Counters.OverflowCount++;
        Span<WorkItem> batch = processor.Batch;
        int count = processor.Queue.TakeOldestHalf(batch[..^1]);
        batch[count] = item;
        queue.Put(batch[..(count + 1)]);
        batch[..(count + 1)].Clear();
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Act()
    {
        if (IsDisposed)
        {
            MoveQueuesToThreadPool();
        }
        else
        {
            Wake(wanted: 1);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void WatchIfNeeded()
    {
        WakeWord word = Wakeup.Word;
        if (word.HasIdle || word.IsDisposed)
        {
            Watch();
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Watch()
    {
        if (IsDisposed)
        {
            MoveQueuesToThreadPool();
        }
        else
        {
            _sysmon.EnsureTickingOften();
        }
    }
}
