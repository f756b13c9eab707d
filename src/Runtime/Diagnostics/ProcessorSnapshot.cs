using Goroutines.Internal.Scheduling;
using Goroutines.Internal.Telemetry;

namespace Goroutines.Diagnostics;

/// <summary>What one processor looked like when it was asked.</summary>
public sealed class ProcessorSnapshot
{
    internal ProcessorSnapshot(Processor processor)
    {
        ProcessorCounters counters = processor.Counters;
        Id = processor.Id;
        QueueLength = processor.Queue.Count;
        Tick = processor.Tick;
        StealCount = counters.StealCount;
        GlobalTakeCount = counters.GlobalTakeCount;
        OverflowCount = counters.OverflowCount;
        ParkCount = counters.ParkCount;
        RunnextCount = counters.RunnextCount;
    }

    /// <summary>Gets the number, 0 up.</summary>
    public int Id { get; }

    /// <summary>Gets how many items wait in the local queue, runnext included.</summary>
    public int QueueLength { get; }

    /// <summary>Gets how many items were run, modulo 2^32.</summary>
    public uint Tick { get; }

    /// <summary>Gets how many batches it stole from others.</summary>
    public long StealCount { get; }

    /// <summary>Gets how many batches it took from the global queue.</summary>
    public long GlobalTakeCount { get; }

    /// <summary>Gets how many batches it shed to the global queue because its ring was full.</summary>
    public long OverflowCount { get; }

    /// <summary>Gets how many times it became idle.</summary>
    public long ParkCount { get; }

    /// <summary>Gets how many goroutines were readied to run next on it.</summary>
    public long RunnextCount { get; }
}
