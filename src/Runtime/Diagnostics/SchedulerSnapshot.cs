using System.Collections.Generic;
using System.Globalization;
using System.Text;
using Goroutines.Internal.Scheduling;

namespace Goroutines.Diagnostics;

/// <summary>What a scheduler's parts looked like when it was asked: processors, machines, queue lengths and counters.</summary>
/// <remarks>The numbers are read one after the other while the scheduler runs on. They are no common moment.</remarks>
public sealed class SchedulerSnapshot
{
    private SchedulerSnapshot(Scheduler scheduler)
    {
        WakeWord word = scheduler.Wakeup.Word;
        Name = scheduler.Settings.Name;
        ProcessorCount = scheduler.ProcessorCount;
        IdleProcessorCount = word.IdleCount;
        SearchingCount = word.SearchingCount;
        IsDisposed = word.IsDisposed;
        MachineCount = scheduler.MachineCount;
        IdleMachineCount = scheduler.IdleMachineCount;
        ThreadCount = scheduler.ThreadCount;
        RefusedThreadCount = scheduler.RefusedStartCount;
        GlobalQueueLength = scheduler.GlobalQueueLength;
        WakeCount = scheduler.WakeCount;
        DetachedMachineCount = word.DetachedCount;
        HandoffCount = scheduler.HandoffCount;
        RetakeCount = scheduler.RetakeCount;
        TimerCount = scheduler.TimerCount;
        var processors = new List<ProcessorSnapshot>();
        foreach (Processor processor in scheduler.Processors.All)
        {
            processors.Add(new ProcessorSnapshot(processor));
        }

        Processors = processors;
    }

    /// <summary>Gets the scheduler's name.</summary>
    public string Name { get; }

    /// <summary>Gets how many goroutines may run at the same time.</summary>
    public int ProcessorCount { get; }

    /// <summary>Gets how many processors have nothing to do.</summary>
    public int IdleProcessorCount { get; }

    /// <summary>Gets how many machines look for work.</summary>
    public int SearchingCount { get; }

    /// <summary>Gets whether the scheduler was disposed.</summary>
    public bool IsDisposed { get; }

    /// <summary>Gets how many worker threads there are, parked ones included.</summary>
    public int MachineCount { get; }

    /// <summary>Gets how many worker threads are parked.</summary>
    public int IdleMachineCount { get; }

    /// <summary>Gets how many threads there are: workers and those of LongRunning tasks.</summary>
    public int ThreadCount { get; }

    /// <summary>Gets how many times a worker could not be started, because of MaxThreads or the system's limit.</summary>
    public long RefusedThreadCount { get; }

    /// <summary>
    /// Gets how many items wait in the global queues: what was spawned from outside, what was readied from there, and goroutines whose
    /// time slice was over.
    /// </summary>
    public long GlobalQueueLength { get; }

    /// <summary>Gets how many times a machine was woken or started for work.</summary>
    public long WakeCount { get; }

    /// <summary>Gets how many goroutines block their thread or compute without a processor now.</summary>
    public int DetachedMachineCount { get; }

    /// <summary>Gets how many times a goroutine gave its processor away because it blocked.</summary>
    public long HandoffCount { get; }

    /// <summary>Gets how many times the monitor took the processor of a goroutine that blocked or did not stop computing.</summary>
    public long RetakeCount { get; }

    /// <summary>Gets how many timers are armed: delays of goroutines, and what was created with the TimeProvider.</summary>
    public int TimerCount { get; }

    /// <summary>Gets the processors.</summary>
    public IReadOnlyList<ProcessorSnapshot> Processors { get; }

    /// <summary>Returns all of it in one line, shaped like Go's schedtrace.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        text.Append(
            CultureInfo.InvariantCulture,
            $"SCHED {Name}: gomaxprocs={ProcessorCount} idleprocs={IdleProcessorCount} threads={ThreadCount} ");
        text.Append(
            CultureInfo.InvariantCulture,
            $"spinningthreads={SearchingCount} idlethreads={IdleMachineCount} runqueue={GlobalQueueLength} [");
        foreach (ProcessorSnapshot processor in Processors)
        {
            text.Append(CultureInfo.InvariantCulture, $" {processor.QueueLength}");
        }

        return text.Append(" ]").ToString();
    }

    internal static SchedulerSnapshot Create(Scheduler scheduler) => new(scheduler);
}
