using System.Collections.Generic;
using System.Threading.Tasks;
using Goroutines.Compare.Measuring;
using Proto;

namespace Goroutines.Compare.Workloads;

/// <summary>
/// A tree of actors of Proto.Actor, ten children each: every leaf tells its parent its number, every inner node the sum of what its
/// children told it. An actor stops when it has told.
/// </summary>
internal sealed class ProtoSkynet : Workload
{
    public override string Name => "ProtoSkynet";

    public override IReadOnlyList<Quantity> Quantities { get; } = [new("", "ms", new RatioGoal(1))];

    // A turn takes up to a minute and a half, and measures five times.
    public override int RoundCountMax => 1;

    public override string DescribeSize(Scale scale) => scale == Scale.Quick ? "100,000 leaves" : "1,000,000 leaves";

    public override IReadOnlyList<Metric> Run<TSide>(Scale scale)
    {
        int leafCount = scale == Scale.Quick ? 100_000 : 1_000_000;
        return ProtoSystem.Use<TSide, Metric[]>(system =>
        [
            Sampler.Milliseconds(scale, leafCount, () => Grow(system, 1_000), () => Grow(system, leafCount)),
        ]);
    }

    private static void Grow(ActorSystem system, int leafCount)
    {
        var sum = new TaskCompletionSource<long>(TaskCreationOptions.RunContinuationsAsynchronously);
        PID root = system.Root.Spawn(Props.FromProducer(() => new Root(sum)));
        system.Root.Send(root, new SkynetPart(0, leafCount));
        Check((long)leafCount * (leafCount - 1) / 2, sum.Task.GetAwaiter().GetResult(), "The sum of the leaves");
    }

    private sealed class Root(TaskCompletionSource<long> sum) : IActor
    {
        public Task ReceiveAsync(IContext context)
        {
            switch (context.Message)
            {
                case SkynetPart part:
                    context.Send(context.Spawn(Node.Props), part);
                    break;
                case long result:
                    sum.SetResult(result);
                    context.Stop(context.Self);
                    break;
            }

            return Task.CompletedTask;
        }
    }

    private sealed class Node : IActor
    {
        public static readonly Props Props = Proto.Props.FromProducer(() => new Node());

        private long _sum;
        private int _openCount;

        public Task ReceiveAsync(IContext context)
        {
            switch (context.Message)
            {
                case SkynetPart { LeafCount: 1 } leaf:
                    Finish(context, leaf.Number);
                    break;
                case SkynetPart part:
                    Grow(context, part);
                    break;
                case long result:
                    _sum += result;
                    if (--_openCount == 0)
                    {
                        Finish(context, _sum);
                    }

                    break;
            }

            return Task.CompletedTask;
        }

        private void Grow(IContext context, SkynetPart part)
        {
            _openCount = SkynetPart.ChildCount;
            for (int i = 0; i < SkynetPart.ChildCount; i++)
            {
                context.Send(context.Spawn(Props), part.Child(i));
            }
        }

        private static void Finish(IContext context, long result)
        {
            context.Send(context.Parent!, result);
            context.Stop(context.Self);
        }
    }
}
