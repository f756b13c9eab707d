using System;
#if DEBUG
using System.Diagnostics;
#endif
using System.Threading;

namespace Goroutines.Internal.Primitives;

/// <summary>A short lock for the scheduler's own lists: spins, then sleeps on a futex; locks nest in rising rank only.</summary>
/// <remarks>
/// Not a Monitor: a Monitor that has to wait calls the thread's SynchronizationContext, which is ours, in the middle of the
/// scheduler. Never held while user code runs. Leaving it is a full fence; the wake-up protocol has fences of its own.
/// </remarks>
internal sealed unsafe class RankedLock : ShortLock
{
    private const int Free = 0;
    private const int Held = 1;
    private const int HeldWithSleepers = 2;

    // About 5 µs, in growing steps from 40 ns: most sections are over after the first, none takes all when its holder runs.
    private const int SpinCount = 32;

#if DEBUG
    // The highest rank this thread holds. Debug only; the house has one thread static, and it is not this.
    private static readonly ThreadLocal<LockRank> s_heldRank = new();
    private readonly LockRank _rank;
    private LockRank _outerRank;
#endif

    private readonly int[] _memory = GC.AllocateArray<int>(64, pinned: true);
    private readonly int* _state;

    public RankedLock(LockRank rank)
    {
#if DEBUG
        _rank = rank;
#else
        _ = rank;
#endif

        // Safety: the array is pinned and lives as long as this object.
        fixed (int* memory = _memory)
        {
            _state = memory + 32;
        }
    }

    public override void Enter()
    {
        if (Interlocked.CompareExchange(ref *_state, Held, Free) != Free)
        {
            EnterSlowly();
        }

#if DEBUG
        _outerRank = NoteEntered(_rank, isNested: false);
#endif
    }

    public override bool TryEnter()
    {
        if (Interlocked.CompareExchange(ref *_state, Held, Free) != Free)
        {
            return false;
        }

#if DEBUG
        _outerRank = NoteEntered(_rank, isNested: false);
#endif
        return true;
    }

    public override void Exit()
    {
#if DEBUG
        NoteLeaving(_rank, _outerRank);
#endif
        if (Interlocked.Exchange(ref *_state, Free) == HeldWithSleepers)
        {
            Futex.Wake(_state, 1);
        }
    }

    private void EnterSlowly()
    {
        for (int spin = 0; spin < SpinCount; spin++)
        {
            Thread.SpinWait(1 + (spin / 4));
            if (Volatile.Read(ref *_state) == Free && Interlocked.CompareExchange(ref *_state, Held, Free) == Free)
            {
                return;
            }
        }

        if (!Futex.IsSupported)
        {
            EnterByYielding();
            return;
        }

        while (Interlocked.Exchange(ref *_state, HeldWithSleepers) != Free)
        {
            Futex.Wait(_state, HeldWithSleepers, timeoutNs: -1);
        }
    }

    private void EnterByYielding()
    {
        var spinner = default(SpinWait);
        while (Interlocked.CompareExchange(ref *_state, Held, Free) != Free)
        {
            // A sleep could be interrupted, which must not throw in the middle of the scheduler.
            spinner.SpinOnce(sleep1Threshold: -1);
        }
    }

#if DEBUG
    /// <summary>Checks the order and notes that the calling thread holds a lock of a rank. Returns the rank it held before.</summary>
    public static LockRank NoteEntered(LockRank rank, bool isNested)
    {
        LockRank outer = s_heldRank.Value;
        Debug.Assert(outer < rank || (isNested && outer == rank), "Locks nest in rising rank only.");
        s_heldRank.Value = rank;
        return outer;
    }

    /// <summary>Notes that the calling thread leaves a lock, and holds one of the outer rank again.</summary>
    public static void NoteLeaving(LockRank rank, LockRank outer)
    {
        Debug.Assert(s_heldRank.Value == rank, "The lock that was entered last is left first.");
        s_heldRank.Value = outer;
    }
#endif
}
