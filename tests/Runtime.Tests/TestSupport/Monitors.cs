using System;
using System.Runtime.CompilerServices;
using System.Threading;
using Goroutines.Internal.Scheduling;

namespace Goroutines.Tests.TestSupport;

/// <summary>Looks into a scheduler's monitor.</summary>
internal static class Monitors
{
    // Sysmon's own number.
    private const int Asleep = 3;

    /// <summary>Returns whether the monitor sleeps until somebody wakes it.</summary>
    public static bool IsAsleep(GoScheduler scheduler)
    {
        ArgumentNullException.ThrowIfNull(scheduler);
        return Volatile.Read(ref StateOf(MonitorOf(scheduler.Core))) == Asleep;
    }

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_sysmon")]
    private static extern ref Sysmon MonitorOf(Scheduler scheduler);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_state")]
    private static extern ref int StateOf(Sysmon monitor);
}
