using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Threading;

namespace Goroutines.Internal.Scheduling;

internal sealed partial class Scheduler
{
    /// <summary>Changes the processor count while everything runs on: nobody stops, work of removed processors moves on.</summary>
    /// <remarks>
    /// A processor that is idle leaves at once, one that is held leaves when its machine comes back from the goroutine it runs.
    /// Until then thieves still find what it holds.
    /// </remarks>
    public void Resize(int count)
    {
        Debug.Assert(count > 0, "The caller validates.");
        _resizeLock.Enter();
        int added = 0;
        try
        {
            var processors = new List<Processor>(Processors.All);
            int staying = CountStaying(processors);
            for (; staying > count; staying--)
            {
                MarkRetiring(processors);
            }

            added = Math.Max(0, count - staying);
            List<Processor> fresh = AddProcessors(processors, added);
            Volatile.Write(ref _processors, new ProcessorSet(processors.ToArray()));
            _processorCount = count;
            AddIdle(fresh);
            RemoveIdleRetiring();
        }
        finally
        {
            _resizeLock.Exit();
        }

        LookOnceMore();
    }

    // Called by a machine whose processor needs attention. False when it has lost the processor.
    private bool TryAttend(Machine machine)
    {
        if (IsDisposed)
        {
            MoveQueuesToThreadPool();
            StopSearch(machine);
            machine.ReleaseProcessor();
            return false;
        }

        if (!TryRetire(machine.Processor!))
        {
            machine.Processor!.FairnessCountdown = 0;
            return true;
        }

        StopSearch(machine);
        machine.ReleaseProcessor();
        WakeForVisibleWork();
        return false;
    }

    // Removes a processor the caller owns if it is to be removed; what it has queued moves to the global queue.
    private bool TryRetire(Processor processor)
    {
        _resizeLock.Enter();
        bool isRetiring = processor.IsRetiring;
        processor.NeedsAttention = IsDisposed;
        if (isRetiring)
        {
            MoveToGlobal(processor);
            Remove(processor);
        }

        _resizeLock.Exit();
        return isRetiring;
    }

    private void StopSearch(Machine machine)
    {
        if (machine.IsSearching)
        {
            machine.IsSearching = false;
            Wakeup.TransitionSearchingToNone();
        }
    }

    private static int CountStaying(List<Processor> processors)
    {
        int count = 0;
        foreach (Processor processor in processors)
        {
            count += processor.IsRetiring ? 0 : 1;
        }

        return count;
    }

    private static void MarkRetiring(List<Processor> processors)
    {
        Processor last = processors.FindLast(processor => !processor.IsRetiring)!;
        last.IsRetiring = true;
        last.NeedsAttention = true;
    }

    // Processors that have not left yet stay after all; only then new ones are made. Returns the new ones.
    private List<Processor> AddProcessors(List<Processor> processors, int count)
    {
        foreach (Processor processor in processors)
        {
            if (count > 0 && processor.IsRetiring)
            {
                processor.IsRetiring = false;
                count--;
            }
        }

        var fresh = new List<Processor>();
        for (int id = 0; fresh.Count < count; id++)
        {
            if (!processors.Exists(processor => processor.Id == id))
            {
                var processor = new Processor(id, Settings.QueueCapacity, Settings.TimeSliceNs, TimersOf(id));
                processors.Add(processor);
                fresh.Add(processor);
            }
        }

        return fresh;
    }

    private void AddIdle(List<Processor> fresh)
    {
        _idle.Enter();
        foreach (Processor processor in fresh)
        {
            _idle.PutProcessor_NeedsLock(processor);
            Wakeup.TransitionToIdle(wasSearching: false);
        }

        _idle.Exit();
    }

    private void RemoveIdleRetiring()
    {
        foreach (Processor processor in Processors.All)
        {
            if (processor.IsRetiring && TryTakeFromIdle(processor))
            {
                // A machine that blocked left behind what it had queued.
                MoveToGlobal(processor);
                Remove(processor);
            }
        }
    }

    // An idle processor is removed only with a claim of its own: who claimed one by the word must find one on the list.
    private bool TryTakeFromIdle(Processor processor)
    {
        _idle.Enter();
        bool isTaken = _idle.ContainsProcessor_NeedsLock(processor)
            && Wakeup.TryTransitionIdleToRemoved()
            && _idle.TryRemoveProcessor_NeedsLock(processor);
        _idle.Exit();
        return isTaken;
    }

    private void MoveToGlobal(Processor processor)
    {
        while (processor.Queue.TryTake(out Work.WorkItem item))
        {
            GlobalQueue.Put([item]);
        }
    }

    private void Remove(Processor removed)
    {
        Volatile.Write(ref _processors, new ProcessorSet(Array.FindAll(Processors.All, processor => processor != removed)));
    }
}
