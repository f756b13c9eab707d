using System.Diagnostics;
using Goroutines.Internal.Primitives;
using Goroutines.Internal.Work;

namespace Goroutines.Internal.Scheduling;

// A goroutine that waits for a processor with its thread is an item like any other in a global queue. Who runs that item hands its
// own processor over and parks; where nobody can run it for want of a thread, the idle processor is given to it directly.
internal sealed partial class Scheduler
{
    private static readonly WorkKind s_resume = new ResumeKind();

    // Queues the goroutine with its thread; whoever reaches it hands over its processor. After disposal it goes on without one.
    private void WaitForProcessor(Machine machine, GlobalRunQueue<HardwareSync> queue)
    {
        Debug.Assert(machine.Processor is null, "A machine that has a processor need not wait for one.");
        machine.BeginAbsence(Absence.IsQueued);
        queue.Put([new WorkItem(s_resume, machine)]);
        ActIfNeeded();
        machine.ParkUntilResumed();
        machine.EndAbsence();
        if (machine.Processor is not null)
        {
            EndDetached(machine);
        }
    }

    // No thread is to be had for a processor, but a goroutine may be waiting for one with its own thread. It is looked for where the
    // next item would come from; another item goes to the end there, so the monitor, which comes again, gets to all of them.
    private bool TryHandToWaiter(Processor processor)
    {
        if (processor.Queue.TryTakeOldest(out WorkItem item))
        {
            if (TryHandOver(processor, item))
            {
                return true;
            }

            PutReadied(processor, item);
        }

        return TryHandToWaiter(processor, ReadiedQueue)
            || TryHandToWaiter(processor, GlobalQueue)
            || TryHandToWaiter(processor, PreemptedQueue);
    }

    private bool TryHandToWaiter(Processor processor, GlobalRunQueue<HardwareSync> queue)
    {
        if (!queue.TryTake(out WorkItem item))
        {
            return false;
        }

        bool isHandedOver = TryHandOver(processor, item);
        if (!isHandedOver)
        {
            queue.Put([item]);
        }

        return isHandedOver;
    }

    private bool TryHandOver(Processor processor, WorkItem item)
    {
        if (item.Work != s_resume)
        {
            return false;
        }

        var waiting = (Machine)item.State!;
        Wakeup.TransitionSearchingToNone();
        waiting.Assign(processor);
        waiting.Unpark();
        return true;
    }

    /// <summary>A goroutine that waits with its thread: who runs it hands its processor over and parks.</summary>
    private sealed class ResumeKind() : WorkKind(usesContext: false)
    {
        public override void Execute(object? state)
        {
            var waiting = (Machine)state!;
            Processor? processor = null;
            if (Machine.Current is { } current && current.Scheduler == waiting.Scheduler)
            {
                current.EnterScheduler();
                processor = current.Processor is null ? null : current.ReleaseProcessor();
                current.ExitScheduler();
            }

            if (processor is null && !waiting.Scheduler.IsDisposed)
            {
                // The monitor was faster and took it.
                waiting.Scheduler.ReadiedQueue.Put([new WorkItem(this, waiting)]);
                waiting.Scheduler.ActIfNeeded();
                return;
            }

            // Without one after disposal, when this runs on the ThreadPool.
            waiting.Assign(processor);
            waiting.Unpark();
        }
    }
}
