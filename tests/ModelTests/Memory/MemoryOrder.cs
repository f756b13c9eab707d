namespace Goroutines.ModelTests.Memory;

/// <summary>In which order a thread's buffered stores may reach memory.</summary>
internal enum MemoryOrder
{
    /// <summary>First in, first out: total store order, as on x64.</summary>
    TotalStoreOrder,

    /// <summary>
    /// Stores to different locations may overtake each other; a releasing one only after all before it. As on arm64, but for
    /// loads, which stay in order here.
    /// </summary>
    PartialStoreOrder,
}
