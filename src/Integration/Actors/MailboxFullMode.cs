namespace Goroutines.Actors;

/// <summary>What becomes of a message that is told to an actor whose mailbox is full.</summary>
public enum MailboxFullMode
{
    /// <summary>TellAsync waits for room; TryTell returns false.</summary>
    Wait,

    /// <summary>The message that came last makes room for it and becomes a dead letter.</summary>
    DropNewest,

    /// <summary>The message that has waited longest makes room for it and becomes a dead letter.</summary>
    DropOldest,

    /// <summary>TellAsync throws <see cref="MailboxFullException"/>; TryTell returns false.</summary>
    Fail,
}
