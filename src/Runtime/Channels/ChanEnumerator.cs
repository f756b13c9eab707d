using System;
using System.Collections.Generic;
using System.Runtime.ExceptionServices;
using System.Threading;
using System.Threading.Tasks;
using System.Threading.Tasks.Sources;
using Goroutines.Internal.Parking;
using Goroutines.Internal.Scheduling;

namespace Goroutines.Channels;

/// <summary>One loop over the values of a channel. It is itself what waits for the next one, so the loop goes on where it awaits.</summary>
internal sealed class ChanEnumerator<T>(Chan<T> chan, IDisposable? owned, CancellationToken token)
    : ReadWaiter<T>, IAsyncEnumerator<T>, IValueTaskSource<bool>
{
    public T Current { get; private set; } = default!;

    public ValueTask<bool> MoveNextAsync()
    {
        if (token.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<bool>(token);
        }

        switch (chan.TryReadOrWait(this, out T value))
        {
            case WaitOutcome.Done:
                Current = value;
                return Preemption.IsDueHere ? Waiters.AfterOthersAsync(true) : new ValueTask<bool>(true);
            case WaitOutcome.Closed:
                Current = default!;
                return chan.ClosedOrFailed();
            default:
                short version = Version;
                if (token.CanBeCanceled)
                {
                    CancelWith(token);
                }

                return new ValueTask<bool>(this, version);
        }
    }

    public ValueTask DisposeAsync()
    {
        owned?.Dispose();
        return default;
    }

    bool IValueTaskSource<bool>.GetResult(short token)
    {
        BeginResult(token);
        WaitOutcome outcome = Outcome;
        Current = Value!;
        Value = default;
        CancellationToken canceled = EndResult();
        if (outcome == WaitOutcome.Canceled)
        {
            throw new TaskCanceledException(message: null, innerException: null, canceled);
        }

        if (outcome == WaitOutcome.Closed && chan.Failure is { } failure)
        {
            ExceptionDispatchInfo.Throw(failure);
        }

        return outcome == WaitOutcome.Done;
    }

    protected override bool IsFault(WaitOutcome outcome) => outcome == WaitOutcome.Closed && chan.Failure is not null;
}
