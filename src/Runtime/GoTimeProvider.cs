using System;
using System.Threading;
using Goroutines.Internal.Primitives;
using Goroutines.Internal.Scheduling;
using Goroutines.Internal.Timers;

namespace Goroutines;

/// <summary>The time as the system has it, with timers that expire on a scheduler's processors.</summary>
internal sealed class GoTimeProvider(Scheduler scheduler) : TimeProvider
{
    // The BCL's: the greatest 32-bit number of milliseconds but one.
    private const long TimeMsMax = uint.MaxValue - 1L;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        ArgumentNullException.ThrowIfNull(callback);
        ThrowIfOutside(nameof(dueTime), dueTime);
        ThrowIfOutside(nameof(period), period);
        var timer = new GoTimer(scheduler, callback, state);
        timer.Arm(dueTime, period);
        return timer;
    }

    public static void ThrowIfOutside(string name, TimeSpan time)
    {
        // The BCL looks at whole milliseconds.
        if (time.Ticks is <= -2 * TimeSpan.TicksPerMillisecond or >= (TimeMsMax + 1) * TimeSpan.TicksPerMillisecond)
        {
            throw new ArgumentOutOfRangeException(
                name, time, $"{name} must be zero or more, at most 4,294,967,294 milliseconds, or Timeout.InfiniteTimeSpan.");
        }
    }

    /// <summary>Returns whether a time stands for infinity: the BCL looks at whole milliseconds.</summary>
    public static bool IsInfinite(TimeSpan time) => time.Ticks is <= -TimeSpan.TicksPerMillisecond and > -2 * TimeSpan.TicksPerMillisecond;

    /// <summary>Returns the moment that lies a time ahead, in nanoseconds of the monotonic clock; for infinity, in centuries.</summary>
    public static long Ahead(TimeSpan time)
    {
        long nowNs = MonotonicClock.NowNs;
        if (IsInfinite(time))
        {
            return TimerNode.Unarmed - 1;
        }

        long ticksMax = (TimerNode.Unarmed - 1 - nowNs) / TimeSpan.NanosecondsPerTick;
        return nowNs + (Math.Clamp(time.Ticks, 0, ticksMax) * TimeSpan.NanosecondsPerTick);
    }
}
