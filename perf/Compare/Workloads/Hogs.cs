using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;
using System.Runtime.CompilerServices;
using System.Threading.Tasks;
using Goroutines.Compare.Measuring;

namespace Goroutines.Compare.Workloads;

/// <summary>
/// Twice as many goroutines as cores compute without ever yielding, or with checkpoints, while a ticker wants to stay on time.
/// </summary>
internal sealed class Hogs(bool hasCheckpoints) : Workload
{
    private const int StepCount = 1_000_000;
    private const string Median = "ticker p50";
    private const string High = "ticker p99";

    public override string Name => "Hogs";

    public override string Variant => hasCheckpoints ? "with checkpoints" : "";

    // With checkpoints the hogs share the processors with the ticker, slice by slice.
    public override IReadOnlyList<Quantity> Quantities { get; } = hasCheckpoints
        ? [new(Median, "ms"), new(High, "ms", new AtMostGoal(20, NeedsFullSize: true))]
        :
        [
            new(Median, "ms", new AtMostGoal(2, NeedsFullSize: true)),
            new(High, "ms", new AtMostGoal(5, NeedsFullSize: true)),
        ];

    public override string DescribeSize(Scale scale) => scale == Scale.Quick ? "2 × cores for 1 s" : "2 × cores for 3 s";

    public override IReadOnlyList<Metric> Run<TSide>(Scale scale)
    {
        var ticker = new Ticker();
        Task ticking = ticker.Start<TSide>(spawns: true);
        _ = Spin(StepCount);
        ticker.ResetWhenRunning();

        long deadline = Stopwatch.GetTimestamp() + ((scale == Scale.Quick ? 1 : 3) * Stopwatch.Frequency);
        Func<Task> hog = hasCheckpoints ? () => HogWithCheckpoints(deadline) : () => Hog(deadline);
        Task[] hogs = [.. Enumerable.Range(0, 2 * Environment.ProcessorCount).Select(_ => TSide.Run(hog))];
        Task.WhenAll(hogs).GetAwaiter().GetResult();
        IReadOnlyList<double> lateness = ticker.Take();
        ticker.Stop();
        ticking.GetAwaiter().GetResult();
        return
        [
            new Metric(Median, [Statistics.Percentile(lateness, 0.50)]),
            new Metric(High, [Statistics.Percentile(lateness, 0.99)]),
        ];
    }

    private static Task Hog(long deadline)
    {
        while (Stopwatch.GetTimestamp() < deadline)
        {
            _ = Spin(StepCount);
        }

        return Task.CompletedTask;
    }

    private static Task HogWithCheckpoints(long deadline)
    {
        while (Stopwatch.GetTimestamp() < deadline)
        {
            // As compiled-in checkpoints would: many in a millisecond.
            for (int part = 0; part < 100; part++)
            {
                _ = Spin(StepCount / 100);
                Go.Checkpoint();
            }
        }

        return Task.CompletedTask;
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static uint Spin(int stepCount)
    {
        uint state = 1;
        for (int i = 0; i < stepCount; i++)
        {
            state = (state * 1_664_525) + 1_013_904_223;
        }

        return state;
    }
}
