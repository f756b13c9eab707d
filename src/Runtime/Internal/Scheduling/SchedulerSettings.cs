using System;
using System.Threading;
using System.Threading.Tasks;
using Goroutines.Internal.Primitives;
using Goroutines.Internal.Work;

namespace Goroutines.Internal.Scheduling;

/// <summary>What a scheduler core is started with: the validated options and the ways back to the floor above.</summary>
internal sealed class SchedulerSettings
{
    /// <summary>Arbitrary: seldom beside what a new machine costs.</summary>
    public const long DefaultMachineIdleNs = 5_000_000_000;

    public required string Name { get; init; }

    public required int ProcessorCount { get; init; }

    /// <summary>Gets the most threads there may be, LongRunning ones included.</summary>
    public required int MaxThreads { get; init; }

    /// <summary>Gets the stack size of a worker in bytes; 0 for the runtime's default.</summary>
    public int WorkerStackSize { get; init; }

    /// <summary>Gets how long a goroutine may keep others waiting, in nanoseconds.</summary>
    public long TimeSliceNs { get; init; } = 10_000_000;

    /// <summary>Gets how long a machine has to be parked, unneeded, before it may end.</summary>
    public long MachineIdleNs { get; init; } = DefaultMachineIdleNs;

    public int QueueCapacity { get; init; } = LocalRunQueue<HardwareSync>.DefaultCapacity;

    /// <summary>Gets the public scheduler, which this core only hands out.</summary>
    public required object Owner { get; init; }

    /// <summary>Gets the SynchronizationContext that is current while goroutines run.</summary>
    public required SynchronizationContext Context { get; init; }

    /// <summary>Gets what is told of an exception that a work item threw. Must not throw.</summary>
    public required Action<Exception> OnUnhandledException { get; init; }

    /// <summary>Gets what is called with the processor's number by a machine about to park, for small cleaning work.</summary>
    public required Action<int> OnParking { get; init; }

    /// <summary>Gets what the monitor calls, about once a second at most, while threads are refused. Must not throw or block.</summary>
    public required Action OnThreadsRefused { get; init; }

    /// <summary>Gets what lets others run before the calling async method goes on.</summary>
    public required Func<ValueTask> YieldAsync { get; init; }

    public Func<Parker> CreateParker { get; init; } = Parker.Create;
}
