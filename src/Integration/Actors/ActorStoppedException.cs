using System;

namespace Goroutines.Actors;

/// <summary>A message was told to an actor that has stopped or stops.</summary>
public sealed class ActorStoppedException : InvalidOperationException
{
    /// <summary>Creates the exception with a message of its own.</summary>
    public ActorStoppedException()
        : base("The actor has stopped.")
    {
    }

    /// <summary>Creates the exception.</summary>
    /// <param name="message">What happened.</param>
    public ActorStoppedException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception with its cause.</summary>
    /// <param name="message">What happened.</param>
    /// <param name="innerException">The cause.</param>
    public ActorStoppedException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}
