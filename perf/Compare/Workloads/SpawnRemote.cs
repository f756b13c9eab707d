using System.Collections.Generic;
using System.Threading.Tasks;
using Goroutines.Compare.Measuring;
using Goroutines.Compare.Sides;

namespace Goroutines.Compare.Workloads;

/// <summary>One outside thread queues no-ops and waits for all of them.</summary>
internal sealed class SpawnRemote(bool isRaw) : Workload
{
    private const int ItemCount = 1_000_000;

    public override string Name => "SpawnRemote";

    public override string Variant => isRaw ? "raw" : "StartNew";

    public override IReadOnlyList<Quantity> Quantities { get; } =
        [new("", "ns/item", new RatioGoal(isRaw ? 1.8 : 1.4))];

    public override string DescribeSize(Scale scale) => "1,000,000 no-ops";

    public override IReadOnlyList<Metric> Run<TSide>(Scale scale) =>
        [Sampler.NanosecondsEach(scale, ItemCount, () => Spawn<TSide>(ItemCount / 10), () => Spawn<TSide>(ItemCount))];

    private void Spawn<TSide>(int count)
        where TSide : struct, ISide
    {
        Completions.Expect(count);
        if (isRaw)
        {
            QueueAll<TSide>(count);
        }
        else
        {
            StartAll<TSide>(count);
        }

        Completions.Wait();
    }

    private static void QueueAll<TSide>(int count)
        where TSide : struct, ISide
    {
        NoOp item = NoOp.Item;
        for (int i = 0; i < count; i++)
        {
            TSide.Queue(item, preferLocal: false);
        }
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
}
