using System.Threading;
using System.Threading.Tasks;
using System.Threading.Tasks.Sources;
using Goroutines.Internal.Parking;
using Goroutines.Internal.Primitives;

namespace Goroutines.Channels;

/// <summary>Who waits for a value of a channel.</summary>
internal class ReadWaiter<T> : Waiter, IValueTaskSource<T>
{
    /// <summary>What was handed over. Written by the writer before it ends the wait.</summary>
    public T? Value;

    T IValueTaskSource<T>.GetResult(short token)
    {
        BeginResult(token);
        WaitOutcome outcome = Outcome;
        var chan = Reinterpret.As<Chan<T>>(Place);
        T value = Value!;
        Value = default;
        CancellationToken canceled = EndResult();
        Waiters.PutBack(this, chan);
        if (outcome != WaitOutcome.Done)
        {
            Throw(outcome, chan, canceled);
        }

        return value;
    }

    protected static void Throw(WaitOutcome outcome, Chan<T> chan, CancellationToken canceled) =>
        throw (outcome == WaitOutcome.Canceled
            ? new TaskCanceledException(message: null, innerException: null, canceled)
            : chan.CreateClosedException());
}
