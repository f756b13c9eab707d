using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using Goroutines.Compare.Measuring;
using Goroutines.Compare.Sides;

namespace Goroutines.Compare.Workloads;

/// <summary>One goroutine queues no-ops; an outside thread waits for all of them.</summary>
internal sealed class SpawnLocal(bool isRaw) : Workload
{
    private const int ItemCount = 1_000_000;

    public override string Name => "SpawnLocal";

    public override string Variant => isRaw ? "raw" : "StartNew";

    public override IReadOnlyList<Quantity> Quantities { get; } =
        [new("", "ns/item", new RatioGoal(isRaw ? 3.5 : 1.6))];

    public override string DescribeSize(Scale scale) => "1,000,000 no-ops";

    public override IReadOnlyList<Metric> Run<TSide>(Scale scale) =>
        [Sampler.NanosecondsEach(scale, ItemCount, () => Spawn<TSide>(ItemCount / 10), () => Spawn<TSide>(ItemCount))];

    private void Spawn<TSide>(int count)
        where TSide : struct, ISide
    {
        Completions.Expect(count);
        if (isRaw)
        {
            TSide.Queue(new Spawner<TSide>(count), preferLocal: false);
        }
        else
        {
            _ = TSide.Factory.StartNew(() => StartAll<TSide>(count));
        }

        Completions.Wait();
    }

    private static void StartAll<TSide>(int count)
        where TSide : struct, ISide
    {
        TaskFactory factory = TSide.Factory;
        for (int i = 0; i < count; i++)
        {
            _ = factory.StartNew(NoOp.Action);
        }
    }

    private sealed class Spawner<TSide>(int count) : IThreadPoolWorkItem
        where TSide : struct, ISide
    {
        public void Execute()
        {
            NoOp item = NoOp.Item;
            for (int i = 0; i < count; i++)
            {
                TSide.Queue(item, preferLocal: true);
            }
        }
    }
}
