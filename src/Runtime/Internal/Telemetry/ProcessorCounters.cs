namespace Goroutines.Internal.Telemetry;

/// <summary>What one processor did so far. Plain counters: written by one thread a time, read by diagnostics as they are.</summary>
internal struct ProcessorCounters
{
    /// <summary>Batches stolen from other processors.</summary>
    public long StealCount;

    /// <summary>Batches taken from the global run queue.</summary>
    public long GlobalTakeCount;

    /// <summary>Batches shed to the global run queue because the ring was full.</summary>
    public long OverflowCount;

    /// <summary>Times the processor became idle.</summary>
    public long ParkCount;

    /// <summary>Goroutines that were readied into runnext.</summary>
    public long RunnextCount;
}
