using System;

namespace Goroutines.AkkaNet;

/// <summary>What of an actor system runs on a scheduler.</summary>
/// <remarks>Plain settings, read once when they are given away; not for use by several threads at a time.</remarks>
public sealed class GoDispatcherOptions
{
    /// <summary>
    /// Gets or sets whether Akka's own actors run there too: those of <c>internal-dispatcher</c> and of the remoting. Default: false.
    /// </summary>
    /// <remarks>On the ThreadPool, heartbeats do not wait for user code that floods the scheduler.</remarks>
    public bool IncludeInternal { get; set; }

    /// <summary>
    /// Gets or sets whether what is scheduled (<c>ScheduleTellOnce</c>, <c>IWithTimers</c>, ask and receive timeouts) runs on the
    /// scheduler's timers instead of Akka's wheel. Default: true.
    /// </summary>
    public bool IncludeTimers { get; set; } = true;

    /// <summary>
    /// Gets or sets how many messages an actor handles in one turn, from 1. Default: null, which leaves it to the configuration (30).
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is less than 1.</exception>
    public int? Throughput
    {
        get;
        set
        {
            if (value is int count)
            {
                ArgumentOutOfRangeException.ThrowIfLessThan(count, 1, nameof(value));
            }

            field = value;
        }
    }
}
