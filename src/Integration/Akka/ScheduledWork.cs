using System;
using System.Threading;
using Akka.Actor;
using Akka.Dispatch;

namespace Goroutines.AkkaNet;

/// <summary>One thing that was scheduled: it arms its timer, runs, and arms it again if it is to be repeated.</summary>
/// <remarks>
/// One thread at a time is here, apart from a cancellation: the timer is armed for one expiry, and armed again only behind the run.
/// The cancellation closes the timer, whatever it does at that moment; arming a closed timer does nothing.
/// </remarks>
internal sealed class ScheduledWork
{
    // A timer takes 49 days at most; longer ones are gone in steps of this.
    private static readonly TimeSpan s_longestStep = TimeSpan.FromDays(40);

    private static readonly TimerCallback s_expired = static state => ((ScheduledWork)state!).Expired();

    private readonly GoTimers _timers;
    private readonly IRunnable _work;
    private readonly TimeSpan _interval;
    private readonly ICancelable? _cancelable;
    private readonly ITimer _timer;
    private readonly CancellationTokenRegistration _cancellation;

    // By the clock of the timers.
    private TimeSpan _due;

    public ScheduledWork(GoTimers timers, IRunnable work, TimeSpan interval, ICancelable? cancelable)
    {
        _timers = timers;
        _work = work;
        _interval = interval;
        _cancelable = cancelable;

        // Who schedules may have an ExecutionContext that is not the business of a timer.
        using (ExecutionContext.IsFlowSuppressed() ? default(AsyncFlowControl?) : ExecutionContext.SuppressFlow())
        {
            _timer = timers.Provider.CreateTimer(s_expired, this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }

        _cancellation = cancelable?.Token.UnsafeRegister(static timer => ((ITimer)timer!).Dispose(), _timer) ?? default;
    }

    private bool IsCanceled => _cancelable is { IsCancellationRequested: true };

    public void Start(TimeSpan delay)
    {
        _due = _timers.MonotonicClock + delay;
        Arm(delay);
    }

    private void Arm(TimeSpan delay) => _timer.Change(delay < s_longestStep ? delay : s_longestStep, Timeout.InfiniteTimeSpan);

    private void Expired()
    {
        TimeSpan now = _timers.MonotonicClock;
        if (_due - now > TimeSpan.FromMilliseconds(1))
        {
            Arm(_due - now);
            return;
        }

        if (!IsCanceled && TryRun() && _interval != Timeout.InfiniteTimeSpan && !IsCanceled && !_timers.IsDisposed)
        {
            ArmAgain();
        }
        else
        {
            // What is told to be canceled may live for long and be told of many.
            _cancellation.Unregister();
            _timer.Dispose();
        }
    }

    private void ArmAgain()
    {
        TimeSpan now = _timers.MonotonicClock;
        _due += _interval;
        if (_due < now)
        {
            _due += _interval * Math.Ceiling((now - _due) / _interval);
        }

        TimeSpan delay = _due - now;
        Arm(delay > TimeSpan.Zero ? delay : TimeSpan.Zero);
    }

    private bool TryRun()
    {
        try
        {
            _work.Run();
            return true;
        }
        catch (Exception exception)
        {
            _timers.ReportFailure(exception, _work);
            return false;
        }
    }
}
