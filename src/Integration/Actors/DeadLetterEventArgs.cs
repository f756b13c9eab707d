using System;

namespace Goroutines.Actors;

/// <summary>A message that nobody handles.</summary>
public sealed class DeadLetterEventArgs : EventArgs
{
    /// <summary>Creates the arguments.</summary>
    /// <param name="actor">Whom the message was told to.</param>
    /// <param name="message">The message.</param>
    /// <param name="reason">Why it is not handled.</param>
    /// <exception cref="ArgumentNullException"><paramref name="actor"/> is null.</exception>
    public DeadLetterEventArgs(IActorRef actor, object? message, DeadLetterReason reason)
    {
        ArgumentNullException.ThrowIfNull(actor);
        Actor = actor;
        Message = message;
        Reason = reason;
    }

    /// <summary>Gets whom the message was told to.</summary>
    public IActorRef Actor { get; }

    /// <summary>Gets the message.</summary>
    public object? Message { get; }

    /// <summary>Gets why it is not handled.</summary>
    public DeadLetterReason Reason { get; }
}
