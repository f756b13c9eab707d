namespace Goroutines.ModelTests.Memory;

/// <summary>The place where scenarios register shared memory. Coyote stops at each operation, so it need not know which it is.</summary>
internal sealed class ModelMemory
{
#pragma warning disable CA1822 // Scenarios call it on the memory of a simulation.
    public void Register(Region region) => _ = region;
#pragma warning restore CA1822
}
