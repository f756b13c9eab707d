using System;
using System.Threading;
using System.Threading.Tasks;
using Goroutines.Internal.Primitives;
using Goroutines.Internal.Scheduling;
using Goroutines.Internal.Timers;
using Goroutines.Internal.Work;

namespace Goroutines;

/// <summary>A timer of the scheduler's TimeProvider, with the contract of those of TimeProvider.System.</summary>
/// <remarks>An armed timer is kept alive by its heap, and expires even if nobody refers to it.</remarks>
internal sealed class GoTimer : TimerNode, ITimer
{
    private static readonly ContextCallback s_call = static state => ((GoTimer)state!).Call();

    private readonly Scheduler _scheduler;
    private readonly TimerCallback _callback;
    private readonly object? _state;
    private readonly ExecutionContext? _flowing = DefaultExecution.CaptureFlowing();

    // How many callbacks run, and who waits for the last one. Interlocked.
    private int _runCount;
    private TaskCompletionSource? _ended;

    public GoTimer(Scheduler scheduler, TimerCallback callback, object? state)
        : base(scheduler.LocalTimers)
    {
        _scheduler = scheduler;
        _callback = callback;
        _state = state;
    }

    public bool Change(TimeSpan dueTime, TimeSpan period)
    {
        GoTimeProvider.ThrowIfOutside(nameof(dueTime), dueTime);
        GoTimeProvider.ThrowIfOutside(nameof(period), period);
        return Arm(dueTime, period);
    }

    /// <summary>Arms it as <see cref="ITimer.Change"/> does, without its checks.</summary>
    public bool Arm(TimeSpan dueTime, TimeSpan period)
    {
        if (GoTimeProvider.IsInfinite(dueTime))
        {
            Heap.Disarm(this);
            return !IsClosed;
        }

        // For the BCL, which counts milliseconds, a period of less than one is none.
        long periodNs = period < TimeSpan.FromMilliseconds(1) ? 0 : period.Ticks * TimeSpan.NanosecondsPerTick;
        return _scheduler.Arm(this, GoTimeProvider.Ahead(dueTime), periodNs);
    }

    public void Dispose() => Heap.Close(this);

    public ValueTask DisposeAsync()
    {
        Dispose();
        if (Volatile.Read(ref _runCount) == 0)
        {
            return ValueTask.CompletedTask;
        }

        if (Volatile.Read(ref _ended) is not { } ended)
        {
            var created = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            ended = Interlocked.CompareExchange(ref _ended, created, null) ?? created;
        }

        // Here: set (full fence), then look. The last callback: count down (full fence), then look for who waits.
        if (Volatile.Read(ref _runCount) == 0)
        {
            ended.TrySetResult();
        }

        return new ValueTask(ended.Task);
    }

    public override bool TryExpire(out WorkItem item)
    {
        item = new WorkItem(TimerKind.Instance, this);
        return true;
    }

    /// <summary>Runs the callback, unless the timer was disposed since it expired.</summary>
    public void RunCallback()
    {
        // Here: count up (full fence), then look. Dispose: close (full fence), then look at the count. So no callback begins that
        // DisposeAsync does not wait for.
        Interlocked.Increment(ref _runCount);
        try
        {
            if (IsClosed)
            {
                return;
            }

            if (_flowing is null)
            {
                Call();
            }
            else
            {
                ExecutionContext.Run(_flowing, s_call, this);
            }
        }
        finally
        {
            if (Interlocked.Decrement(ref _runCount) == 0 && IsClosed)
            {
                Volatile.Read(ref _ended)?.TrySetResult();
            }
        }
    }

    private void Call() => _callback(_state);
}
