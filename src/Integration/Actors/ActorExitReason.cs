namespace Goroutines.Actors;

/// <summary>Why an actor has stopped for good.</summary>
public enum ActorExitReason
{
    /// <summary>It has stopped itself.</summary>
    Finished,

    /// <summary>It was told to stop, or its parent has stopped.</summary>
    Stopped,

    /// <summary>It has failed, and was not restarted.</summary>
    Failed,
}
