using System;
using System.Threading;
using Goroutines.Internal.Primitives;
using Goroutines.Internal.Timers;

namespace Goroutines.Internal.Scheduling;

// Goal: while a processor is idle nothing runnable waits longer than 200 µs; a processor whose machine blocks or computes on
// is not lost to the others; and an idle scheduler wakes nobody.
//
// What no machine looks after: a goroutine in runnext or one that yielded, whose machine runs on instead of taking it; what was
// put when no thread could be started; watched descriptors without a timekeeper; and held processors, whose machines may block in
// ways the CLR does not tell. Whoever leaves such work, or takes a processor off the idle list, makes sure that the monitor ticks:
//
// Others:  1. Put the work, or claim the processor (full fence).  2. Read the monitor's state; it sleeps -> wake it.
// Monitor: 1. Say "asleep" (full fence).                          2. Look for all that; found -> tick on.   3. Sleep.
//
// A tick is 80 µs. Work left behind is freed when two ticks in a row see it behind the same running item, so it waits for two
// ticks and what the sleeps are late. When for some ticks there was none, but processors are held, the monitor dozes: its ticks
// grow to a millisecond, and who leaves work (but not who takes a processor) wakes it by the same recipe. When nobody holds a
// processor either, it sleeps until it is woken; only machines that nobody needs any more make it look again after a while.
// Detached machines, which it does not wait for, wake it when they park and are too many, by the same recipe.
// No sleep is longer than until the next timer is due, but for the deep one, if the timekeeper sleeps for that (Scheduler.Timers.cs).
// After it took a processor it looks again after 20 µs, since goroutines that block seldom come alone, and then ever later.
/// <summary>The monitor: a thread without processor that watches what no machine looks after.</summary>
internal sealed class Sysmon
{
    private const long FastTickNs = 20_000;
    private const long TickNs = 80_000;
    private const long DozeNs = 1_000_000;

    // For how many ticks it goes on watching closely after it has seen work left. Arbitrary: long enough that a ping-pong pair does
    // not wake the monitor again and again, short beside a second.
    private const int AttentionMax = 25;

    // Machines look at the timers as well: when a great many expire, the monitor is not to wake for each of them.
    private const long TimerTickNs = 50_000;

    private const int NotStarted = 0;
    private const int Ticking = 1;
    private const int Dozing = 2;
    private const int Asleep = 3;
    private const int Stopped = 4;

    private readonly Scheduler _scheduler;
    private readonly Watchman _watchman;
    private Parker? _parker;

    // Interlocked by everyone; read by who leaves work.
    private int _state = NotStarted;

    private TimerAlarm<HardwareSync> _alarm = new(TimerAlarm<HardwareSync>.Never);

    public Sysmon(Scheduler scheduler)
    {
        _scheduler = scheduler;
        _watchman = new Watchman(scheduler);
    }

    /// <summary>Makes sure that the monitor looks at held processors now and then. Called after a full fence that claimed one.</summary>
    public void EnsureTicking()
    {
        int state = Volatile.Read(ref _state);
        if (state == Asleep)
        {
            Wake(state);
        }
        else if (state == NotStarted && Interlocked.CompareExchange(ref _state, Ticking, NotStarted) == NotStarted)
        {
            Start();
        }
    }

    /// <summary>Makes sure that the monitor looks within 200 µs. Called after a full fence that published what it shall watch.</summary>
    public void EnsureTickingOften()
    {
        int state = Volatile.Read(ref _state);
        if (state == Dozing)
        {
            Wake(state);
        }
        else
        {
            EnsureTicking();
        }
    }

    /// <summary>Makes sure that the monitor looks in time for a timer. Called after a full fence that published it.</summary>
    public void EnsureTickingFor(long dueNs)
    {
        if ((ulong)dueNs < _alarm.TimeNs)
        {
            EnsureTickingOften();
        }
    }

    public void Stop()
    {
        if (Interlocked.Exchange(ref _state, Stopped) is Asleep or Dozing)
        {
            _parker!.Unpark();
        }
    }

    private void Wake(int state)
    {
        if (Interlocked.CompareExchange(ref _state, Ticking, state) == state)
        {
            _parker!.Unpark();
        }
    }

