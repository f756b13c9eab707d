using System;
using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Threading;
using Goroutines.Internal.Netpoll;
using Goroutines.Internal.Primitives;
using Goroutines.Internal.Work;

namespace Goroutines.Internal.Scheduling;

/// <summary>A machine (M): a thread that runs goroutines while it holds a processor, and is parked while it holds none.</summary>
/// <remarks>A LongRunning thread is a machine too, one that never holds a processor.</remarks>
internal sealed class Machine
{
    // The one thread static of the house. Below, a thread's own machine is passed along instead.
    [ThreadStatic]
#pragma warning disable IDE1006 // The naming rules cannot tell a thread static from a shared one.
    private static Machine? t_current;
#pragma warning restore IDE1006

    private readonly Parker? _parker;
    private readonly SynchronizationContext _context;
    private readonly ExecutionContext _defaultExecution = DefaultExecution.Context;

    // Whether this thread has asked the system for sleeps that end on time.
    private bool _sleepsExactly;

    // Whether the scheduler's context is current on this thread between two items.
    private bool _isContextInstalled;

    // Written by the waker before it unparks this machine, read by this machine after. Ordered by the parker's full fences.
    private Processor? _assigned;
    private bool _isAssigned;

    // Written by the thread that runs as this machine, read by the monitor. Release/acquire.
    private MachineThread? _thread;

    // The poller in which this machine sleeps as the timekeeper, instead of in its parker. Written by the owner, a full fence follows;
    // read by who wakes it, after one.
    private Poller? _waitsFor;

    private Handoff<HardwareSync> _handoff;

    // Where the item is that it runs. Set while a RunItems of this machine is on the stack.
    private FrameSlot<WorkItem> _running;

    public Machine(Scheduler scheduler, Parker? parker)
    {
        Scheduler = scheduler;
        _parker = parker;
        _context = scheduler.Settings.Context;
    }

    /// <summary>Gets the machine of the calling thread, or null when it is none.</summary>
    public static Machine? Current => t_current;

    /// <summary>What this machine puts aside to use again. Only the thread that runs as it.</summary>
    public SpareLists Spares;

    public Scheduler Scheduler { get; }

    /// <summary>Gets the context that is current while this machine runs goroutines.</summary>
    public SynchronizationContext Context => _context;

    /// <summary>Gets the processor this machine holds, or null. Owner only.</summary>
    public Processor? Processor { get; private set; }

    /// <summary>Gets the processor it held last: the warmest to come back to. Owner only.</summary>
    public Processor? LastProcessor { get; private set; }

    /// <summary>Gets or sets whether this machine counts as searching. Owner only.</summary>
    public bool IsSearching { get; set; }

    /// <summary>Gets or sets whether it runs an item without a processor (Handoff.cs). Owner only.</summary>
    public bool IsDetached { get; set; }

    /// <summary>Gets or sets whether it counts among those that go on without a processor after a wait. Owner only.</summary>
    public bool IsOvershooting { get; set; }

    /// <summary>
    /// Gets or sets the thread that runs on since the processor was taken because it had run for too long; else null. Written by
    /// the monitor before its decision, cleared by the owner.
    /// </summary>
    public MachineThread? Runaway { get; set; }

    /// <summary>Gets or sets whether its goroutine waits, or has declared that it will. Owner only.</summary>
    public bool IsBlocking { get; set; }

    /// <summary>
    /// Gets what it does without a processor. Written by the owner inside the scheduler, and by the monitor before its
    /// decision; read for reports, where a late value is as good.
    /// </summary>
    public Absence Absence { get; private set; }

    /// <summary>Gets the item that is absent. As <see cref="Absence"/>.</summary>
    public WorkItem AbsentItem { get; private set; }

    /// <summary>
    /// Notes what it does without a processor, in the middle of an item. Called by the owner inside the scheduler, and by the monitor
    /// before its decision: nobody changes the item then.
    /// </summary>
    public void BeginAbsence(Absence absence)
    {
        Absence = absence;
        AbsentItem = _running.Value;
    }

    /// <summary>Ends what <see cref="BeginAbsence"/> began. Owner only.</summary>
    public void EndAbsence()
    {
        Absence = Absence.None;
        AbsentItem = default;
    }

    /// <summary>Gets or sets how many waits it has begun, to tell one from another. Owner only.</summary>
    public int BlockingNumber { get; set; }

    /// <summary>Gets whether the calling machine runs the scheduler's code and not a goroutine's. Owner only.</summary>
    public bool IsInScheduler => _handoff.IsInside;

