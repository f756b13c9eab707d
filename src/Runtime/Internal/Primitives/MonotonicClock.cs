using System.Diagnostics;

namespace Goroutines.Internal.Primitives;

/// <summary>Monotonic time in nanoseconds.</summary>
internal static class MonotonicClock
{
    private static readonly double s_nsPerTick = 1e9 / Stopwatch.Frequency;

    /// <summary>Gets the time since an arbitrary start, in nanoseconds.</summary>
    public static long NowNs => (long)(Stopwatch.GetTimestamp() * s_nsPerTick);
}
