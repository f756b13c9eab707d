namespace Goroutines.ModelTests.Memory;

/// <summary>A bug seeded into the simulated machine, to show that a test would find it.</summary>
internal enum Mutation
{
    None,

    /// <summary>Additions wait in the store buffer: atomic when they arrive, but no fence.</summary>
    AddWithoutFence,

    /// <summary>Additions reach memory before the stores that stand above them.</summary>
    AddUnordered,

    /// <summary>Exchanges are a load and a buffered store.</summary>
    ExchangeAsPlainStore,
}
