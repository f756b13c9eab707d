using System;
using System.Diagnostics.CodeAnalysis;
using System.Threading;
using System.Threading.Tasks;
using Goroutines.Internal.Parking;
using Goroutines.Internal.Scheduling;

namespace Goroutines.Sync;

/// <summary>A lock that may be held over awaits. Who waits for it blocks no thread and gets it in its turn.</summary>
/// <remarks>
/// <para>
/// <c>using (await mutex.LockAsync()) { … }</c>. When it is given back while others wait it goes to the one that waits longest, which
/// runs next. Not reentrant: who locks it twice waits for itself.
/// </para>
/// <para>Threading and allocation: as <see cref="AsyncSemaphore"/>.</para>
/// </remarks>
public sealed class AsyncMutex
{
    private readonly AsyncSemaphore _permit = new(1);

    // Which holding this is. Written by who holds the mutex and gives it back; interlocked, because a copy may try to do so too.
    private int _round;

    /// <summary>Gets whether somebody holds it.</summary>
    public bool IsLocked => _permit.Count == 0;

    /// <summary>Locks the mutex, and waits for that if somebody holds it.</summary>
    /// <param name="cancellationToken">Ends the waiting; then it is not locked.</param>
    /// <returns>What to await, once: the holder, whose disposal unlocks the mutex.</returns>
    /// <exception cref="OperationCanceledException">The token was canceled first; thrown by the await.</exception>
    public ValueTask<Holder> LockAsync(CancellationToken cancellationToken = default)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<Holder>(cancellationToken);
        }

        PermitWaiter? waiter = _permit.TryAcquireOrWait(this, cancellationToken, out short version);
        return waiter is not null ? new ValueTask<Holder>(waiter, version)
            : Preemption.IsDueHere ? Waiters.AfterOthersAsync(Hold())
            : new ValueTask<Holder>(Hold());
    }

    /// <summary>Locks the mutex if nobody holds it.</summary>
    /// <param name="holder">What unlocks it by its disposal; default when it was not locked.</param>
    /// <returns>False when somebody holds it.</returns>
    public bool TryLock(out Holder holder)
    {
        bool isLocked = _permit.TryAcquire();
        holder = isLocked ? Hold() : default;
        return isLocked;
    }

    internal Holder Hold() => new(this, Volatile.Read(ref _round));

    private void Unlock(int round)
    {
        if (Interlocked.CompareExchange(ref _round, unchecked(round + 1), round) == round)
        {
            _permit.Release();
        }
    }

    /// <summary>Holds a mutex until it is disposed. Only the first disposal unlocks, of whichever copy.</summary>
    [SuppressMessage("Design", "CA1034:Nested types should not be visible", Justification = "It is nothing without its mutex.")]
    public readonly struct Holder : IDisposable, IEquatable<Holder>
    {
        private readonly AsyncMutex? _mutex;
        private readonly int _round;

        internal Holder(AsyncMutex mutex, int round)
        {
            _mutex = mutex;
            _round = round;
        }

        /// <summary>Compares two of them; they are equal if they hold the same mutex in the same turn.</summary>
        /// <param name="left">One.</param>
        /// <param name="right">The other.</param>
        public static bool operator ==(Holder left, Holder right) => left.Equals(right);

        /// <summary>Compares two of them; they are equal if they hold the same mutex in the same turn.</summary>
        /// <param name="left">One.</param>
        /// <param name="right">The other.</param>
        public static bool operator !=(Holder left, Holder right) => !left.Equals(right);

        /// <summary>Unlocks the mutex, if that was not done already.</summary>
        public void Dispose() => _mutex?.Unlock(_round);

        /// <inheritdoc/>
        public bool Equals(Holder other) => _mutex == other._mutex && _round == other._round;

        /// <inheritdoc/>
        public override bool Equals(object? obj) => obj is Holder other && Equals(other);

        /// <inheritdoc/>
        public override int GetHashCode() => HashCode.Combine(_mutex, _round);
    }
}
