using System;
using System.Threading;
using System.Threading.Tasks;

namespace Goroutines;

/// <summary>Learns of the end of a goroutine that nobody awaits, and reports its failure.</summary>
/// <remarks>
/// A continuation that runs in place on whatever thread finishes the goroutine, in 80 bytes: the BCL hands a captured
/// continuation to the Post of its context right there, so a context of its own that knows the task is all it takes. A plain
/// continuation delegate is smaller, but the BCL would send it to the ThreadPool from a thread with another context; a
/// ContinueWith task is larger.
/// </remarks>
internal sealed class GoroutineObserver : SynchronizationContext
{
    private static readonly Action s_nothing = static () => { };

    private readonly GoScheduler _scheduler;
    private readonly Task _goroutine;

    private GoroutineObserver(GoScheduler scheduler, Task goroutine)
    {
        _scheduler = scheduler;
        _goroutine = goroutine;
    }

    public static void Observe(GoScheduler scheduler, Task goroutine)
    {
        if (goroutine.IsCompleted)
        {
            Report(scheduler, goroutine);
            return;
        }

        var observer = new GoroutineObserver(scheduler, goroutine);
        using var lane = new LaneScope(observer);
        goroutine.GetAwaiter().UnsafeOnCompleted(s_nothing);
    }

    public override SynchronizationContext CreateCopy() => this;

    public override void Post(SendOrPostCallback d, object? state) => Report(_scheduler, _goroutine);

    private static void Report(GoScheduler scheduler, Task goroutine)
    {
        // Cancellation is a way to end, not a failure. Reading Exception marks it as observed.
        if (goroutine.IsFaulted)
        {
            AggregateException failure = goroutine.Exception!;
            scheduler.ReportUnhandled(failure.InnerExceptions.Count == 1 ? failure.InnerExceptions[0] : failure);
        }
    }
}
