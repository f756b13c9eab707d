using System;

namespace Goroutines.StressTests;

/// <summary>Thrown on purpose by an operation, which it carries to the handler that finishes it.</summary>
internal sealed class StressException(Operation operation) : Exception("Thrown on purpose.")
{
    public Operation Operation { get; } = operation;
}