    /// <summary>Gets the thread that runs as this machine, for the monitor to look at; null until it has started.</summary>
    public MachineThread? Thread => Volatile.Read(ref _thread);

    /// <summary>Starts a thread for a machine, which parks if it has not been assigned a processor.</summary>
    public void Start(string threadName)
    {
        var thread = new Thread(Run, Scheduler.Settings.WorkerStackSize) { IsBackground = true, Name = threadName };
        thread.UnsafeStart();
    }

    /// <summary>Enters the scheduler; from here on the monitor does not take the processor. Nests. Owner only.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void EnterScheduler()
    {
        if (_handoff.Enter())
        {
            SettleClaim();
        }
    }

    /// <summary>Leaves the scheduler. Owner only.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void ExitScheduler() => _handoff.Exit();

    /// <summary>Holds the machine outside of the scheduler until the decision. False when it is inside. Only the monitor.</summary>
    public bool AskForProcessor() => _handoff.Ask();

    /// <summary>Tells the machine whether its processor was taken. Only the monitor, after it asked.</summary>
    public void DecideOnProcessor(bool isTaken) => _handoff.Decide(isTaken);

    /// <summary>Runs work on the calling thread, which becomes a machine without processor as long as it lasts.</summary>
    public static void RunDetached(Scheduler scheduler, Action work)
    {
        t_current = new Machine(scheduler, parker: null);
        SynchronizationContext.SetSynchronizationContext(scheduler.Settings.Context);
        try
        {
            work();
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(null);
            t_current = null;
        }
    }

    /// <summary>Makes the calling thread, a stack segment, run as a machine whose own thread sleeps meanwhile.</summary>
    /// <returns>The thread that sleeps.</returns>
    public static MachineThread? Impersonate(Machine machine, MachineThread thread)
    {
        Debug.Assert(t_current is null, "A thread runs as one machine at a time.");
        MachineThread? sleeping = machine.Thread;
        Volatile.Write(ref machine._thread, thread);
        t_current = machine;
        return sleeping;
    }

    /// <summary>Ends what <see cref="Impersonate"/> began; the machine is about to run on the thread that slept.</summary>
    public static void EndImpersonation(MachineThread? sleeping)
    {
        Volatile.Write(ref t_current!._thread, sleeping);
        t_current = null;
    }

    /// <summary>Gets whether it was assigned a processor, or null, since it parked. Owner only.</summary>
    public bool IsAssigned => Volatile.Read(ref _isAssigned);

    /// <summary>Gives the machine a processor to search with, or null to end it. The caller took it off the idle list.</summary>
    public void Assign(Processor? processor)
    {
        _assigned = processor;
        Volatile.Write(ref _isAssigned, true);
    }

    /// <summary>Wakes the machine, wherever it sleeps.</summary>
    public void Unpark()
    {
        _parker!.Unpark();
        if (Volatile.Read(ref _waitsFor) is { } poller)
        {
            poller.Break();
        }
    }

    /// <summary>Gives the processor away. Owner only.</summary>
    public Processor ReleaseProcessor()
    {
        Processor processor = Processor!;
        processor.Holder = null;
        LastProcessor = processor;
        Processor = null;
        IsSearching = false;
        return processor;
    }

    /// <summary>Takes a processor for the item that runs. Owner only.</summary>
    public void Attach(Processor processor)
    {
        Processor = processor;
        processor.Holder = this;
    }

    /// <summary>Sleeps until it is unparked for whatever reason. Owner only.</summary>
    public void Park() => _parker!.Park();

    /// <summary>What wakes from here on is no user code; its waits must not call back into the context. Owner only.</summary>
    public void BeginParking() => SwitchContext(usesContext: false);

    /// <summary>Sleeps until a time, or until it is unparked for whatever reason. Owner only.</summary>
    /// <param name="timeNs">Nanoseconds of the monotonic clock; <see cref="long.MaxValue"/> for no limit.</param>
    public void ParkUntil(long timeNs)
    {
        if (timeNs == long.MaxValue)
        {
            _parker!.Park();
            return;
        }

        RequestExactSleeps();
        long leftNs = timeNs - MonotonicClock.NowNs;
        if (leftNs > 0)
        {
            _parker!.Park(leftNs);
        }
    }

    /// <summary>Lets this thread's timed sleeps end on time. Owner only.</summary>
    public void RequestExactSleeps()
    {
        if (!_sleepsExactly)
        {
            _sleepsExactly = true;
            ThreadSettings.RequestExactSleeps();
        }
    }

