using System;
using System.Collections.Generic;

namespace Goroutines.Actors.Cells;

/// <summary>Counts restarts, each for as long as the supervisor's options say.</summary>
/// <remarks>A restart of exactly that age counts no longer. Not for several threads at once.</remarks>
internal sealed class RestartWindow(SupervisionOptions options, TimeProvider timeProvider)
{
    // Without a limit the restarts are still remembered for the delay, which does not grow for ever.
    private const int RememberedMax = 32;

    private readonly Queue<long> _timestamps = new();

    /// <summary>Gets how long to wait before the restart that was added last.</summary>
    public TimeSpan Delay => options.DelayOf(_timestamps.Count);

    /// <summary>Counts one more restart, unless there were as many as there may be.</summary>
    public bool TryAdd()
    {
        long now = timeProvider.GetTimestamp();
        while (_timestamps.TryPeek(out long oldest) && timeProvider.GetElapsedTime(oldest, now) >= options.Within)
        {
            _timestamps.Dequeue();
        }

        if (_timestamps.Count >= options.MaxRestarts)
        {
            return false;
        }

        if (_timestamps.Count == RememberedMax && options.MaxRestarts == int.MaxValue)
        {
            _timestamps.Dequeue();
        }

        _timestamps.Enqueue(now);
        return true;
    }
}
