namespace Goroutines.Actors;

/// <summary>Why a message was not handled.</summary>
public enum DeadLetterReason
{
    /// <summary>The actor had stopped, or stopped before it came to the message.</summary>
    Stopped,

    /// <summary>The mailbox was full, and the message was not taken in.</summary>
    MailboxFull,

    /// <summary>The mailbox was full, and the message was dropped for another one.</summary>
    Dropped,
}
