using System.Collections.Generic;
using System.Runtime.CompilerServices;
using System.Threading;
using Goroutines.Internal.Primitives;
using Goroutines.Internal.Work;

namespace Goroutines.Internal.Scheduling;

/// <summary>The scheduler core: processors, machines, the queues between them, and when to wake whom.</summary>
/// <remarks>
/// Parts: this file holds the state; Scheduler.Submit.cs takes work in; Scheduler.Machines.cs finds work, parks and wakes
/// machines; Scheduler.Handoff.cs moves processors away from blocked machines and back; Scheduler.Waiting.cs lets goroutines wait
/// for one; Scheduler.Timers.cs queues what has expired and Scheduler.Timekeeping.cs sleeps until the next does;
/// Scheduler.Spares.cs keeps machines for the next burst; Scheduler.Resize.cs changes the processor count; Scheduler.Shutdown.cs
/// ends it. The protocol is in Wakeup.cs.
/// </remarks>
internal sealed partial class Scheduler
{
    private readonly IdleLists _idle = new();
    private readonly RankedLock _resizeLock = new(LockRank.Resize);
    private readonly WorkFinder _finder;
    private readonly Sysmon _sysmon;

    // Written under the resize lock, read by everyone. Release/acquire.
    private ProcessorSet _processors;
    private volatile int _processorCount;

    // Threads alive: machines and LongRunning ones. Interlocked.
    private int _threadCount;
    private int _machineCount;

    public Scheduler(SchedulerSettings settings)
    {
        Settings = settings;
        Fallback = new ThreadPoolFallback(this);
        _finder = new WorkFinder(this);
        _sysmon = new Sysmon(this);
        _processors = new ProcessorSet([]);
        _processorCount = 0;
        Resize(settings.ProcessorCount);
    }

    public SchedulerSettings Settings { get; }

    /// <summary>
    /// Gets the queue for what is spawned from outside, what full rings shed for a spawned one, and what asks for fairness.
    /// </summary>
    public GlobalRunQueue<HardwareSync> GlobalQueue { get; } = new(new RankedLock(LockRank.GlobalRunQueue));

    /// <summary>
    /// Gets the queue for what is readied from outside, what full rings shed for a readied one, and threads that wait for a
    /// processor. What has begun goes before what has not: see WorkFinder.
    /// </summary>
    public GlobalRunQueue<HardwareSync> ReadiedQueue { get; } = new(new RankedLock(LockRank.GlobalRunQueue));

    /// <summary>
    /// Gets the queue for goroutines that have let others run because their time slice was over: they go after all others.
    /// </summary>
    public GlobalRunQueue<HardwareSync> PreemptedQueue { get; } = new(new RankedLock(LockRank.GlobalRunQueue));

    /// <summary>Gets whether all global queues are empty.</summary>
    public bool IsGlobalEmpty => GlobalQueue.IsEmpty && ReadiedQueue.IsEmpty && PreemptedQueue.IsEmpty;

    /// <summary>Gets how many items the global queues hold.</summary>
    public long GlobalQueueLength => GlobalQueue.Count + ReadiedQueue.Count + PreemptedQueue.Count;

    public MachineList Machines { get; } = new();

    public Wakeup<HardwareSync> Wakeup { get; } = new();

    public ProcessorSet Processors => Volatile.Read(ref _processors);

    /// <summary>Gets how many processors there shall be; some more may still be on their way out.</summary>
    public int ProcessorCount => _processorCount;

    public bool IsDisposed => Wakeup.Word.IsDisposed;

    public int MachineCount => Volatile.Read(ref _machineCount);

    public int ThreadCount => Volatile.Read(ref _threadCount);

    public int IdleMachineCount => _idle.MachineCount;

    /// <summary>Adds the items in all queues to a list, as far as they can be seen without waiting. For debuggers.</summary>
    public void CopyQueuedTo(List<WorkItem> items)
    {
        GlobalQueue.TryCopyTo(items);
        ReadiedQueue.TryCopyTo(items);
        PreemptedQueue.TryCopyTo(items);
        foreach (Processor processor in Processors.All)
        {
            processor.Queue.CopyTo(items);
        }
    }

    /// <summary>Gets whether the calling thread runs a goroutine of this scheduler, with a processor or detached.</summary>
    public bool RunsGoroutine =>
        Machine.Current is { } machine && machine.Scheduler == this && (machine.Processor is not null || machine.IsDetached);

    /// <summary>
    /// Enters the scheduler on a machine that holds one of its processors, whose queue is the local one then. The caller exits.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryEnterLocal(out Machine machine, out Processor processor)
    {
        machine = Machine.Current!;
        if (machine is not null && machine.Scheduler == this && machine.Processor is not null)
        {
            machine.EnterScheduler();
            processor = machine.Processor;
            if (processor is not null)
            {
                return true;
            }

            // The monitor has taken it.
            machine.ExitScheduler();
        }

        processor = null!;
        return false;
    }
}
