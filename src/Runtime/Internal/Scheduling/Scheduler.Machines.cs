using System;
using System.Globalization;
using System.Numerics;
using System.Threading;
using System.Threading.Tasks;
using Goroutines.Internal.Work;

namespace Goroutines.Internal.Scheduling;

internal sealed partial class Scheduler
{
    // More are not looked for: a waker starts log2 of what it sees, and 2^10 processors are plenty at once.
    private const int VisibleCountMax = 1024;

    // Set by who waits for the scheduler to come to rest, completed by the machine that parks last. Interlocked.
    private TaskCompletionSource? _restSignal;

    // Machines that could not be started, for diagnostics.
    private long _refusedStartCount;
    private long _wakeCount;

    public long RefusedStartCount => Volatile.Read(ref _refusedStartCount);

    public long WakeCount => Volatile.Read(ref _wakeCount);

    /// <summary>Gets whether all processors are idle, all queues empty, and no item runs without a processor.</summary>
    public bool IsAtRest
    {
        get
        {
            WakeWord word = Wakeup.Word;
            return word.IsDisposed
                || (word.SearchingCount == 0
                    && word.DetachedCount == 0
                    && word.IdleCount == Processors.Count
                    && !HasVisibleWork);
        }
    }

    public bool HasVisibleWork => _finder.CountVisible(limit: 1) > 0;

    /// <summary>Finds work for a machine and stops its search. False when the machine shall park.</summary>
    public bool TryFindWork(Machine machine, out WorkItem item)
    {
        if (machine.Processor!.NeedsAttention && !TryAttend(machine))
        {
            item = default;
            return false;
        }

        if (!_finder.TryFind(machine, out item))
        {
            return false;
        }

        if (machine.IsSearching)
        {
            machine.IsSearching = false;
            if (Wakeup.TransitionSearchingToRunning())
            {
                WakeForVisibleWork();
            }
        }

        return true;
    }

    /// <summary>Takes the next item of the local queue; now and then one from the global queue, or the oldest. Owner only.</summary>
    public bool TryTakeNext(Processor processor, out WorkItem item)
    {
        if (--processor.FairnessCountdown <= 0 || processor.NeedsAttention)
        {
            if (processor.NeedsAttention)
            {
                item = default;
                return false;
            }

            if (TryTakeFairly(processor, out item))
            {
                return true;
            }
        }

        return processor.Queue.TryTake(out item);
    }

    /// <summary>
    /// Parks a machine that found nothing, with its processor on the idle list, until it is assigned one again. False when there
    /// will be none: the scheduler was disposed.
    /// </summary>
    public bool ParkMachine(Machine machine)
    {
        machine.IsBlocking = false;
        EndDetached(machine);
        if (machine.Processor is { } held)
        {
            held.Counters.ParkCount++;
            Settings.OnParking(held.Id);
        }
        else if (machine.LastProcessor is { } last)
        {
            Settings.OnParking(last.Id);
        }

        bool wasSearching = machine.IsSearching;
        Processor? processor = machine.Processor is null ? null : machine.ReleaseProcessor();
        _idle.Enter();
        if (processor is not null)
        {
            _idle.PutProcessor_NeedsLock(processor);
            Wakeup.TransitionToIdle(wasSearching);
        }

        _idle.PutMachine_NeedsLock(machine);
        _idle.Exit();
        if (processor is null && HasSurplusMachines)
        {
            // The monitor may have gone to sleep while this one was detached, and it is the monitor that ends what is too many.
            _sysmon.EnsureTicking();
        }

        LookOnceMore();
        machine.BeginParking();
        while (!machine.IsAssigned)
        {
            if (!TryKeepTime(machine))
            {
                machine.Park();
            }
        }

        machine.EndParking();
        if (machine.Processor is null)
        {
            // It ends. If it has kept time, nobody may be left who knows of the timers.
            _sysmon.EnsureTicking();
        }

        return machine.Processor is not null;
    }

    /// <summary>Returns a task that completes when the scheduler is at rest: no item runs or waits.</summary>
    public Task WhenAtRest()
    {
        TaskCompletionSource? signal = Volatile.Read(ref _restSignal);
        if (signal is null)
        {
            var created = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            signal = Interlocked.CompareExchange(ref _restSignal, created, null) ?? created;
        }

        // Set (full fence), then look: the machine that parks last counts up (full fence), then looks for a signal.
        SignalRest();
        return signal.Task;
    }

    /// <summary>Counts a thread in, if the limit allows.</summary>
    /// <param name="reservedCount">How many threads must stay free for others.</param>
    public bool TryReserveThread(int reservedCount)
    {
        int count = Volatile.Read(ref _threadCount);
        while (count < Settings.MaxThreads - reservedCount)
        {
            int seen = Interlocked.CompareExchange(ref _threadCount, count + 1, count);
            if (seen == count)
            {
                return true;
            }

            count = seen;
        }

        return false;
    }

