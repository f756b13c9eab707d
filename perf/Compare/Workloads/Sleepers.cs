using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Threading.Tasks;
using Goroutines.Compare.Measuring;
using Goroutines.Compare.Sides;

namespace Goroutines.Compare.Workloads;

/// <summary>A million goroutines each sleep once, for up to two seconds, and note how late they come back.</summary>
internal sealed class Sleepers : Workload
{
    private const int LongestMs = 2_000;
    private const string Late = "late p99";
    private const string Median = "late p50";
    private const string Early = "early";
    private const string Wall = "wall";

    public override string Name => "Sleepers";

    public override int RoundCountMax => 3;

    public override IReadOnlyList<Quantity> Quantities { get; } =
    [
        new(Late, "ms", new AtMostGoal(10, NeedsFullSize: true)),
        new(Median, "ms"),
        new(Early, "ms"),
        new(Wall, "s"),
    ];

    public override string DescribeSize(Scale scale) =>
        $"{SleeperCount(scale):N0} × 0 to {(scale == Scale.Quick ? LongestMs / 10 : LongestMs)} ms";

    public override IReadOnlyList<Metric> Run<TSide>(Scale scale)
    {
        // A first, small crowd loads the code.
        _ = SleepAll<TSide>(10_000, longestMs: 50);
        int count = SleeperCount(scale);
        long start = Stopwatch.GetTimestamp();
        double[] lateness = SleepAll<TSide>(count, scale == Scale.Quick ? LongestMs / 10 : LongestMs);
        double wall = Stopwatch.GetElapsedTime(start).TotalSeconds;
        return
        [
            new Metric(Late, [Statistics.Percentile(lateness, 0.99)]),
            new Metric(Median, [Statistics.Percentile(lateness, 0.50)]),
            new Metric(Early, [Math.Max(0, -Statistics.Percentile(lateness, 0))]),
            new Metric(Wall, [wall]),
        ];
    }

    private static int SleeperCount(Scale scale) => scale == Scale.Quick ? 50_000 : 1_000_000;

    private static double[] SleepAll<TSide>(int count, int longestMs)
        where TSide : struct, ISide
    {
        double[] lateness = new double[count];
        var random = new Random(1);
        Completions.Expect(count);
        for (int i = 0; i < count; i++)
        {
            int number = i;
            var delay = TimeSpan.FromMilliseconds(random.Next(longestMs));
            TSide.Post(() => Sleep<TSide>(lateness, number, delay));
        }

        Completions.Wait();
        return lateness;
    }

    private static async Task Sleep<TSide>(double[] lateness, int number, TimeSpan delay)
        where TSide : struct, ISide
    {
        long start = Stopwatch.GetTimestamp();
        await TSide.Delay(delay);
        lateness[number] = (Stopwatch.GetElapsedTime(start) - delay).TotalMilliseconds;
        Completions.Hit();
    }
}
