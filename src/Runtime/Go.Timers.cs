using System;
using System.Threading;
using System.Threading.Tasks;

namespace Goroutines;

public static partial class Go
{
    /// <summary>Waits for a time, as Go's time.Sleep does: no thread sleeps meanwhile.</summary>
    /// <param name="delay">
    /// How long: zero or more, or <see cref="Timeout.InfiniteTimeSpan"/> for ever. More than 292 years is taken for those.
    /// </param>
    /// <param name="cancellationToken">Ends the waiting at once.</param>
    /// <returns>What to await, once. Complete if the delay is zero.</returns>
    /// <remarks>
    /// <para>
    /// Never early. On an idle scheduler it is late by some tens of microseconds; while the caller's processor computes on, by up to
    /// a millisecond if another one is idle, else by how long others run before. Where the method goes on is the BCL's rule, except
    /// that what has no context goes on in the raw lane of the scheduler's workers.
    /// </para>
    /// <para>Allocation: none for an await, beyond what the token takes for a callback. May be called on any thread.</para>
    /// </remarks>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="delay"/> is negative, and not infinite.</exception>
    /// <exception cref="TaskCanceledException">The token was canceled before the time was over; thrown by the await.</exception>
    public static ValueTask Delay(TimeSpan delay, CancellationToken cancellationToken = default)
    {
        if (delay < TimeSpan.Zero && delay != Timeout.InfiniteTimeSpan)
        {
            throw new ArgumentOutOfRangeException(nameof(delay), delay, "delay must be zero or more, or Timeout.InfiniteTimeSpan.");
        }

        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled(cancellationToken);
        }

        return delay == TimeSpan.Zero ? default : DelaySource.Start(Scheduler.Core, delay, cancellationToken);
    }
}
