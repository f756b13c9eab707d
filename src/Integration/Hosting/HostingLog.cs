using System;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Goroutines.Hosting;

/// <summary>Every message this package logs, in one list.</summary>
internal static partial class HostingLog
{
    /// <summary>Makes the logger of a container, or one that drops everything where logging was not added.</summary>
    public static ILogger CreateLogger(IServiceProvider services) =>
        services.GetService<ILoggerFactory>()?.CreateLogger("Goroutines.GoScheduler") ?? (ILogger)NullLogger.Instance;

    [LoggerMessage(1, LogLevel.Error, "A goroutine on scheduler {Scheduler} failed and nobody awaited it.")]
    public static partial void GoroutineFailed(ILogger logger, Exception exception, string scheduler);

    [LoggerMessage(2, LogLevel.Warning,
        "The shared scheduler {Scheduler} already runs, with {ProcessorCount} processors and other options than this " +
        "host's, which are ignored. AddGoScheduler with a name gives the host a scheduler of its own.")]
    public static partial void SharedAlreadyConfigured(ILogger logger, string scheduler, int processorCount);

    [LoggerMessage(3, LogLevel.Information, "Scheduler {Scheduler} runs with {ProcessorCount} processors.")]
    public static partial void Started(ILogger logger, string scheduler, int processorCount);

    [LoggerMessage(4, LogLevel.Warning,
        "The shutdown timeout ended before scheduler {Scheduler} was drained: {QueuedCount} goroutines wait to run, " +
        "{RunningCount} run; those that wait for something are not counted.")]
    public static partial void DrainCutShort(ILogger logger, string scheduler, long queuedCount, int runningCount);

    [LoggerMessage(5, LogLevel.Warning, "Work waits on scheduler {Scheduler} because no thread is to be had for it. {Threads}")]
    public static partial void ThreadLimitReached(ILogger logger, string scheduler, GoThreadLimitEventArgs threads);
}