    public void ReleaseThread() => Interlocked.Decrement(ref _threadCount);

    /// <summary>Called by a machine as the last thing it does.</summary>
    public void NoteMachineEnded(Machine machine)
    {
        Machines.Remove(machine);
        Interlocked.Decrement(ref _machineCount);
        ReleaseThread();
    }

    /// <summary>Wakes up to as many machines as wanted, if processors are idle and nobody searches.</summary>
    public void Wake(int wanted)
    {
        int count = Wakeup.TransitionIdleToSearching(wanted);
        for (int i = 0; i < count; i++)
        {
            StartSearcher();
        }
    }

    /// <summary>Wakes as many machines as the work in sight can feed: the logarithm, since each of them does the same.</summary>
    public void WakeForVisibleWork()
    {
        int visible = _finder.CountVisible(VisibleCountMax);
        if (visible > 0)
        {
            Wake(BitOperations.Log2((uint)visible) + 1);
        }
    }

    /// <summary>Moves a readied goroutine from behind a long run to where others see it. Only the monitor.</summary>
    public void FreeRunnext(Processor processor)
    {
        // On its way it is in no queue; counted as detached, so that nobody takes that for rest.
        Wakeup.TransitionRunningToDetached();
        if (processor.Queue.TryStealRunnext(out WorkItem item))
        {
            ReadiedQueue.Put([item]);
            ActIfNeeded();
        }

        Wakeup.TransitionDetachedToNone();
        SignalRest();
    }

    private bool TryTakeFairly(Processor processor, out WorkItem item)
    {
        processor.FairnessCountdown = Processor.FairnessPeriod;
        if (ExpireOwnTimers(processor, isRingInherited: false) | AskPoller(processor))
        {
            // Another item may be taken before them.
            WatchIfNeeded();
        }

        if (processor.IsChainOverdue() && processor.Queue.TryTake(out WorkItem chain))
        {
            // Behind the others. What has been readied last makes the ring run oldest first.
            PutReadied(processor, chain);
            ActIfNeeded();
        }

        if (_finder.TryTakeOverduePreempted(processor, out item))
        {
            return true;
        }

        // The turn of the oldest makes another one the oldest, which has yet to wait: the global queue's turns come in between.
        return (processor.IsOldestOverdue() && processor.Queue.TryTakeOldest(out item))
            || _finder.TryTakeOneGlobal(processor, out item);
    }

    // Park's third step: see Wakeup.cs.
    private void LookOnceMore()
    {
        if (IsDisposed)
        {
            MoveQueuesToThreadPool();
            EndParkedMachines();
            return;
        }

        WakeForVisibleWork();
        if (_finder.IsAnyRunnextFull())
        {
            _sysmon.EnsureTickingOften();
        }

        SignalRest();
    }

    private void SignalRest()
    {
        if (Volatile.Read(ref _restSignal) is not null && IsAtRest)
        {
            Interlocked.Exchange(ref _restSignal, null)?.TrySetResult();
        }
    }

    // Pays for a claim: gives the claimed processor to a parked machine, or to a new one.
    private void StartSearcher()
    {
        _idle.Enter();
        Processor processor = _idle.TakeProcessor_NeedsLock();
        Machine? machine = _idle.TakeMachine_NeedsLock(Volatile.Read(ref _keeper), Machine.Current);
        _idle.Exit();
        Interlocked.Increment(ref _wakeCount);
        _sysmon.EnsureTicking();
        if (machine is not null)
        {
            machine.Assign(processor);
            machine.Unpark();
        }
        else if (TryStartMachine(processor))
        {
            Interlocked.Increment(ref _neededStartCount);
        }
        else
        {
            Refuse(processor);
        }
    }

    private bool TryStartMachine(Processor? processor, int reservedCount = 0)
    {
        if (!TryReserveThread(reservedCount))
        {
            return false;
        }

        int number = Interlocked.Increment(ref _machineCount);
        var machine = new Machine(this, Settings.CreateParker());
        try
        {
            if (processor is not null)
            {
                machine.Assign(processor);
            }

            Machines.Add(machine);
            machine.Start(string.Create(CultureInfo.InvariantCulture, $"{Settings.Name} M{number}"));
            return true;
        }
        catch (Exception e) when (e is OutOfMemoryException or ThreadStartException)
        {
            // The system refuses another thread. Nothing is lost: the monitor tries again while there is work.
            NoteMachineEnded(machine);
            return false;
        }
    }

    private void Refuse(Processor processor)
    {
        Interlocked.Increment(ref _refusedStartCount);
        if (TryHandToWaiter(processor))
        {
            return;
        }

        _idle.Enter();
        _idle.PutProcessorLast_NeedsLock(processor);
        Wakeup.TransitionToIdle(wasSearching: true);
        _idle.Exit();
        _sysmon.EnsureTickingOften();
    }
}
