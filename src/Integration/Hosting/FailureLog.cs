using System;
using Microsoft.Extensions.Logging;

namespace Goroutines.Hosting;

/// <summary>Logs what goroutines nobody awaits throw, and that threads run out, for as long as the container lives.</summary>
/// <remarks>
/// It only logs. Whether the process goes on is decided by whoever sets
/// <see cref="GoUnhandledExceptionEventArgs.Handled"/>; left alone, the exception ends the process, as it does on any
/// .NET thread. The shared scheduler outlives the container, so the subscription ends with the container: otherwise it
/// would hold the container's loggers for good.
/// </remarks>
internal sealed class FailureLog(ILogger logger) : IDisposable
{
    private GoScheduler? _scheduler;

    /// <summary>Starts to log. Called once, while the container makes the scheduler's singleton.</summary>
    public void Attach(GoScheduler scheduler)
    {
        _scheduler = scheduler;
        scheduler.UnhandledException += OnUnhandledException;
        scheduler.ThreadLimitReached += OnThreadLimitReached;
    }

    public void Dispose()
    {
        if (_scheduler is not null)
        {
            _scheduler.UnhandledException -= OnUnhandledException;
            _scheduler.ThreadLimitReached -= OnThreadLimitReached;
        }
    }

    private void OnUnhandledException(object? sender, GoUnhandledExceptionEventArgs failure) =>
        HostingLog.GoroutineFailed(logger, failure.Exception, _scheduler!.Name);

    private void OnThreadLimitReached(object? sender, GoThreadLimitEventArgs threads) =>
        HostingLog.ThreadLimitReached(logger, _scheduler!.Name, threads);
}
