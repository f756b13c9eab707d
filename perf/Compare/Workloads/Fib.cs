using System.Collections.Generic;
using System.Threading.Tasks;
using Goroutines.Compare.Measuring;
using Goroutines.Compare.Sides;

namespace Goroutines.Compare.Workloads;

/// <summary>Fork and join without a cut-off: spawn fib(n − 1), run fib(n − 2), await.</summary>
internal sealed class Fib : Workload
{
    private const int Index = 25;
    private const int Value = 75_025;
    private const int SpawnCount = 121_392;

    public override string Name => "Fib";

    public override IReadOnlyList<Quantity> Quantities { get; } = [new("", "ms", new RatioGoal(2.5))];

    public override string DescribeSize(Scale scale) => "fib(25)";

    public override IReadOnlyList<Metric> Run<TSide>(Scale scale) =>
        [Sampler.Milliseconds(scale, SpawnCount, Compute<TSide>, Compute<TSide>)];

    private static void Compute<TSide>()
        where TSide : struct, ISide =>
        Check(Value, TSide.Run(() => Branch<TSide>(Index)).GetAwaiter().GetResult(), "fib(25)");

    private static async Task<int> Branch<TSide>(int n)
        where TSide : struct, ISide
    {
        if (n < 2)
        {
            return n;
        }

        Task<int> left = Spawn<TSide>(n - 1);
        int right = await Branch<TSide>(n - 2);
        return right + await left;
    }

    private static Task<int> Spawn<TSide>(int n)
        where TSide : struct, ISide =>
        TSide.Run(() => Branch<TSide>(n));
}
