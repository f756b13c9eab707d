using System;
using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Threading;
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

    // Whether the scheduler's context is current on this thread between two items.
    private bool _isContextInstalled;

    // Written by the waker before it unparks this machine, read by this machine after. Ordered by the parker's full fences.
    private Processor? _assigned;

    public Machine(Scheduler scheduler, Parker? parker)
    {
        Scheduler = scheduler;
        _parker = parker;
        _context = scheduler.Settings.Context;
    }

    /// <summary>Gets the machine of the calling thread, or null when it is none.</summary>
    public static Machine? Current => t_current;

    public Scheduler Scheduler { get; }

    /// <summary>Gets the processor this machine holds, or null. Owner only.</summary>
    public Processor? Processor { get; private set; }

    /// <summary>Gets or sets whether this machine counts as searching. Owner only.</summary>
    public bool IsSearching { get; set; }

    /// <summary>Starts a thread for a machine that has been assigned a processor.</summary>
    public void Start(string threadName)
    {
        var thread = new Thread(Run, Scheduler.Settings.WorkerStackSize) { IsBackground = true, Name = threadName };
        thread.UnsafeStart();
    }

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

    /// <summary>
    /// Makes the calling thread, a stack segment, run as a machine whose own thread sleeps meanwhile; null to end it.
    /// </summary>
    public static void Impersonate(Machine? machine)
    {
        Debug.Assert(machine is null || t_current is null, "A thread runs as one machine at a time.");
        t_current = machine;
    }

    /// <summary>Gives the machine a processor to search with, or null to end it. The caller took it off the idle list.</summary>
    public void Assign(Processor? processor) => _assigned = processor;

    public void Unpark() => _parker!.Unpark();

    /// <summary>Gives the processor away. Owner only.</summary>
    public Processor ReleaseProcessor()
    {
        Processor processor = Processor!;
        Processor = null;
        IsSearching = false;
        return processor;
    }

    /// <summary>Sleeps until somebody assigns a processor. Owner only.</summary>
    public void ParkUntilAssigned()
    {
        // What wakes from here on is no user code; its waits must not call back into the context.
        SwitchContext(usesContext: false);
        _parker!.Park();
        TakeAssigned();
    }

    // The loop stays thin: it never returns, so it runs as compiled once, while what it calls is compiled again when hot.
    private void Run()
    {
        t_current = this;
        TakeAssigned();
        while (Processor is not null)
        {
            if (Scheduler.TryFindWork(this, out WorkItem item))
            {
                RunItems(item);
            }
            else
            {
                Scheduler.ParkMachine(this);
            }
        }

        t_current = null;
        Scheduler.NoteMachineEnded();
    }

    private void TakeAssigned()
    {
        Processor = _assigned;
        _assigned = null;
        IsSearching = Processor is not null;
    }

    // Runs the item and then what the local queue holds, until it is empty or the processor needs attention.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void RunItems(WorkItem item)
    {
        Processor processor = Processor!;
        bool hasItem = true;
        while (hasItem)
        {
            try
            {
                do
                {
                    processor.CountItem();
                    Execute(item);
                    hasItem = false;
                }
                while (hasItem = Scheduler.TryTakeNext(processor, out item));
            }
            catch (Exception e)
            {
                Scheduler.Settings.OnUnhandledException(e);
                RestoreThread();
                hasItem = Scheduler.TryTakeNext(processor, out item);
            }
        }
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
