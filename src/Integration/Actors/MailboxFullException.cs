using System;

namespace Goroutines.Actors;

/// <summary>A message was told to an actor whose mailbox is full, and which does not let its senders wait.</summary>
public sealed class MailboxFullException : InvalidOperationException
{
    /// <summary>Creates the exception with a message of its own.</summary>
    public MailboxFullException()
        : base("The mailbox is full.")
    {
    }

    /// <summary>Creates the exception.</summary>
    /// <param name="message">What happened.</param>
    public MailboxFullException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception with its cause.</summary>
    /// <param name="message">What happened.</param>
    /// <param name="innerException">The cause.</param>
    public MailboxFullException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}
