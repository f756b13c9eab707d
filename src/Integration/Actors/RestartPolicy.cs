namespace Goroutines.Actors;

/// <summary>When an actor that has ended is started again.</summary>
public enum RestartPolicy
{
    /// <summary>After a failure, and after it has stopped itself. Not after others have stopped it.</summary>
    Permanent,

    /// <summary>After a failure only.</summary>
    Transient,

    /// <summary>Never. Its failure is logged and does not concern its supervisor.</summary>
    Temporary,
}
