using System;
using System.Threading;
using Akka.Actor;
using Akka.Configuration;
using Akka.Dispatch;
using Akka.Event;

namespace Goroutines.AkkaNet;

/// <summary>Akka.NET's scheduler on the timers of ours. Akka.NET makes it, by the name in <see cref="GoDispatcher.Timers"/>.</summary>
/// <remarks>
/// What is canceled is taken off at once, where a wheel keeps it until its time. Repeated work never overlaps with itself: the next
/// time is armed when the last run has ended, on the grid of the interval, and times that have passed by then are left out.
/// After the actor system's end nothing is repeated; what was scheduled once still runs at its time, so that nobody waits in vain.
/// </remarks>
internal sealed class GoTimers : SchedulerBase, IDateTimeOffsetNowTimeProvider, IDisposable
{
    private readonly long _startTimestamp;
    private volatile bool _isDisposed;

    public GoTimers(Config config, ILoggingAdapter log)
        : base(config, log)
    {
        // Akka.NET hands over the whole configuration here, not the section.
        Provider = SchedulerNames.Find(config, "akka.scheduler." + SchedulerNames.Key).TimeProvider;
        _startTimestamp = Provider.GetTimestamp();
    }

    public override TimeSpan MonotonicClock => Provider.GetElapsedTime(_startTimestamp);

    public override TimeSpan HighResMonotonicClock => MonotonicClock;

    internal TimeProvider Provider { get; }

    internal bool IsDisposed => _isDisposed;

    protected override DateTimeOffset TimeNow => Provider.GetLocalNow();

    public void Dispose() => _isDisposed = true;

    internal void ReportFailure(Exception exception, object work) =>
        Log.Error(exception, "What was scheduled has failed and is not repeated: {0}", work);

    protected override void InternalScheduleTellOnce(
        TimeSpan delay, ICanTell receiver, object message, IActorRef sender, ICancelable cancelable) =>
        Schedule(delay, Timeout.InfiniteTimeSpan, new ScheduledTell(receiver, message, sender), cancelable);

    protected override void InternalScheduleTellRepeatedly(
        TimeSpan initialDelay, TimeSpan interval, ICanTell receiver, object message, IActorRef sender, ICancelable cancelable) =>
        Schedule(initialDelay, interval, new ScheduledTell(receiver, message, sender), cancelable);

    protected override void InternalScheduleOnce(TimeSpan delay, Action action, ICancelable cancelable) =>
        Schedule(delay, Timeout.InfiniteTimeSpan, new ActionRunnable(action), cancelable);

    protected override void InternalScheduleOnce(TimeSpan delay, IRunnable action, ICancelable cancelable) =>
        Schedule(delay, Timeout.InfiniteTimeSpan, action, cancelable);

    protected override void InternalScheduleRepeatedly(
        TimeSpan initialDelay, TimeSpan interval, Action action, ICancelable cancelable) =>
        Schedule(initialDelay, interval, new ActionRunnable(action), cancelable);

    protected override void InternalScheduleRepeatedly(
        TimeSpan initialDelay, TimeSpan interval, IRunnable action, ICancelable cancelable) =>
        Schedule(initialDelay, interval, action, cancelable);

    private void Schedule(TimeSpan delay, TimeSpan interval, IRunnable work, ICancelable? cancelable)
    {
        if (_isDisposed)
        {
            throw new SchedulerException("The actor system has ended; nothing can be scheduled any more.");
        }

        if (cancelable is not { IsCancellationRequested: true })
        {
            new ScheduledWork(this, work, interval, cancelable).Start(delay);
        }
    }

    private sealed class ScheduledTell(ICanTell receiver, object message, IActorRef sender) : IRunnable
    {
        public void Run() => receiver.Tell(message, sender);

        public void Execute() => Run();

        public override string ToString() => $"{message} to {receiver}";
    }
}
