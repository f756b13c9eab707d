using System;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Threading.Tasks;
using BenchmarkDotNet.Attributes;

namespace Goroutines.Benchmarks;

/// <summary>What EnsureStack costs: a level while the stack suffices, a hand-over to a segment, and a million levels.</summary>
[MemoryDiagnoser]
[SuppressMessage("Performance", "CA1822", Justification = "BenchmarkDotNet calls instance methods.")]
public class StackBenchmarks
{
    private const int ShallowLevels = 1_000;
    private const int DeepLevels = 1_000_000;
    private const int HandOverCount = 10_000;

    private static readonly Func<int> s_nothing = static () => 0;
    private static readonly Func<int> s_handOver = HandOver;

    [Benchmark(OperationsPerInvoke = ShallowLevels)]
    public int PlainLevel() => DescendPlainly(ShallowLevels);

    [Benchmark(OperationsPerInvoke = ShallowLevels)]
    public int Level() => Descend(ShallowLevels);

    [Benchmark(OperationsPerInvoke = ShallowLevels)]
    public ValueTask<int> AsyncLevel() => DescendAsync(ShallowLevels, onSegment: false);

    /// <summary>One call when the stack is at its end: there and back.</summary>
    [Benchmark(OperationsPerInvoke = HandOverCount)]
    public int OneHandOver() => AtTheEndOfTheStack(s_handOver);

    [Benchmark]
    public int MillionLevels() => Descend(DeepLevels);

    [Benchmark]
    public ValueTask<int> MillionAsyncLevelsOnSegments() => DescendAsync(DeepLevels, onSegment: true);

    [Benchmark]
    public Task<int> MillionAsyncLevelsQueued() => Go.Run(() => DescendAsync(DeepLevels, onSegment: false).AsTask());

    [Benchmark]
    public bool ExceptionFromAMillionLevels()
    {
        try
        {
            return DescendAndThrow(DeepLevels) < 0;
        }
        catch (InvalidOperationException)
        {
            return true;
        }
    }

    private static int DescendPlainly(int levels) => levels == 0 ? 0 : 1 + DescendPlainly(levels - 1);

    private static int Descend(int levels) => levels == 0 ? 0 : 1 + Go.EnsureStack(Descend, levels - 1);

    private static int DescendAndThrow(int levels) =>
        levels == 0 ? throw new InvalidOperationException() : 1 + Go.EnsureStack(DescendAndThrow, levels - 1);

    private static async ValueTask<int> DescendAsync(int levels, bool onSegment)
    {
        await Go.EnsureStackAsync(onSegment);
        return levels == 0 ? 0 : 1 + await DescendAsync(levels - 1, onSegment);
    }

    private static int AtTheEndOfTheStack(Func<int> work) =>
        1 + (RuntimeHelpers.TryEnsureSufficientExecutionStack() ? AtTheEndOfTheStack(work) : work());

    private static int HandOver()
    {
        int sum = 0;
        for (int i = 0; i < HandOverCount; i++)
        {
            sum += Go.EnsureStack(s_nothing);
        }

        return sum;
    }
}
