using System;
using System.Threading;
using Goroutines.Internal.Primitives;
using Goroutines.Internal.Telemetry;
using Goroutines.Internal.Timers;
using Goroutines.Internal.Work;

namespace Goroutines.Internal.Scheduling;

/// <summary>A processor (P): the right to run goroutines, with the queue of those it will run next.</summary>
/// <remarks>Held by one machine at a time; that machine alone calls the owner-only methods of the queue.</remarks>
internal sealed class Processor
{
    /// <summary>61 as in Go: prime, so it does not fall in step with anything; one look at the shared queue costs little then.</summary>
    public const int FairnessPeriod = 61;

    // What is spawned runs newest first because that keeps a tree of goroutines small. Each turn of the oldest opens another branch
    // of it, and some open ones fill the ring, which sheds to the global queue, whose turns open more. At one turn for each tick of
    // the coarse clock (4 ms on Linux) a tree of a million takes half the time it takes at four.
    private const long OldestWaitMsMax = 1;

    // A chain in which one goroutine readies the next may keep all others waiting for as long as Go's: one time slice.
    private const long ChainMsMax = 10;

    // What is readied goes before what is spawned, and that before those whose time slice was over, who would keep it waiting for a
    // slice each. When what goes first never ends, the others have a turn after so many slices.
    private const int TurnWaitSlices = 4;

    private uint _tick;

    // Where the ring began and ended when that was last seen to change, and since when. Owner only.
    private ushort _oldestPosition;
    private ushort _endPosition;
    private long _oldestSinceMs;
    private long _endSinceMs;

    // When something spawned from outside was last taken, or looked for first. Owner only.
    private long _spawnedTurnMs;

    // When the last turn of a goroutine whose time slice was over ended, and whether one is on. Owner only.
    private long _preemptedTurnMs;
    private bool _isPreemptedTurn;

    private readonly long _turnWaitMs;

    // The tick in which the goroutine was asked to let others run, with a bit above it. Written by the monitor, read by the owner.
    private ulong _askedTick;

    private volatile bool _needsAttention;
    private volatile Machine? _holder;

    public Processor(int id, int queueCapacity, long timeSliceNs, TimerHeap timers)
    {
        Id = id;
        _turnWaitMs = TurnWaitSlices * timeSliceNs / 1_000_000;
        Timers = timers;
        Queue = new LocalRunQueue<HardwareSync>(queueCapacity);
        Batch = new WorkItem[(queueCapacity / 2) + 1];
        Random = new FastRandom(unchecked((uint)(id + 1) * 0x9E3779B9u));
    }

    /// <summary>Gets the number, 0 up; unique among the processors of a scheduler that are in service.</summary>
    public int Id { get; }

    public LocalRunQueue<HardwareSync> Queue { get; }

    /// <summary>Gets the timers that goroutines on this processor arm.</summary>
    public TimerHeap Timers { get; }

    /// <summary>Gets room for what moves between this queue and the global one. Owner only.</summary>
    public WorkItem[] Batch { get; }

    /// <summary>Owner only.</summary>
    public FastRandom Random;

    /// <summary>Counts what this processor did. Written by the owner, read by diagnostics.</summary>
    public ProcessorCounters Counters;

    /// <summary>Items until the next look at the global queue. Owner only.</summary>
    public int FairnessCountdown = FairnessPeriod;

    /// <summary>Whether a machine that gets this processor with a ring takes from that before the global queue. Owner only.</summary>
    public bool TakesRingFirst;

    /// <summary>
    /// Gets how many items were run, modulo 2^32. Written by the owner, read by the monitor, which only compares it with an
    /// earlier value: a stale one means a look more.
    /// </summary>
    public uint Tick => Volatile.Read(ref _tick);

    /// <summary>
    /// Gets or sets whether the owner has to look up from its queue: the processor is to be removed, the scheduler is disposed, or
    /// timers have expired or descriptors become ready while no processor was idle. Written by others, read by the owner between two items.
    /// </summary>
    public bool NeedsAttention
    {
        get => _needsAttention;
        set => _needsAttention = value;
    }

    /// <summary>Gets whether the monitor has asked the item that runs now to let others run. Owner only.</summary>
    public bool IsAskedToYield => Volatile.Read(ref _askedTick) == WithBit(_tick);

    /// <summary>
    /// Gets or sets the machine that holds it, or null. Written by the machine when it gets or releases it and by the monitor
    /// when it takes it, read by the monitor.
    /// </summary>
    public Machine? Holder
    {
        get => _holder;
        set => _holder = value;
    }

    /// <summary>What the monitor remembers of its last looks. Monitor only.</summary>
    public ProcessorWatch Watch;

    /// <summary>Gets or sets whether the processor is to be removed. Under the resize lock.</summary>
    public bool IsRetiring { get; set; }

    /// <summary>Asks the item of a tick to let others run. Monitor only.</summary>
    public void AskToYield(uint tick) => Volatile.Write(ref _askedTick, WithBit(tick));

    /// <summary>Owner only.</summary>
    public void CountItem() => _tick++;

    /// <summary>Gets whether nothing that was spawned from outside has had a turn here for long. Owner only.</summary>
    public bool IsSpawnedOverdue => Environment.TickCount64 - _spawnedTurnMs >= _turnWaitMs;


    /// <summary>Owner only.</summary>
    public void NoteSpawnedTurn() => _spawnedTurnMs = Environment.TickCount64;

    /// <summary>Begins a turn of a goroutine whose time slice was over. Owner only.</summary>
    public void NotePreemptedTurn() => _isPreemptedTurn = true;

    /// <summary>
    /// Returns whether no goroutine whose time slice was over has had a turn here for long; the end of the last one is noted here.
    /// Called between two items. Owner only.
    /// </summary>
    public bool IsPreemptedOverdue()
    {
        long now = Environment.TickCount64;
        if (_isPreemptedTurn)
        {
            _isPreemptedTurn = false;
            _preemptedTurnMs = now;
        }

        return now - _preemptedTurnMs >= _turnWaitMs;
    }

    /// <summary>Returns whether the oldest item has waited for long. Called at fairness turns. Owner only.</summary>
    /// <remarks>
    /// When the last item is taken at the tail, the next one gets its position and passes for it: a turn too early, which does no
    /// harm.
    /// </remarks>
    public bool IsOldestOverdue()
    {
        ushort position = Queue.OldestPosition;
        long now = Environment.TickCount64;
        if (position == _oldestPosition)
        {
            return now - _oldestSinceMs >= OldestWaitMsMax;
        }

        _oldestPosition = position;
        _oldestSinceMs = now;
        return false;
    }

    /// <summary>
    /// Returns whether goroutines that ready one another through runnext have kept the ring waiting for a time slice: for so long
    /// the owner put nothing there and took nothing it spawned. Called at fairness turns. Owner only.
    /// </summary>
    public bool IsChainOverdue()
    {
        ushort position = Queue.EndPosition;
        long now = Environment.TickCount64;
        bool isAnyoneWaiting = Queue.HasRunnext && position != Queue.OldestPosition;
        if (position == _endPosition && isAnyoneWaiting)
        {
            return now - _endSinceMs >= ChainMsMax;
        }

        _endPosition = position;
        _endSinceMs = now;
        return false;
    }

    private static ulong WithBit(uint tick) => (1UL << 32) | tick;
}
