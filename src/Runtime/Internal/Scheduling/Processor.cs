using System;
using System.Threading;
using Goroutines.Internal.Primitives;
using Goroutines.Internal.Telemetry;
using Goroutines.Internal.Work;

namespace Goroutines.Internal.Scheduling;

/// <summary>A processor (P): the right to run goroutines, with the queue of those it will run next.</summary>
/// <remarks>Held by one machine at a time; that machine alone calls the owner-only methods of the queue.</remarks>
internal sealed class Processor
{
    /// <summary>61 as in Go: prime, so it does not fall in step with anything; one look at the shared queue costs little then.</summary>
    public const int FairnessPeriod = 61;

    // What is spawned runs newest first because that keeps a tree of goroutines small; each turn of the oldest opens another
    // branch of it. A turn in a millisecond costs nothing that shows, and a full ring still has its turn in a quarter second.
    private const long OldestWaitMsMax = 1;

    private uint _tick;

    // The oldest item when it was last looked at, and since when it has been that one. Owner only.
    private ushort _oldestPosition;
    private long _oldestSinceMs;
    private volatile bool _needsAttention;

    public Processor(int id, int queueCapacity)
    {
        Id = id;
        Queue = new LocalRunQueue<HardwareSync>(queueCapacity);
        Batch = new WorkItem[(queueCapacity / 2) + 1];
        Random = new FastRandom(unchecked((uint)(id + 1) * 0x9E3779B9u));
    }

    /// <summary>Gets the number, 0 up; unique among the processors of a scheduler that are in service.</summary>
    public int Id { get; }

    public LocalRunQueue<HardwareSync> Queue { get; }

    /// <summary>Gets room for what moves between this queue and the global one. Owner only.</summary>
    public WorkItem[] Batch { get; }

    /// <summary>Owner only.</summary>
    public FastRandom Random;

    /// <summary>Counts what this processor did. Written by the owner, read by diagnostics.</summary>
    public ProcessorCounters Counters;

    /// <summary>Items until the next look at the global queue. Owner only.</summary>
    public int FairnessCountdown = FairnessPeriod;

    /// <summary>Whether the last fairness turn went to the oldest local item: then the next one does not. Owner only.</summary>
    public bool IsOldestTurn;

    /// <summary>
    /// Gets how many items were run, modulo 2^32. Written by the owner, read by the monitor, which only compares it with an
    /// earlier value: a stale one means a look more.
    /// </summary>
    public uint Tick => Volatile.Read(ref _tick);

    /// <summary>
    /// Gets or sets whether the owner has to look up from its queue: the processor is to be removed or the scheduler is
    /// disposed. Written by others, read by the owner between two items.
    /// </summary>
    public bool NeedsAttention
    {
        get => _needsAttention;
        set => _needsAttention = value;
    }

    /// <summary>Gets or sets whether the processor is to be removed. Under the resize lock.</summary>
    public bool IsRetiring { get; set; }

    /// <summary>Owner only.</summary>
    public void CountItem() => _tick++;

    /// <summary>Returns whether the oldest item has been the oldest for long. Called at fairness turns. Owner only.</summary>
    public bool IsOldestOverdue()
    {
        // The coarse clock: a sixth of the exact one's cost, and its ticks of some milliseconds are near enough.
        ushort position = Queue.OldestPosition;
        if (position == _oldestPosition)
        {
            return Environment.TickCount64 - _oldestSinceMs >= OldestWaitMsMax;
        }

        _oldestPosition = position;
        _oldestSinceMs = Environment.TickCount64;
        return false;
    }
}
