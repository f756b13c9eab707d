using System.Threading;
using Goroutines.Internal.Work;

namespace Goroutines.Internal.Scheduling;

// Shutdown never waits for a goroutine that runs or blocks. Whatever is queued moves to the ThreadPool, at once and for ever:
//
// Dispose: 1. Set the disposed bit (full fence).         2. Move all queues to the ThreadPool.   3. End parked machines.
// Submit:  1. Put the item (full fence).                 2. Read the word; disposed -> move all queues to the ThreadPool.
// Park:    1. Put the machine on the list (full fence).  2. Read the word; disposed -> end parked machines.
//
// An item that dispose's 2 does not see was put after the bit was set, so its submitter sees the bit; likewise for machines.
// Both may move the same queue at once: each item is taken by one of them.
internal sealed partial class Scheduler
{
    public ThreadPoolFallback Fallback { get; }

    /// <summary>Ends the scheduler. Returns false when it was ended before.</summary>
    public bool Shutdown()
    {
        if (!Wakeup.TryTransitionToDisposed())
        {
            return false;
        }

        foreach (Processor processor in Processors.All)
        {
            processor.NeedsAttention = true;
        }

        MoveQueuesToThreadPool();
        EndParkedMachines();
        _sysmon.Stop();
        CloseSlots();
        ContinueOnSystemTimer();
        SignalRest();
        return true;
    }

    private void MoveQueuesToThreadPool()
    {
        // An item that is being put right now is there in a moment, or its putter sees the bit and comes here itself; which of
        // the two cannot be told.
        var spinner = default(SpinWait);
        while (!IsGlobalEmpty)
        {
            if (ReadiedQueue.TryTake(out WorkItem item) || GlobalQueue.TryTake(out item) || PreemptedQueue.TryTake(out item))
            {
                Fallback.Queue(item);
            }
            else
            {
                spinner.SpinOnce(sleep1Threshold: -1);
            }
        }

        foreach (Processor processor in Processors.All)
        {
            if (processor.Queue.TryStealRunnext(out WorkItem runnext))
            {
                Fallback.Queue(runnext);
            }

            // A thief that is copying right now is done in a moment, or has what it took in its own ring by then.
            while (processor.Queue.HasStealable)
            {
                if (processor.Queue.TryStealOne(out WorkItem item))
                {
                    Fallback.Queue(item);
                }
                else
                {
                    Thread.SpinWait(1);
                }
            }
        }
    }

    private void EndParkedMachines()
    {
        while (true)
        {
            _idle.Enter();
            Machine? machine = _idle.TakeMachine_NeedsLock(keeper: null, caller: null);
            _idle.Exit();
            if (machine is null)
            {
                return;
            }

            machine.Assign(null);
            machine.Unpark();
        }
    }
}
