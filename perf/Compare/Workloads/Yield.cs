using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading.Tasks;
using Goroutines.Compare.Measuring;
using Goroutines.Compare.Sides;

namespace Goroutines.Compare.Workloads;

/// <summary>Many goroutines that do nothing but yield, with Task.Yield on all sides or in each side's own way.</summary>
internal sealed class Yield(bool isOwnWay) : Workload
{
    private const int GoroutineCount = 1_000;
    private const int YieldCount = 1_000;

    public override string Name => "Yield";

    public override string Variant => isOwnWay ? "Go.Yield" : "Task.Yield";

    public override IReadOnlyList<Quantity> Quantities { get; } =
        [new("", "ns/yield", new RatioGoal(isOwnWay ? 6 : 4.5))];

    public override string DescribeSize(Scale scale) => "1,000 goroutines × 1,000 yields";

    public override IReadOnlyList<Metric> Run<TSide>(Scale scale)
    {
        Func<int, Task> yieldMany = isOwnWay ? TSide.YieldInOwnWay : YieldTask;
        return
        [
            Sampler.NanosecondsEach(
                scale,
                (long)GoroutineCount * YieldCount,
                () => YieldAll<TSide>(yieldMany, YieldCount / 10),
                () => YieldAll<TSide>(yieldMany, YieldCount)),
        ];
    }

    private static void YieldAll<TSide>(Func<int, Task> yieldMany, int yieldCount)
        where TSide : struct, ISide
    {
        Func<Task> goroutine = () => yieldMany(yieldCount);
        Task.WhenAll(Enumerable.Range(0, GoroutineCount).Select(_ => TSide.Run(goroutine))).GetAwaiter().GetResult();
    }

    private static async Task YieldTask(int count)
    {
        for (int i = 0; i < count; i++)
        {
            await Task.Yield();
        }
    }
}
