using System;
using Goroutines.Actors.Cells;
using Microsoft.Extensions.Logging;

namespace Goroutines.Actors;

/// <summary>Every message this package logs, in one list.</summary>
internal static partial class ActorLog
{
    [LoggerMessage(1, LogLevel.Error, "Actor {Actor} has stopped: it failed, and no supervisor restarts it any more.")]
    public static partial void Escalated(ILogger logger, Exception exception, string actor);

    [LoggerMessage(2, LogLevel.Warning, "Actor {Actor} failed.")]
    public static partial void Failed(ILogger logger, Exception exception, string actor);

    [LoggerMessage(3, LogLevel.Information, "Actor {Actor} was restarted after: {Reason}")]
    public static partial void Restarted(ILogger logger, string actor, string reason);

    [LoggerMessage(4, LogLevel.Warning, "Actor {Actor}: {Step} failed, which changes nothing.")]
    public static partial void HookFailed(ILogger logger, Exception exception, string actor, string step);

    [LoggerMessage(6, LogLevel.Warning, "The shutdown timeout ended before the actors of {System} were drained: the rest is lost.")]
    public static partial void DrainCutShort(ILogger logger, string system);

    public static void DeadLetter(ILogger logger, ActorCell actor, DeadLetterReason reason)
    {
        // The path is made for the log only.
        if (logger.IsEnabled(LogLevel.Debug))
        {
            DeadLetter(logger, actor.Path, reason);
        }
    }

    [LoggerMessage(5, LogLevel.Debug, "A message to actor {Actor} is not handled: {Reason}.", SkipEnabledCheck = true)]
    private static partial void DeadLetter(ILogger logger, string actor, DeadLetterReason reason);
}
