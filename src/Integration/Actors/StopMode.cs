namespace Goroutines.Actors;

/// <summary>What an actor that is told to stop does with the messages in its mailbox.</summary>
public enum StopMode
{
    /// <summary>It handles them first, then it stops. Its children drain theirs after that.</summary>
    Drain,

    /// <summary>
    /// It finishes the message it handles, whose token is canceled, and stops. What waits in the mailbox becomes dead letters.
    /// </summary>
    Now,
}
