using System;
using System.Threading;
using System.Threading.Channels;
using System.Threading.Tasks;
using Goroutines.Internal.Parking;
using Goroutines.Internal.Primitives;

namespace Goroutines.Channels;

// Closed: nothing can be written any more, what is in the buffer can still be read. Drained: and nothing is in it.
public sealed partial class Chan<T>
{
    // Written once under the lock, read everywhere. The marker stands for a channel that was closed without an error.
    private Exception? _closedWith;

    // Made under the lock when somebody asks for it.
    private TaskCompletionSource? _completion;

    internal Task Completion
    {
        get
        {
            TaskCompletionSource? completion = Volatile.Read(ref _completion);
            return completion is not null ? completion.Task : CreateCompletion();
        }
    }

    /// <summary>Gets the error the channel was closed with, if there was one.</summary>
    internal Exception? Failure
    {
        get
        {
            Exception? closedWith = Volatile.Read(ref _closedWith);
            return closedWith == ClosedMarker.Instance ? null : closedWith;
        }
    }

    internal bool IsClosed_NeedsLock => _closedWith is not null;

    internal bool IsDrained_NeedsLock => _closedWith is not null && _count == 0;

    internal bool TryComplete(Exception? error)
    {
        Enter();
        if (IsClosed_NeedsLock)
        {
            Exit();
            return false;
        }

        Volatile.Write(ref _closedWith, error ?? ClosedMarker.Instance);
        bool isDrained = _count == 0;
        Waiter? readers = TakeAllClaimed_NeedsLock(ref _readers);
        Waiter? writers = TakeAllClaimed_NeedsLock(ref _writers);
        Waiter? readWatchers = _readWatchers.TakeAll();
        Waiter? writeWatchers = _writeWatchers.TakeAll();
        Exit();

        if (isDrained)
        {
            Complete();
        }

        Waiters.EndAll(readers, WaitOutcome.Closed);
        Waiters.EndAll(writers, WaitOutcome.Closed);
        EndWatchers(readWatchers);
        EndWatchers(writeWatchers);
        return true;
    }

    internal Exception CreateClosedException() => Failure switch
    {
        null => new ChannelClosedException(),
        OperationCanceledException canceled => canceled,
        { } error => new ChannelClosedException(error),
    };

    /// <summary>What a wait for more comes to when there will be no more: false, or the error.</summary>
    internal ValueTask<bool> ClosedOrFailed() =>
        Failure is { } error ? ValueTask.FromException<bool>(error) : new ValueTask<bool>(false);

    // Of a chain of waiters those that were won, in their order.
    private static Waiter? TakeAllClaimed_NeedsLock(ref WaitQueue queue)
    {
        Waiter? first = null;
        Waiter? last = null;
        while (queue.TryTake() is { } waiter)
        {
            if (!waiter.TryClaim())
            {
                continue;
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

        return first;
    }

    private void EndWatchers(Waiter? chain)
    {
        Exception? error = Failure;
        for (Waiter? waiter = chain; waiter is not null; waiter = waiter.Next)
        {
            Reinterpret.As<WatchWaiter>(waiter).Error = error;
        }

        Waiters.EndAll(chain, WaitOutcome.Closed);
    }

    private Task CreateCompletion()
    {
        var created = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Enter();
        TaskCompletionSource completion = _completion ?? created;
        Volatile.Write(ref _completion, completion);
        bool isDrained = IsDrained_NeedsLock;
        Exit();
        if (isDrained)
        {
            Complete();
        }

        return completion.Task;
    }

    // After the channel was seen drained. Several may see it.
    private void Complete()
    {
        if (Volatile.Read(ref _completion) is not { } completion)
        {
            return;
        }

        switch (Failure)
        {
            case null:
                completion.TrySetResult();
                break;
            case OperationCanceledException canceled:
                completion.TrySetCanceled(canceled.CancellationToken);
                break;
            case { } error:
                completion.TrySetException(error);
                break;
        }
    }
}
