using System;
using System.Diagnostics;
using System.Threading;
using System.Threading.Tasks;
using Goroutines.Internal.Parking;
using Goroutines.Internal.Primitives;
using Goroutines.Internal.Scheduling;

namespace Goroutines.Sync;

/// <summary>A number of permits that goroutines take and give back. Who waits blocks no thread and is served in its turn.</summary>
/// <remarks>
/// <para>
/// A permit that is given back while others wait goes to the one that waits longest, which runs next: nobody can take it in between.
/// Not reentrant: permits belong to nobody.
/// </para>
/// <para>
/// Threading: all members may be used from any thread. Where an await goes on is the BCL's rule, except that what has no context goes
/// on in the raw lane of the scheduler's workers. Allocation: none for a wait on a machine.
/// </para>
/// </remarks>
public sealed class AsyncSemaphore : IWaitPlace
{
    private const byte InWaiters = 1;

    private InlineLock _lock;

    // Under the lock; the count is read without it too. Nobody waits while there are permits.
    private int _count;
    private WaitQueue _waiters;

    // For threads that are no machines: as in a channel.
    private PermitWaiter? _spare;

    /// <summary>Makes a semaphore.</summary>
    /// <param name="count">How many permits it has at first: 0 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="count"/> is negative.</exception>
    public AsyncSemaphore(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        _count = count;
    }

    /// <summary>Gets how many permits can be taken now.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>Takes a permit if there is one.</summary>
    /// <returns>False when there is none.</returns>
    public bool TryAcquire()
    {
        _lock.Enter(LockRank.Semaphore);
        bool isTaken = _count > 0;
        if (isTaken)
        {
            _count--;
        }

        _lock.Exit(LockRank.Semaphore);
        return isTaken;
    }

    /// <summary>Takes a permit, and waits for it if there is none.</summary>
    /// <param name="cancellationToken">Ends the waiting; then no permit was taken.</param>
    /// <returns>What to await, once. Complete if there was a permit and the caller's time slice is not over.</returns>
    /// <exception cref="OperationCanceledException">The token was canceled first; thrown by the await.</exception>
    public ValueTask AcquireAsync(CancellationToken cancellationToken = default)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled(cancellationToken);
        }

        PermitWaiter? waiter = TryAcquireOrWait(mutex: null, cancellationToken, out short version);
        return waiter is not null ? new ValueTask(waiter, version)
            : Preemption.IsDueHere ? Waiters.AfterOthersAsync()
            : default;
    }

    /// <summary>Gives permits back, or adds some.</summary>
    /// <param name="count">How many: 1 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="count"/> is less than 1.</exception>
    /// <exception cref="InvalidOperationException">There would be more than an int can count.</exception>
    public void Release(int count = 1)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        Waiter? first = null;
        Waiter? last = null;
        _lock.Enter(LockRank.Semaphore);
        bool isValid = count <= int.MaxValue - _count;
        for (int left = count; isValid && left > 0; left--)
        {
            if (_waiters.TryTake() is not { } waiter)
            {
                _count += left;
                break;
            }

            if (last is null)
            {
                first = waiter;
            }
            else
            {
                last.Next = waiter;
            }

            last = waiter;
        }

        Debug.Assert(_count == 0 || _waiters.IsEmpty, "Nobody waits while there are permits.");
        _lock.Exit(LockRank.Semaphore);
        if (!isValid)
        {
            throw new InvalidOperationException("A semaphore has at most int.MaxValue permits.");
        }

        Waiters.EndAll(first, WaitOutcome.Done);
    }

    bool IWaitPlace.TryRemove(Waiter waiter)
    {
        _lock.Enter(LockRank.Semaphore);
        bool isQueued = waiter.QueueNumber != 0;
        if (isQueued)
        {
            _waiters.Remove(waiter);
        }

        _lock.Exit(LockRank.Semaphore);
        return isQueued;
    }

    void IWaitPlace.PutSpare(Waiter waiter) => Volatile.Write(ref _spare, Reinterpret.As<PermitWaiter>(waiter));

    /// <summary>Takes a permit and returns null, or returns who waits for one now.</summary>
    internal PermitWaiter? TryAcquireOrWait(AsyncMutex? mutex, CancellationToken cancellationToken, out short version)
    {
        PermitWaiter? waiter = null;
        while (true)
        {
            _lock.Enter(LockRank.Semaphore);
            bool isTaken = _count > 0;
            if (isTaken)
            {
                _count--;
            }
            else if ((waiter ?? TryTakeSpare_NeedsLock()) is { } taken)
            {
                waiter = taken;
                waiter.Mutex = mutex;
                waiter.Place = this;
                _waiters.Put(waiter, InWaiters);
            }

            version = waiter?.Version ?? 0;
            _lock.Exit(LockRank.Semaphore);
            if (isTaken)
            {
                if (waiter is not null)
                {
                    Waiters.PutBack(waiter, this);
                }

                return null;
            }

            if (waiter is not null)
            {
                if (cancellationToken.CanBeCanceled)
                {
                    waiter.CancelWith(cancellationToken);
                }

                return waiter;
            }

            // Nothing is allocated under the lock.
            waiter = new PermitWaiter();
        }
    }

    private PermitWaiter? TryTakeSpare_NeedsLock()
    {
        PermitWaiter? spare = Waiters.TryTakeSpare<PermitWaiter>();
        if (spare is null && Volatile.Read(ref _spare) is { } kept)
        {
            _spare = null;
            spare = kept;
        }

        return spare;
    }
}
