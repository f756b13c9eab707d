using System.Threading;
using Goroutines.Internal.Work;

namespace Goroutines.Internal.Scheduling;

// The moves of Handoff.cs: how a processor gets away from a machine in the middle of an item, and back.
internal sealed partial class Scheduler
{
    // Detached machines that came back from a wait and go on because no processor was idle. Interlocked.
    private int _overshootCount;

    // Those whose processor was taken because they ran on for too long, and which run on. Interlocked.
    private int _runawayCount;

    private long _handoffCount;

    // Written by the monitor.
    private long _retakeCount;

    public int RunawayCount => Volatile.Read(ref _runawayCount);

    public long HandoffCount => Volatile.Read(ref _handoffCount);

    public long RetakeCount => Volatile.Read(ref _retakeCount);

    /// <summary>
    /// Gives the machine's processor away because its goroutine is going to block. False when there is nothing to come back
    /// from: the scheduler itself waits here, or a wait is declared around this one. Called by the machine.
    /// </summary>
    public bool EnterBlocking(Machine machine, Absence absence)
    {
        if (machine.IsInScheduler || machine.IsBlocking)
        {
            return false;
        }

        machine.EnterScheduler();
        machine.IsBlocking = true;
        machine.BeginAbsence(absence);
        machine.BlockingNumber++;
        EndOvershoot(machine);
        EndRunaway(machine);
        if (machine.Processor is not null)
        {
            Interlocked.Increment(ref _handoffCount);
            Detach(machine);
        }

        machine.ExitScheduler();
        return true;
    }

    /// <summary>Gets the machine a processor again, if it shall have one. Called by the machine when it goes on.</summary>
    public void ExitBlocking(Machine machine)
    {
        machine.EnterScheduler();
        machine.IsBlocking = false;
        machine.EndAbsence();
        if (machine.IsDetached && !TryAttachToIdle(machine) && !TryOvershoot(machine))
        {
            WaitForProcessor(machine, ReadiedQueue);
        }

        machine.ExitScheduler();
    }

    /// <summary>Gets whether the goroutine that runs on the machine was asked to let others run. Called by the machine.</summary>
    public bool IsCheckpointDue(Machine machine)
    {
        if (machine.IsInScheduler || machine.IsBlocking)
        {
            return false;
        }

        machine.EnterScheduler();
        bool isDue = machine.Processor is { } processor ? processor.IsAskedToYield && HasWorkFor(processor) : machine.IsDetached;
        machine.ExitScheduler();
        return isDue;
    }

    /// <summary>
    /// Lets others run if the goroutine was asked to: it keeps its stack and its thread, and waits for a processor. Called by the
    /// machine.
    /// </summary>
    public void ReachCheckpoint(Machine machine)
    {
        if (!IsCheckpointDue(machine))
        {
            return;
        }

        machine.EnterScheduler();
        EndOvershoot(machine);
        EndRunaway(machine);
        if (machine.Processor is not null)
        {
            Detach(machine);
            WaitForProcessor(machine, PreemptedQueue);
        }
        else if (machine.IsDetached && !TryAttachToIdle(machine))
        {
            WaitForProcessor(machine, PreemptedQueue);
        }

        machine.ExitScheduler();
    }

    /// <summary>Takes the processor of a machine that stands still in one item. False when it has moved. Only the monitor.</summary>
    /// <param name="processor">The processor.</param>
    /// <param name="tick">Its tick when the machine was seen to stand still.</param>
    /// <param name="isRunaway">Whether the machine computes; else it blocks.</param>
    public bool TryRetake(Processor processor, uint tick, bool isRunaway)
    {
        Machine? holder = processor.Holder;
        if (holder is null)
        {
            return false;
        }

        bool isTaken = holder.AskForProcessor() && processor.Holder == holder && processor.Tick == tick;
        if (isTaken)
        {
            _retakeCount++;
            holder.BeginAbsence(isRunaway ? Absence.Computes : Absence.Sleeps);
            Wakeup.TransitionRunningToDetached();
            if (isRunaway && holder.Thread is { } thread)
            {
                thread.StandBack();
                holder.Runaway = thread;
                Interlocked.Increment(ref _runawayCount);
            }

            processor.Holder = null;
        }

        holder.DecideOnProcessor(isTaken);
        if (isTaken)
        {
            GiveAway(processor);
        }

        return isTaken;
    }

    /// <summary>Counts a machine out whose item has ended without a processor. Called by the machine.</summary>
    public void EndDetached(Machine machine)
    {
        machine.EndAbsence();
        EndOvershoot(machine);
        EndRunaway(machine);
        if (machine.IsDetached)
        {
            machine.IsDetached = false;
            Wakeup.TransitionDetachedToNone();
        }
    }

    private void Detach(Machine machine)
    {
        machine.IsDetached = true;
        Wakeup.TransitionRunningToDetached();
        GiveAway(machine.ReleaseProcessor());
    }

    // The processor becomes idle with what it has queued, and as many machines are woken as the work in sight can feed.
    private void GiveAway(Processor processor)
    {
        if (processor.Queue.TryStealRunnext(out WorkItem next))
        {
            // Thieves do not look at runnext, and the machine that gets this processor may be one that got another.
            PutReadied(processor, next);
        }

        if (processor.NeedsAttention && TryRetire(processor))
        {
            WakeForVisibleWork();
            return;
        }

        _idle.Enter();
        _idle.PutProcessor_NeedsLock(processor);
        Wakeup.TransitionToIdle(wasSearching: false);
        _idle.Exit();
        LookOnceMore();
    }

    private bool TryAttachToIdle(Machine machine)
    {
        if (!Wakeup.Word.HasIdle || IsDisposed)
        {
            return false;
        }

        _idle.Enter();
        bool isClaimed = Wakeup.TryTransitionDetachedToRunning();
        Processor? processor = isClaimed ? _idle.TakeProcessor_NeedsLock(machine.LastProcessor) : null;
        _idle.Exit();
        if (processor is null)
        {
            return false;
        }

        machine.IsDetached = false;
        machine.EndAbsence();
        machine.Attach(processor);

        // For the monitor a new item: it must not be taken for what ran here before.
        processor.CountItem();
        EndRunaway(machine);
        _sysmon.EnsureTicking();
        return true;
    }

    // As many as there are processors may go on beyond them: enough that a contended lock is taken at once by the waiter that was
    // woken for it, and few enough that the operating system has little to share.
    private bool TryOvershoot(Machine machine)
    {
        if (IsDisposed)
        {
            return true;
        }

        if (Interlocked.Increment(ref _overshootCount) <= ProcessorCount)
        {
            machine.IsOvershooting = true;
            return true;
        }

        Interlocked.Decrement(ref _overshootCount);
        return false;
    }

    private void EndOvershoot(Machine machine)
    {
        if (machine.IsOvershooting)
        {
            machine.IsOvershooting = false;
            Interlocked.Decrement(ref _overshootCount);
        }
    }

    private void EndRunaway(Machine machine)
    {
        if (machine.Runaway is { } thread)
        {
            machine.Runaway = null;
            thread.StandInLine();
            Interlocked.Decrement(ref _runawayCount);
        }
    }

    // What others have queued is stolen by whoever gets the processor.
    private bool HasWorkFor(Processor processor) => processor.Queue.Count > 0 || HasVisibleWork;
}
