using System;
using System.Collections.Generic;
using System.Threading;
using Goroutines.Compare.Measuring;

namespace Goroutines.Compare.Workloads;

/// <summary>A scheduler that was used once and has nothing to do: what its own threads still cost.</summary>
internal sealed class Idle : Workload
{
    private const int ItemCount = 10_000;
    private const string Switches = "switches";
    private const string Cpu = "CPU";

    public override string Name => "Idle";

    public override IReadOnlyList<Quantity> Quantities { get; } =
        [new(Switches, "1/s", new AtMostGoal(0)), new(Cpu, "ticks/s", new AtMostGoal(0))];

    public override string DescribeSize(Scale scale) => $"{Seconds(scale)} s";

    public override IReadOnlyList<Metric> Run<TSide>(Scale scale)
    {
        Completions.Expect(ItemCount);
        for (int i = 0; i < ItemCount; i++)
        {
            TSide.Queue(NoOp.Item, preferLocal: false);
        }

        Completions.Wait();
        Thread.Sleep(TimeSpan.FromSeconds(1));

        Dictionary<string, ThreadCounters> before = ThreadCounters.Read(TSide.OwnsThread);
        if (before.Count == 0)
        {
            throw new InvalidOperationException("No thread of this side was found by its name; zero would mean nothing.");
        }

        Thread.Sleep(TimeSpan.FromSeconds(Seconds(scale)));
        ThreadCounters spent = ThreadCounters.Difference(before, ThreadCounters.Read(TSide.OwnsThread));
        return
        [
            new Metric(Switches, [(double)spent.ContextSwitches / Seconds(scale)]),
            new Metric(Cpu, [(double)spent.CpuTicks / Seconds(scale)]),
        ];
    }

    private static int Seconds(Scale scale) => scale == Scale.Quick ? 2 : 10;
}
