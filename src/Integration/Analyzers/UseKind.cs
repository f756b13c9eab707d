namespace Goroutines.Analyzers;

/// <summary>What code does with a function it names.</summary>
internal enum UseKind
{
    /// <summary>Calls it, or gives it to what calls it in place.</summary>
    Call,

    /// <summary>Gives it to Run or Post.</summary>
    Spawn,

    /// <summary>Subscribes it to an event, or takes it off.</summary>
    Event,

    /// <summary>Makes a delegate of it that anybody may call, anywhere.</summary>
    Unknown,
}
