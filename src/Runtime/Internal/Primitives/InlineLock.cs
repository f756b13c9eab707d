using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Threading;

namespace Goroutines.Internal.Primitives;

/// <summary>A short lock in one word of its owner, for objects of which there may be millions: spins, then yields the thread.</summary>
/// <remarks>
/// <para>
/// Entered by one compare-exchange and left by one plain store: nobody sleeps in it, so nobody has to be woken. Leaving it is a
/// release and no full fence. Held for some instructions and never while user code runs.
/// </para>
/// <para>A field that is not read-only: a copy of it locks nothing.</para>
/// </remarks>
internal struct InlineLock
{
    // About 3 µs: longer than any section, so who still finds it held then waits for a thread that does not run.
    private const int SpinCount = 24;

    // 0 or 1. Entered with a full fence, left with release.
    private int _isHeld;

#if DEBUG
    private LockRank _outerRank;
#endif

    /// <summary>Enters the lock. Full fence.</summary>
    /// <param name="rank">The lock's place in the order.</param>
    /// <param name="isNested">Whether a lock of the same rank is held, in an order the caller answers for.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Enter(LockRank rank, bool isNested = false)
    {
        if (Interlocked.CompareExchange(ref _isHeld, 1, 0) != 0)
        {
            EnterSlowly();
        }

#if DEBUG
        _outerRank = RankedLock.NoteEntered(rank, isNested);
#endif
    }

    /// <summary>Leaves the lock. Release.</summary>
    /// <param name="rank">The rank it was entered with.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Exit(LockRank rank)
    {
#if DEBUG
        RankedLock.NoteLeaving(rank, _outerRank);
#endif
        Debug.Assert(_isHeld != 0, "Who leaves a lock has entered it.");
        Volatile.Write(ref _isHeld, 0);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void EnterSlowly()
    {
        for (int spin = 0; spin < SpinCount; spin++)
        {
            Thread.SpinWait(1 + (spin / 4));
            if (TryEnterFree())
            {
                return;
            }
        }

        // A sleep could be interrupted, which must not throw here.
        var spinner = default(SpinWait);
        while (!TryEnterFree())
        {
            spinner.SpinOnce(sleep1Threshold: -1);
        }
    }

    private bool TryEnterFree() => Volatile.Read(ref _isHeld) == 0 && Interlocked.CompareExchange(ref _isHeld, 1, 0) == 0;
}
