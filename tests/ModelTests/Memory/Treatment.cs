namespace Goroutines.ModelTests.Memory;

/// <summary>What a weakening does to an operation.</summary>
internal enum Treatment
{
    AsWritten,

    /// <summary>No fence and not in one piece with other threads' stores: goes through the store buffer, releasing.</summary>
    Buffered,

    /// <summary>The same without release: on a weakly ordered processor it may overtake earlier stores.</summary>
    BufferedRelaxed,

    /// <summary>A slot operation that is done only after the thread's next word transition.</summary>
    HeldBack,
}
