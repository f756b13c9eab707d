using System.Collections.Generic;
using System.Threading.Channels;
using System.Threading.Tasks;
using Goroutines.Compare.Measuring;
using Goroutines.Compare.Sides;

namespace Goroutines.Compare.Workloads;

/// <summary>
/// A tree of goroutines, ten children each; every leaf sends its number on its parent's channel, every inner node sums
/// up what its children send and passes it on. One channel per inner node, the BCL's or the side's own, with room for its ten
/// children.
/// </summary>
internal sealed class Skynet(bool isOwnWay) : Workload
{
    private const int ChildCount = 10;

    public override string Name => "Skynet";

    public override string Variant => isOwnWay ? "Chan" : "";

    public override IReadOnlyList<Quantity> Quantities { get; } = [new("", "ms", new RatioGoal(isOwnWay ? 3 : 1.4))];

    public override string DescribeSize(Scale scale) => scale == Scale.Quick ? "100,000 leaves" : "1,000,000 leaves";

    public override IReadOnlyList<Metric> Run<TSide>(Scale scale)
    {
        int leafCount = scale == Scale.Quick ? 100_000 : 1_000_000;
        return [Sampler.Milliseconds(scale, leafCount, () => Grow<TSide>(10_000), () => Grow<TSide>(leafCount))];
    }

    private void Grow<TSide>(int leafCount)
        where TSide : struct, ISide
    {
        Channel<long> root = CreateChannel<TSide, long>(isOwnWay, capacity: 1);
        TSide.Post(() => Node<TSide>(root.Writer, 0, leafCount));
        long sum = root.Reader.ReadAsync().AsTask().GetAwaiter().GetResult();
        Check((long)leafCount * (leafCount - 1) / 2, sum, "The sum of the leaves");
    }

    private async Task Node<TSide>(ChannelWriter<long> parent, long number, int leafCount)
        where TSide : struct, ISide
    {
        if (leafCount == 1)
        {
            await parent.WriteAsync(number);
            return;
        }

        Channel<long> channel = CreateChannel<TSide, long>(isOwnWay, ChildCount);
        int leavesPerChild = leafCount / ChildCount;
        for (int i = 0; i < ChildCount; i++)
        {
            Plant<TSide>(channel.Writer, number + ((long)i * leavesPerChild), leavesPerChild);
        }

        long sum = 0;
        for (int i = 0; i < ChildCount; i++)
        {
            sum += await channel.Reader.ReadAsync();
        }

        await parent.WriteAsync(sum);
    }

    // Apart from Node: what the closure captures must not become part of the node's state machine.
    private void Plant<TSide>(ChannelWriter<long> parent, long number, int leafCount)
        where TSide : struct, ISide =>
        TSide.Post(() => Node<TSide>(parent, number, leafCount));
}