    private void Start()
    {
        _parker = _scheduler.Settings.CreateParker();
        var thread = new Thread(Run) { IsBackground = true, Name = _scheduler.Settings.Name + " sysmon" };
        try
        {
            thread.UnsafeStart();
        }
        catch (Exception e) when (e is OutOfMemoryException or ThreadStartException)
        {
            // No thread to be had now; the next one who leaves work tries again.
            Interlocked.CompareExchange(ref _state, NotStarted, Ticking);
        }
    }

    private void Run()
    {
        ThreadSettings.RequestExactSleeps();
        _alarm.Clear();
        long tickNs = TickNs;
        int attention = AttentionMax;
        while (Volatile.Read(ref _state) != Stopped)
        {
            Sight sight = _watchman.Look();
            tickNs = sight == Sight.Hot ? FastTickNs : 2 * tickNs;
            attention = sight == Sight.WorkLeft ? AttentionMax : Math.Max(0, attention - 1);
            if (attention > 0 || tickNs <= TickNs)
            {
                tickNs = Math.Min(tickNs, TickNs);
                _parker!.Park(Math.Min(tickNs, NextTimerInNs));
            }
            else if (sight == Sight.Held)
            {
                tickNs = Math.Min(tickNs, DozeNs);
                attention = TryDoze(tickNs) ? 0 : AttentionMax;
            }
            else
            {
                Sleep();
                attention = AttentionMax;
            }
        }

        _watchman.Rest();
    }

    // False when there is something to watch closely after all.
    private bool TryDoze(long tickNs)
    {
        long wakeNs = MonotonicClock.NowNs + tickNs;
        _alarm.Set((ulong)wakeNs);
        if (Interlocked.CompareExchange(ref _state, Dozing, Ticking) != Ticking)
        {
            return false;
        }

        // Who arms a timer from now on sees the alarm; what was armed before is seen here.
        bool isQuiet = !_watchman.IsWorkLeft && !_parker!.Park(Math.Min(tickNs, NextTimerInNs));
        _alarm.Clear();
        Interlocked.CompareExchange(ref _state, Ticking, Dozing);
        return isQuiet;
    }

    private long NextTimerInNs
    {
        get
        {
            long nextNs = _scheduler.NextTimerNs;
            return nextNs == TimerNode.Unarmed ? long.MaxValue : Math.Max(TimerTickNs, nextNs - MonotonicClock.NowNs);
        }
    }

    // Sleeps until somebody wakes it, or not at all when there is something to watch.
    private void Sleep()
    {
        long untilNs = TimerToWakeForNs;
        _alarm.Set(untilNs == TimerNode.Unarmed ? TimerAlarm<HardwareSync>.Never : (ulong)untilNs);
        if (Interlocked.CompareExchange(ref _state, Asleep, Ticking) != Ticking)
        {
            return;
        }

        // A machine that has a processor arms timers and tells nobody: they are there when it no longer holds one.
        if (!_watchman.IsWorkLeft && !_watchman.IsAnyHeld && !_scheduler.IsPollerUnattended && TimerToWakeForNs >= untilNs)
        {
            _watchman.Rest();
            SleepUntilWoken(untilNs);
        }

        _alarm.Clear();
        Interlocked.CompareExchange(ref _state, Ticking, Asleep);
    }

    // When the next timer is due, if nobody else wakes for it.
    private long TimerToWakeForNs => _scheduler.NextTimerNs is var nextNs && _scheduler.IsTimeKept(nextNs) ? TimerNode.Unarmed : nextNs;

    private void SleepUntilWoken(long untilNs)
    {
        long leftNs = untilNs - MonotonicClock.NowNs;
        while (_scheduler.HasSurplusMachines && leftNs > 0)
        {
            if (_parker!.Park(Math.Min(_scheduler.Settings.MachineIdleNs, leftNs)))
            {
                return;
            }

            _scheduler.RetireSurplusMachines();
            leftNs = untilNs - MonotonicClock.NowNs;
        }

        if (untilNs == TimerNode.Unarmed)
        {
            _parker!.Park();
        }
        else if (leftNs > 0)
        {
            _parker!.Park(leftNs);
        }
    }
}
