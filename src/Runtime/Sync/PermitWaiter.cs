using System.Threading;
using System.Threading.Tasks;
using System.Threading.Tasks.Sources;
using Goroutines.Internal.Parking;
using Goroutines.Internal.Primitives;

namespace Goroutines.Sync;

/// <summary>Who waits for a permit of a semaphore, or for a mutex.</summary>
internal sealed class PermitWaiter : Waiter, IValueTaskSource, IValueTaskSource<AsyncMutex.Holder>
{
    /// <summary>Gets or sets the mutex it waits for; null for a semaphore's. Of the awaiter's side.</summary>
    public AsyncMutex? Mutex { get; set; }

    void IValueTaskSource.GetResult(short token) => Finish(token);

    AsyncMutex.Holder IValueTaskSource<AsyncMutex.Holder>.GetResult(short token) => Finish(token)!.Hold();

    private AsyncMutex? Finish(short token)
    {
        BeginResult(token);
        bool isCanceled = Outcome == WaitOutcome.Canceled;
        var semaphore = Reinterpret.As<AsyncSemaphore>(Place);
        AsyncMutex? mutex = Mutex;
        Mutex = null;
        CancellationToken canceled = EndResult();
        Waiters.PutBack(this, semaphore);
        return !isCanceled ? mutex : throw new TaskCanceledException(message: null, innerException: null, canceled);
    }
}
