using System;

namespace Goroutines.Actors;

/// <summary>Why an actor is restarted that is never to end and has stopped itself.</summary>
public sealed class ActorFinishedException : Exception
{
    /// <summary>Creates the exception with a message of its own.</summary>
    public ActorFinishedException()
        : base("The actor has stopped itself.")
    {
    }

    /// <summary>Creates the exception.</summary>
    /// <param name="message">What happened.</param>
    public ActorFinishedException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception with its cause.</summary>
    /// <param name="message">What happened.</param>
    /// <param name="innerException">The cause.</param>
    public ActorFinishedException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}
