using System;

namespace Goroutines.Actors;

/// <summary>What a supervisor fails with when a child has failed more often than it may: the child's failure is the cause.</summary>
public sealed class ChildFailedException : Exception
{
    /// <summary>Creates the exception with a message of its own.</summary>
    public ChildFailedException()
        : base("A child failed too often.")
    {
    }

    /// <summary>Creates the exception.</summary>
    /// <param name="message">What happened.</param>
    public ChildFailedException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception with its cause.</summary>
    /// <param name="message">What happened.</param>
    /// <param name="innerException">The cause.</param>
    public ChildFailedException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}