    /// <summary>Says where <see cref="Unpark"/> will find it: in a poller, or in its parker if that is null. Owner only.</summary>
    public void BeginWaitingFor(Poller? poller)
    {
        poller?.BeginWaiting();
        Volatile.Write(ref _waitsFor, poller);
    }

    /// <summary>Ends what <see cref="BeginWaitingFor"/> began. Owner only.</summary>
    public void EndWaitingFor(Poller? poller)
    {
        Volatile.Write(ref _waitsFor, null);
        poller?.EndWaiting();
    }

    /// <summary>Gets whether it sleeps in a poller, or is about to.</summary>
    public bool IsWaitingForPoller => Volatile.Read(ref _waitsFor) is not null;

    /// <summary>Takes what was assigned. Owner only.</summary>
    public void EndParking()
    {
        TakeAssigned();
        IsSearching = Processor is not null;
    }

    /// <summary>Sleeps in the middle of an item until somebody hands over a processor. Owner only.</summary>
    public void ParkUntilResumed()
    {
        ParkUntilNotified();
        TakeAssigned();
    }

    // The loop stays thin: it never returns, so it runs as compiled once, while what it calls is compiled again when hot.
    private void Run()
    {
        t_current = this;
        Volatile.Write(ref _thread, MachineThread.Current);
        EnterScheduler();
        TakeAssigned();
        IsSearching = Processor is not null;
        bool isAlive = true;
        while (isAlive)
        {
            if (Processor is not null && Scheduler.TryFindWork(this, out WorkItem item))
            {
                RunItems(item);
            }
            else
            {
                isAlive = Scheduler.ParkMachine(this);
            }
        }

        t_current = null;
        Scheduler.NoteMachineEnded(this);
    }

    // Who armed a timer may unpark a machine that keeps time no more.
    private void ParkUntilNotified()
    {
        do
        {
            _parker!.Park();
        }
        while (!IsAssigned);
    }

    private void TakeAssigned()
    {
        _isAssigned = false;
        if (_assigned is { } assigned)
        {
            _assigned = null;
            Attach(assigned);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void SettleClaim()
    {
        if (_handoff.Settle())
        {
            // The monitor has counted this machine as detached, and the processor's holder is another one by now.
            LastProcessor = Processor;
            Processor = null;
            IsDetached = true;
        }
    }

    // Runs the item and then what the local queue holds, until it is empty or the processor needs attention.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void RunItems(WorkItem item)
    {
        _running = FrameSlot<WorkItem>.Create(ref item);
        bool hasItem = true;
        while (hasItem)
        {
            try
            {
                do
                {
                    Processor!.CountItem();
                    ExitScheduler();
                    Execute(item);
                    EnterScheduler();
                }
                while (Processor is { } processor && Scheduler.TryTakeNext(processor, out item));

                hasItem = false;
            }
            catch (Exception e)
            {
                Scheduler.Settings.OnUnhandledException(e);
                EnterScheduler();
                RestoreThread();
                hasItem = Processor is { } processor && Scheduler.TryTakeNext(processor, out item);
            }
        }

        _running = default;
    }

    private void Execute(WorkItem item)
    {
        object work = item.Work;
        if (work.GetType() == typeof(SendOrPostCallback))
        {
            if (!_isContextInstalled)
            {
                SwitchContext(usesContext: true);
            }

            Reinterpret.As<SendOrPostCallback>(work)(item.State);
        }
        else
        {
            WorkKind kind = Reinterpret.As<WorkKind>(work);
            if (kind.UsesContext != _isContextInstalled)
            {
                SwitchContext(kind.UsesContext);
            }

            kind.Execute(item.State);
        }

        // An item may leave another context, AsyncLocal values or a culture behind; the next one must not see them.
        if (SynchronizationContext.Current != (_isContextInstalled ? _context : null)
            || ExecutionContext.Capture() != _defaultExecution)
        {
            RestoreThread();
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void SwitchContext(bool usesContext)
    {
        SynchronizationContext.SetSynchronizationContext(usesContext ? _context : null);
        _isContextInstalled = usesContext;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void RestoreThread()
    {
        if (ExecutionContext.IsFlowSuppressed())
        {
            ExecutionContext.RestoreFlow();
        }

        if (ExecutionContext.Capture() != DefaultExecution.Context)
        {
            ExecutionContext.Restore(DefaultExecution.Context);
        }

        SynchronizationContext.SetSynchronizationContext(_isContextInstalled ? _context : null);
    }
}
