using System.Threading;
using System.Threading.Tasks;
using Goroutines.Internal.Parking;
using Goroutines.Internal.Primitives;
using Goroutines.Internal.Scheduling;

namespace Goroutines.Channels;

// The ways to wait. Each takes a spare waiter under the lock; only when there is none it leaves, makes one and looks again, because
// nothing is allocated under the lock. What it then does not need is put aside.
public sealed partial class Chan<T>
{
    internal ValueTask<T> ReadAsync(CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<T>(cancellationToken);
        }

        ReadWaiter<T>? waiter = null;
        while (true)
        {
            Enter();
            if (TryTake_NeedsLock(out T? item, out Waiter? served))
            {
                bool isDrained = IsDrained_NeedsLock;
                Exit();
                FinishTaking(served, isDrained);
                PutAside(waiter);
                return Preemption.IsDueHere ? Waiters.AfterOthersAsync(item!) : new ValueTask<T>(item!);
            }

            if (IsClosed_NeedsLock)
            {
                Exit();
                PutAside(waiter);
                return ValueTask.FromException<T>(CreateClosedException());
            }

            waiter ??= TryTakeSpare<ReadWaiter<T>>(ref _spareReader);
            if (waiter is not null)
            {
                short version = waiter.Version;
                Waiter? told = QueueReader_NeedsLock(waiter);
                Exit();
                FinishQueueing(waiter, told, cancellationToken);
                return new ValueTask<T>(waiter, version);
            }

            Exit();
            waiter = new ReadWaiter<T>();
        }
    }

    internal ValueTask WriteAsync(T item, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled(cancellationToken);
        }

        WriteWaiter<T>? waiter = null;
        while (true)
        {
            Enter();
            if (TryGive_NeedsLock(item, out Waiter? served))
            {
                Exit();
                Waiters.EndAll(served, WaitOutcome.Done);
                PutAside(waiter);
                return Preemption.IsDueHere ? Waiters.AfterOthersAsync() : default;
            }

            if (IsClosed_NeedsLock)
            {
                Exit();
                PutAside(waiter);
                return ValueTask.FromException(CreateClosedException());
            }

            waiter ??= TryTakeSpare<WriteWaiter<T>>(ref _spareWriter);
            if (waiter is not null)
            {
                short version = waiter.Version;
                waiter.Value = item;
                Waiter? told = QueueWriter_NeedsLock(waiter);
                Exit();
                FinishQueueing(waiter, told, cancellationToken);
                return new ValueTask(waiter, version);
            }

            Exit();
            waiter = new WriteWaiter<T>();
        }
    }

    /// <summary>Takes a case of a select out of its queue, if it still stands there.</summary>
    internal void Withdraw(Waiter waiter) => ((IWaitPlace)this).TryRemove(waiter);

    internal ValueTask<bool> WaitToReadAsync(CancellationToken cancellationToken) =>
        WatchAsync(isReader: true, cancellationToken);

    internal ValueTask<bool> WaitToWriteAsync(CancellationToken cancellationToken) =>
        WatchAsync(isReader: false, cancellationToken);

    /// <summary>Takes a value, or queues the waiter: then the outcome is none yet.</summary>
    internal WaitOutcome TryReadOrWait(ReadWaiter<T> waiter, out T item)
    {
        Enter();
        if (TryTake_NeedsLock(out T? taken, out Waiter? served))
        {
            bool isDrained = IsDrained_NeedsLock;
            Exit();
            FinishTaking(served, isDrained);
            item = taken!;
            return WaitOutcome.Done;
        }

        item = default!;
        if (IsClosed_NeedsLock)
        {
            Exit();
            return WaitOutcome.Closed;
        }

        Waiter? told = QueueReader_NeedsLock(waiter);
        Exit();
        Waiters.EndAll(told, WaitOutcome.Done);
        return WaitOutcome.None;
    }

    private ValueTask<bool> WatchAsync(bool isReader, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<bool>(cancellationToken);
        }

        WatchWaiter? waiter = null;
        while (true)
        {
            Enter();
            bool isReady = isReader ? CanTake_NeedsLock : CanGive_NeedsLock;
            if (isReady || IsClosed_NeedsLock)
            {
                Exit();
                PutAside(waiter);
                return !isReady ? ClosedOrFailed()
                    : Preemption.IsDueHere ? Waiters.AfterOthersAsync(true)
                    : new ValueTask<bool>(true);
            }

            waiter ??= TryTakeSpare<WatchWaiter>(ref _spareWatcher);
            if (waiter is not null)
            {
                short version = waiter.Version;
                waiter.Place = this;
                byte number = isReader ? InReadWatchers : InWriteWatchers;
                QueueOf(number).Put(waiter, number);
                Exit();
                FinishQueueing(waiter, told: null, cancellationToken);
                return new ValueTask<bool>(waiter, version);
            }

            Exit();
            waiter = new WatchWaiter();
        }
    }

    private bool CanTake_NeedsLock => _count > 0 || !_writers.IsEmpty;

    private bool CanGive_NeedsLock => !IsClosed_NeedsLock && (_count < _capacity || !_readers.IsEmpty);

    // Returns who is to be told that a reader waits now: without room, who waits to write.
    internal Waiter? QueueReader_NeedsLock(Waiter waiter)
    {
        waiter.Place = this;
        _readers.Put(waiter, InReaders);
        return _capacity == 0 && !_writeWatchers.IsEmpty ? _writeWatchers.TakeAll() : null;
    }

    internal Waiter? QueueWriter_NeedsLock(Waiter waiter)
    {
        waiter.Place = this;
        _writers.Put(waiter, InWriters);
        return _capacity == 0 && !_readWatchers.IsEmpty ? _readWatchers.TakeAll() : null;
    }

    private static void FinishQueueing(Waiter waiter, Waiter? told, CancellationToken cancellationToken)
    {
        if (told is not null)
        {
            Waiters.EndAll(told, WaitOutcome.Done);
        }

        if (cancellationToken.CanBeCanceled)
        {
            waiter.CancelWith(cancellationToken);
        }
    }

    // Of the machine; who is none takes the channel's, under the lock.
    private static TWaiter? TryTakeSpare<TWaiter>(ref Waiter? place)
        where TWaiter : Waiter
    {
        TWaiter? spare = Waiters.TryTakeSpare<TWaiter>();
        if (spare is null && Volatile.Read(ref place) is { } kept)
        {
            place = null;
            spare = Reinterpret.As<TWaiter>(kept);
        }

        return spare;
    }

    private void PutAside<TWaiter>(TWaiter? waiter)
        where TWaiter : Waiter
    {
        if (waiter is not null)
        {
            Waiters.PutBack(waiter, this);
        }
    }
}
