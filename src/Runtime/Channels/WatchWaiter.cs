using System;
using System.Runtime.ExceptionServices;
using System.Threading;
using System.Threading.Tasks;
using System.Threading.Tasks.Sources;
using Goroutines.Internal.Parking;

namespace Goroutines.Channels;

/// <summary>Who waits until there is something to read, or room to write: it is told so and takes nothing.</summary>
internal sealed class WatchWaiter : Waiter, IValueTaskSource<bool>
{
    /// <summary>Gets or sets with what the channel was closed. Written before the wait is ended.</summary>
    public Exception? Error { get; set; }

    bool IValueTaskSource<bool>.GetResult(short token)
    {
        BeginResult(token);
        WaitOutcome outcome = Outcome;
        Exception? error = Error;
        IWaitPlace place = Place!;
        Error = null;
        CancellationToken canceled = EndResult();
        Waiters.PutBack(this, place);
        if (outcome == WaitOutcome.Canceled)
        {
            throw new TaskCanceledException(message: null, innerException: null, canceled);
        }

        if (error is not null)
        {
            ExceptionDispatchInfo.Throw(error);
        }

        return outcome == WaitOutcome.Done;
    }

    protected override bool IsFault(WaitOutcome outcome) => Error is not null;
}
