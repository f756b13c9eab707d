using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using Goroutines.Compare.Measuring;
using Goroutines.Compare.Sides;

namespace Goroutines.Compare.Workloads;

/// <summary>Timeouts that never expire: a goroutine makes a timer for an hour and disposes it, again and again.</summary>
internal sealed class TimerChurn : Workload
{
    private static readonly TimeSpan s_timeout = TimeSpan.FromHours(1);

    public override string Name => "TimerChurn";

    public override IReadOnlyList<Quantity> Quantities { get; } = [new("", "ns/timer", new AtMostGoal(50))];

    public override string DescribeSize(Scale scale) => scale == Scale.Quick ? "200,000 timers" : "2,000,000 timers";

    public override IReadOnlyList<Metric> Run<TSide>(Scale scale)
    {
        int count = scale == Scale.Quick ? 200_000 : 2_000_000;
        return
        [
            Sampler.NanosecondsEach(scale, count, () => Churn<TSide>(count / 10), () => Churn<TSide>(count)),
        ];
    }

    private static void Churn<TSide>(int count)
        where TSide : struct, ISide =>
        TSide.Run(() =>
        {
            TimeProvider provider = TSide.TimeProvider;
            for (int i = 0; i < count; i++)
            {
                provider.CreateTimer(static _ => { }, null, s_timeout, Timeout.InfiniteTimeSpan).Dispose();
            }

            return Task.CompletedTask;
        }).GetAwaiter().GetResult();
}
