using Goroutines.Internal.Primitives;

namespace Goroutines.Internal.Timers;

// A thread that sleeps until the next timer is due must be woken when an earlier one is armed, and else not.
//
// Arm:   1. Put the timer into its heap (full fence, the lock's exit).   2. Read the alarm; it is set later -> clear it, wake the sleeper.
// Sleep: 1. Set the alarm to the first time seen (full fence).           2. Read the first time again; earlier -> begin anew.
//        3. Sleep.  4. Clear the alarm.
//
// If the sleeper's 2 does not see the timer, then arm's 1 comes after it, so arm's 2 sees the alarm. Without the fence in either 1
// both may read what was there before, and the timer is late by as long as the sleeper sleeps.
//
// Two threads may sleep so: the machine that keeps time and the monitor. Each has an alarm of its own.
/// <summary>When a thread that sleeps will look at the timers by itself.</summary>
internal struct TimerAlarm<TSync>
    where TSync : struct, ISync
{
    /// <summary>Nobody sleeps and nobody will look: any timer is too early for it.</summary>
    public const ulong Absent = ulong.MaxValue;

    /// <summary>The thread sleeps until it is woken: later than any timer.</summary>
    public const ulong Never = ulong.MaxValue - 1;

    /// <summary>The thread is awake and looks at the timers before it sleeps again.</summary>
    public const ulong Awake = 0;

    private ulong _timeNs;

    public TimerAlarm(ulong timeNs) => _timeNs = timeNs;

    /// <summary>Gets the time, <see cref="Absent"/>, <see cref="Never"/> or <see cref="Awake"/>.</summary>
    public ulong TimeNs => TSync.Read(ref _timeNs);

    /// <summary>Says until when the thread will sleep. Full fence: it looks at the timers once more before it does.</summary>
    public void Set(ulong timeNs)
    {
        ulong seen = TSync.Read(ref _timeNs);
        while (TSync.CompareExchange(ref _timeNs, timeNs, seen) is var found && found != seen)
        {
            seen = found;
        }
    }

    /// <summary>Says that the thread is awake. Release.</summary>
    public void Clear() => TSync.Write(ref _timeNs, Awake);

    /// <summary>
    /// Returns whether the sleeper has to be woken for a timer, and is left to the caller to wake. Called after a full fence that
    /// published the timer.
    /// </summary>
    public bool TryWake(ulong dueNs)
    {
        ulong timeNs = TSync.Read(ref _timeNs);
        return dueNs < timeNs && timeNs != Absent && TSync.CompareExchange(ref _timeNs, Awake, timeNs) == timeNs;
    }
}
