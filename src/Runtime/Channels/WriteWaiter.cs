using System.Threading;
using System.Threading.Tasks;
using System.Threading.Tasks.Sources;
using Goroutines.Internal.Parking;
using Goroutines.Internal.Primitives;

namespace Goroutines.Channels;

/// <summary>Who waits to get rid of a value, which whoever takes it out of its queue takes from it.</summary>
internal class WriteWaiter<T> : Waiter, IValueTaskSource
{
    /// <summary>What is to be written. Written before it stands in the queue.</summary>
    public T? Value;

    void IValueTaskSource.GetResult(short token)
    {
        BeginResult(token);
        WaitOutcome outcome = Outcome;
        var chan = Reinterpret.As<Chan<T>>(Place);
        Value = default;
        CancellationToken canceled = EndResult();
        Waiters.PutBack(this, chan);
        if (outcome != WaitOutcome.Done)
        {
            throw (outcome == WaitOutcome.Canceled
                ? new TaskCanceledException(message: null, innerException: null, canceled)
                : chan.CreateClosedException());
        }
    }
}
