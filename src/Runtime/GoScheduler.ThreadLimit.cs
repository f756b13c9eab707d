using System;
using System.Diagnostics;
using System.Threading;

namespace Goroutines;

public sealed partial class GoScheduler
{
    // 1 while handlers run. Interlocked.
    private int _isTellingThreadLimit;

    /// <summary>
    /// Occurs when work waits although a processor is free, because no thread can be had for it: there are
    /// <see cref="GoSchedulerOptions.MaxThreads"/> already, or the system refuses one. The arguments tell what the threads do.
    /// </summary>
    /// <remarks>
    /// Nothing is lost: the work runs when a thread is free. Raised on the ThreadPool, since the scheduler has no thread for it; about
    /// once a second as long as it lasts, and not while a handler still runs. What a handler throws is told to the handlers of
    /// <see cref="UnhandledException"/>, or written to <see cref="Trace"/> if there is none, and has no other effect. The sender is
    /// the scheduler.
    /// </remarks>
    public event EventHandler<GoThreadLimitEventArgs>? ThreadLimitReached;

    // Called by the monitor, which runs no user code.
    private void ReportThreadLimit()
    {
        if (ThreadLimitReached is null || Interlocked.Exchange(ref _isTellingThreadLimit, 1) != 0)
        {
            return;
        }

        var arguments = new GoThreadLimitEventArgs(
            MaxThreads, Core.ThreadCount, Core.ThreadCount - Core.MachineCount, Core.Machines.GetAbsent());
        ThreadPool.UnsafeQueueUserWorkItem(TellThreadLimit, arguments, preferLocal: false);
    }

    private void TellThreadLimit(GoThreadLimitEventArgs arguments)
    {
        foreach (EventHandler<GoThreadLimitEventArgs> handler in Delegate.EnumerateInvocationList(ThreadLimitReached))
        {
            try
            {
                handler(this, arguments);
            }
            catch (Exception e)
            {
                TellHandlerFailure(e);
            }
        }

        Volatile.Write(ref _isTellingThreadLimit, 0);
    }

    private void TellHandlerFailure(Exception exception)
    {
        if (UnhandledException is not { } handlers)
        {
            Trace.TraceError($"A handler of a scheduler's events threw, and nobody handles that: {exception}");
            return;
        }

        try
        {
            handlers(this, new GoUnhandledExceptionEventArgs(exception));
        }
        catch (Exception e)
        {
            Trace.TraceError($"Handlers of a scheduler's events threw: {exception} {e}");
        }
    }
}
