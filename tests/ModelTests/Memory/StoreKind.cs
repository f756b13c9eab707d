namespace Goroutines.ModelTests.Memory;

/// <summary>What a pending store does to its location.</summary>
internal enum StoreKind
{
    Slot,
    Word32,
    Word64,

    /// <summary>An addition done in one piece when it reaches memory, like arm64's STADD.</summary>
    Addition,
}
