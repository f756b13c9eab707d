using System;

namespace Goroutines.ModelTests.Memory;

/// <summary>A seeded bug: certain operations do less than the code asks for.</summary>
internal sealed class Weakening
{
    private readonly Func<Operation, Treatment> _treat;

    public Weakening(Func<Operation, Treatment> treat) => _treat = treat;

    public Treatment Treat(in Operation operation) => _treat(operation);
}
