namespace Goroutines.ModelTests.Exploration;

/// <summary>What an exploration saw.</summary>
/// <param name="Strategy">How the executions were chosen; with the seed, if there is one.</param>
/// <param name="ExecutionCount">How many executions were run.</param>
/// <param name="IsExhaustive">Whether these were all within the strategy's bound.</param>
/// <param name="Failure">What went wrong and how to get there; null when nothing did.</param>
internal sealed record ExplorationResult(string Strategy, int ExecutionCount, bool IsExhaustive, string? Failure)
{
    public override string ToString() =>
        $"{Strategy}: {ExecutionCount} executions{(IsExhaustive ? " (all)" : string.Empty)}, "
        + (Failure is null ? "no failure" : "a failure");
}
