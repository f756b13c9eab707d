using System;
using System.Diagnostics;
using System.Threading;
using Goroutines.Internal.Primitives;

namespace Goroutines.Internal.Stacks;

/// <summary>Keeps stack segments that nobody runs on: the last one returned is the first one taken, for its memory is warm.</summary>
internal sealed class SegmentPool
{
    /// <summary>The most segments that are kept. If more are needed at once, more run, and end afterwards.</summary>
    /// <remarks>Enough for one recursion of a million levels with frames of 1,000 bytes, or for a smaller one on 16 processors.</remarks>
    public const int IdleCountMax = 16;

    // Arbitrary: long beside the pauses of a program that recurses again and again, short for one that did it once.
    private const long IdleNsMax = 5_000_000_000;

    private readonly RankedLock _lock = new(LockRank.StackSegments);
    private readonly StackSegment[] _idle = new StackSegment[IdleCountMax];
    private readonly Action<Thread> _start;
    private int _idleCount;
    private int _threadCount;

    /// <summary>Creates an empty pool.</summary>
    /// <param name="idleNs">How long a segment that nobody takes is kept.</param>
    /// <param name="start">Starts a thread; may throw as Thread.Start does.</param>
    /// <param name="createParker">Makes the parkers of a segment; null for the best of this machine.</param>
    public SegmentPool(long idleNs = IdleNsMax, Action<Thread>? start = null, Func<Parker>? createParker = null)
    {
        IdleNs = idleNs;
        CreateParker = createParker ?? Parker.Create;
        _start = start ?? (static thread => thread.UnsafeStart());
    }

    /// <summary>Gets the pool of the process. It has no thread before one is needed.</summary>
    public static SegmentPool Shared { get; } = new();

    public long IdleNs { get; }

    public Func<Parker> CreateParker { get; }

    /// <summary>Gets how many segments wait to be taken.</summary>
    public int IdleCount => Volatile.Read(ref _idleCount);

    /// <summary>Gets how many threads there are, running or idle.</summary>
    public int ThreadCount => Volatile.Read(ref _threadCount);

    /// <summary>Runs the work on a segment while the calling thread waits, and ends it there: what it threw is thrown here.</summary>
    /// <exception cref="InsufficientExecutionStackException">The system refuses a thread; nothing of the work has run.</exception>
    public void Run(SegmentWork work)
    {
        if (!TryRun(work, out Exception? refusal))
        {
            throw new InsufficientExecutionStackException(
                "The stack runs low, and the system refuses the thread whose stack would carry on.", refusal);
        }
    }

    /// <summary>As <see cref="Run"/>, but returns false and the reason if the system refuses a thread.</summary>
    public bool TryRun(SegmentWork work, out Exception? refusal)
    {
        refusal = null;
        StackSegment? segment = TryTake() ?? TryCreate(out refusal);
        if (segment is null)
        {
            // The work has taken the surroundings and gives them back.
            work.Finish();
            return false;
        }

        segment.Run(work);
        Put(segment);
        work.Finish();
        return true;
    }

    /// <summary>Lets a segment that waited long enough end, unless somebody has taken it meanwhile.</summary>
    public bool TryRetire(StackSegment segment)
    {
        _lock.Enter();
        int index = Array.IndexOf(_idle, segment, 0, _idleCount);
        if (index >= 0)
        {
            Array.Copy(_idle, index + 1, _idle, index, _idleCount - index - 1);
            _idle[--_idleCount] = null!;
        }

        _lock.Exit();
        return index >= 0;
    }

    public void NoteThreadEnded()
    {
        int count = Interlocked.Decrement(ref _threadCount);
        Debug.Assert(count >= 0, "Who ends was counted.");
    }

    private StackSegment? TryTake()
    {
        StackSegment? segment = null;
        _lock.Enter();
        if (_idleCount > 0)
        {
            segment = _idle[--_idleCount];
            _idle[_idleCount] = null!;
        }

        _lock.Exit();
        return segment;
    }

    private StackSegment? TryCreate(out Exception? refusal)
    {
        var segment = new StackSegment(this);
        Interlocked.Increment(ref _threadCount);
        try
        {
            _start(segment.CreateThread());
            refusal = null;
            return segment;
        }
        catch (Exception e) when (e is OutOfMemoryException or ThreadStartException)
        {
            NoteThreadEnded();
            refusal = e;
            return null;
        }
    }

    private void Put(StackSegment segment)
    {
        _lock.Enter();
        bool isKept = _idleCount < IdleCountMax;
        if (isKept)
        {
            _idle[_idleCount++] = segment;
        }

        _lock.Exit();
        if (!isKept)
        {
            segment.End();
        }
    }
}
