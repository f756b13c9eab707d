using System;
using System.Threading;
using Goroutines.Internal.Netpoll;
using Goroutines.Internal.Primitives;
using Goroutines.Internal.Timers;

namespace Goroutines.Internal.Scheduling;

// Who sleeps until the next timer is due: the timekeeper, and after disposal the BCL's timer. See Scheduler.Timers.cs.
internal sealed partial class Scheduler
{
    private TimerAlarm<HardwareSync> _keeperAlarm = new(TimerAlarm<HardwareSync>.Absent);

    // The machine that keeps time, or null. Interlocked.
    private Machine? _keeper;

    // Interlocked.
    private Timer? _systemTimer;

    /// <summary>Gets whether the timekeeper wakes early enough for a timer.</summary>
    public bool IsTimeKept(long dueNs) => (ulong)dueNs >= _keeperAlarm.TimeNs;

    /// <summary>Parks a machine as the timekeeper until it is assigned. False when there is one: then it parks as any other.</summary>
    private bool TryKeepTime(Machine machine)
    {
        if (Volatile.Read(ref _keeper) is not null || Interlocked.CompareExchange(ref _keeper, machine, null) is not null)
        {
            WakeKeeperIfLate();
            return false;
        }

        while (!machine.IsAssigned)
        {
            Poller? poller = PollerToWaitFor;
            machine.BeginWaitingFor(poller);
            long nextNs = NextTimerNs;
            _keeperAlarm.Set(nextNs == TimerNode.Unarmed ? TimerAlarm<HardwareSync>.Never : (ulong)nextNs);
            if (NextTimerNs >= nextNs && !machine.IsAssigned)
            {
                SleepAsKeeper(machine, poller, nextNs);
            }

            machine.EndWaitingFor(poller);
        }

        // The monitor ticks as long as this machine holds a processor.
        _keeperAlarm.Set(TimerAlarm<HardwareSync>.Absent);
        Volatile.Write(ref _keeper, null);
        return true;
    }

    private void SleepAsKeeper(Machine machine, Poller? poller, long nextNs)
    {
        if (poller is null)
        {
            machine.ParkUntil(nextNs);
            _keeperAlarm.Clear();
        }
        else
        {
            WaitForDescriptors(machine, poller, nextNs);
        }

        if (!machine.IsAssigned)
        {
            ExpireAllTimers(MonotonicClock.NowNs);
        }
    }

    // A machine that armed a timer while it had a processor told nobody.
    private void WakeKeeperIfLate()
    {
        long nextNs = NextTimerNs;
        if (nextNs != TimerNode.Unarmed && !IsTimeKept(nextNs) && !TryWakeKeeper(nextNs))
        {
            _sysmon.EnsureTickingFor(nextNs);
        }
    }

    private bool TryWakeKeeper(long dueNs)
    {
        if (!_keeperAlarm.TryWake((ulong)dueNs))
        {
            return false;
        }

        // Only now: who set the alarm keeps time until it is awake. The one before may have left a moment ago, and to unpark that one
        // would leave this one asleep with its alarm cleared. Null, or one that came later, has looked since.
        Volatile.Read(ref _keeper)?.Unpark();
        return true;
    }

    // After disposal nobody of ours is left to look.
    private void ContinueOnSystemTimer()
    {
        Timer timer = Volatile.Read(ref _systemTimer) ?? CreateSystemTimer();
        long nextNs = NextTimerNs;
        while (nextNs != TimerNode.Unarmed)
        {
            double leftMs = Math.Ceiling((nextNs - MonotonicClock.NowNs) / 1e6);
            timer.Change((long)Math.Clamp(leftMs, 0, uint.MaxValue - 1.0), Timeout.Infinite);

            // Another thread may have set it for another timer a moment before.
            long seenNs = NextTimerNs;
            if (seenNs == nextNs)
            {
                return;
            }

            nextNs = seenNs;
        }
    }

    private Timer CreateSystemTimer()
    {
        // It serves all timers: nothing of who armed this one may flow.
        using AsyncFlowControl? suppressed = ExecutionContext.IsFlowSuppressed() ? null : ExecutionContext.SuppressFlow();
        var created = new Timer(static state => ((Scheduler)state!).ExpireOnSystemTimer(), this, Timeout.Infinite, Timeout.Infinite);
        return Interlocked.CompareExchange(ref _systemTimer, created, null) ?? created;
    }

    private void ExpireOnSystemTimer()
    {
        ExpireAllTimers(MonotonicClock.NowNs);
        ContinueOnSystemTimer();
    }
}
