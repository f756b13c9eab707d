using System;
using System.IO.Pipelines;
using System.Threading;

namespace Goroutines.AspNetCore;

/// <summary>Continues what waits for a pipe as a goroutine: on the scheduler's workers, with its SynchronizationContext.</summary>
/// <remarks>
/// Posted by the context and not by <see cref="GoScheduler.Post(Action)"/>: it was readied, and the context stores callback and state as
/// they come. A pipe's callbacks are a handful of delegates that live as long as the process; the last one is kept in the context's type,
/// as every call with another one allocates a delegate.
/// </remarks>
internal sealed class SchedulerPipes(GoScheduler scheduler) : PipeScheduler
{
    private readonly SynchronizationContext _context = scheduler.SynchronizationContext;

    // Written and read by any thread, whole.
    private Adapted? _last;

    public override void Schedule(Action<object?> action, object? state)
    {
        Adapted? last = Volatile.Read(ref _last);
        if (last is null || !ReferenceEquals(last.Action, action))
        {
            last = new Adapted(action, new SendOrPostCallback(action));
            Volatile.Write(ref _last, last);
        }

        _context.Post(last.Callback, state);
    }

    private sealed record Adapted(Action<object?> Action, SendOrPostCallback Callback);
}
