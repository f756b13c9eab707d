using System;

namespace Goroutines.Actors;

/// <summary>How an actor has ended.</summary>
public sealed class ActorExit
{
    internal static readonly ActorExit Finished = new(ActorExitReason.Finished, null);
    internal static readonly ActorExit Stopped = new(ActorExitReason.Stopped, null);

    private ActorExit(ActorExitReason reason, Exception? exception)
    {
        Reason = reason;
        Exception = exception;
    }

    /// <summary>Gets why the actor has stopped.</summary>
    public ActorExitReason Reason { get; }

    /// <summary>Gets what it has failed with; null unless <see cref="Reason"/> is <see cref="ActorExitReason.Failed"/>.</summary>
    public Exception? Exception { get; }

    internal static ActorExit Failed(Exception exception) => new(ActorExitReason.Failed, exception);
}
