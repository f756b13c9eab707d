using System;
using System.Collections.Generic;
using System.Threading;
using Goroutines.Internal.Primitives;
using Goroutines.Internal.Work;

namespace Goroutines.Internal.Scheduling;

// Goal: while a processor is idle nothing runnable waits longer than 200 µs, and an idle scheduler wakes nobody.
//
// Work nobody is woken for: a goroutine in runnext or one that yielded, whose machine runs on instead of taking it, and what
// was put when no thread could be started. Whoever leaves such work while processors are idle makes sure that the monitor ticks:
//
// Leave work: 1. Put it (full fence).                2. Read the monitor's state; asleep -> wake the monitor.
// Monitor:    1. Say "asleep" (full fence).          2. Look for such work; found -> tick on.   3. Sleep without limit.
//
// A tick is 80 µs. Such work is freed when two ticks in a row see it behind the same running item, so it waits for
// two ticks and what the sleeps are late. After some ticks without anything to watch the monitor sleeps until it is woken.
/// <summary>The monitor: a thread without processor that watches what no machine looks after.</summary>
internal sealed class Sysmon
{
    private const long TickNs = 80_000;

    // Arbitrary: long enough that a ping-pong pair does not wake the monitor again and again, short beside a second.
    private const int QuietTickCountMax = 25;

    private const int NotStarted = 0;
    private const int Ticking = 1;
    private const int Asleep = 2;
    private const int Stopped = 3;

    private readonly Scheduler _scheduler;
    private readonly Dictionary<Processor, uint> _seenTicks = new();
    private Parker? _parker;

    // Interlocked by everyone; read by who leaves work.
    private int _state = NotStarted;

    public Sysmon(Scheduler scheduler) => _scheduler = scheduler;

    /// <summary>Makes sure that the monitor ticks. Called after a full fence that published what it shall watch.</summary>
    public void EnsureTicking()
    {
        int state = Volatile.Read(ref _state);
        if (state == Asleep)
        {
            if (Interlocked.CompareExchange(ref _state, Ticking, Asleep) == Asleep)
            {
                _parker!.Unpark();
            }
        }
        else if (state == NotStarted && Interlocked.CompareExchange(ref _state, Ticking, NotStarted) == NotStarted)
        {
            Start();
        }
    }

    public void Stop()
    {
        if (Interlocked.Exchange(ref _state, Stopped) == Asleep)
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
        catch (OutOfMemoryException)
        {
            // No thread to be had now; the next one who leaves work tries again.
            Interlocked.CompareExchange(ref _state, NotStarted, Ticking);
        }
    }

    private void Run()
    {
        ThreadSettings.RequestExactSleeps();
        int quietCount = 0;
        while (Volatile.Read(ref _state) != Stopped)
        {
            quietCount = Examine() ? 0 : quietCount + 1;
            if (quietCount < QuietTickCountMax)
            {
                _parker!.Park(TickNs);
            }
            else if (TrySleep())
            {
                quietCount = 0;
            }
        }
    }

    // Returns true after a sleep, false when there is something to watch after all.
    private bool TrySleep()
    {
        if (Interlocked.CompareExchange(ref _state, Asleep, Ticking) != Ticking)
        {
            return false;
        }

        if (HasSomethingToWatch() && Interlocked.CompareExchange(ref _state, Ticking, Asleep) == Asleep)
        {
            return true;
        }

        _parker!.Park();
        return true;
    }

    private bool HasSomethingToWatch()
    {
        if (!_scheduler.Wakeup.Word.HasIdle)
        {
            return false;
        }

        foreach (Processor processor in _scheduler.Processors.All)
        {
            if (processor.Queue.Count > 0)
            {
                return true;
            }
        }

        return !_scheduler.GlobalQueue.IsEmpty;
    }

    // One tick. Returns whether there was something to watch.
    private bool Examine()
    {
        if (!HasSomethingToWatch())
        {
            return false;
        }

        bool isStranded = !_scheduler.GlobalQueue.IsEmpty;
        foreach (Processor processor in _scheduler.Processors.All)
        {
            if (processor.Queue.Count > 0)
            {
                isStranded |= FreeStranded(processor);
            }
        }

        if (isStranded)
        {
            _scheduler.WakeForVisibleWork();
        }

        return true;
    }

    // Returns whether what waits here has waited since the last tick behind one and the same item.
    private bool FreeStranded(Processor processor)
    {
        uint tick = processor.Tick;
        bool isStranded = _seenTicks.TryGetValue(processor, out uint seenTick) && seenTick == tick;
        _seenTicks[processor] = tick;
        if (isStranded && processor.Queue.TryStealRunnext(out WorkItem item))
        {
            _scheduler.SpawnGlobal(item.Work, item.State);
        }

        return isStranded;
    }
}
