using System.Collections.Generic;
using System.Threading.Tasks;
using Akka.Actor;
using Goroutines.Compare.Measuring;

namespace Goroutines.Compare.Workloads;

/// <summary>
/// A tree of actors of Akka.NET, ten children each: every leaf tells its parent its number, every inner node the sum of what its children
/// told it. An actor stops when it has told.
/// </summary>
internal sealed class AkkaSkynet : Workload
{
    public override string Name => "AkkaSkynet";

    public override IReadOnlyList<Quantity> Quantities { get; } = [new("", "ms", new RatioGoal(1))];

    // A turn takes up to a minute and a half, and measures five times.
    public override int RoundCountMax => 1;

    public override string DescribeSize(Scale scale) => scale == Scale.Quick ? "100,000 leaves" : "1,000,000 leaves";

    public override IReadOnlyList<Metric> Run<TSide>(Scale scale)
    {
        int leafCount = scale == Scale.Quick ? 100_000 : 1_000_000;
        using ActorSystem system = AkkaSystem.Create<TSide>();
        return [Sampler.Milliseconds(scale, leafCount, () => Grow(system, 1_000), () => Grow(system, leafCount))];
    }

    private static void Grow(ActorSystem system, int leafCount)
    {
        var sum = new TaskCompletionSource<long>(TaskCreationOptions.RunContinuationsAsynchronously);
        IActorRef root = system.ActorOf(Props.Create(() => new Root(sum)));
        root.Tell(new SkynetPart(0, leafCount));
        Check((long)leafCount * (leafCount - 1) / 2, sum.Task.GetAwaiter().GetResult(), "The sum of the leaves");
    }

    private sealed class Root(TaskCompletionSource<long> sum) : UntypedActor
    {
        protected override void OnReceive(object message)
        {
            if (message is SkynetPart)
            {
                Context.ActorOf(Node.Props).Tell(message, Self);
            }
            else
            {
                sum.SetResult((long)message);
                Context.Stop(Self);
            }
        }
    }

    private sealed class Node : UntypedActor
    {
        public static readonly Props Props = Akka.Actor.Props.Create<Node>();

        private long _sum;
        private int _openCount;

        protected override void OnReceive(object message)
        {
            if (message is SkynetPart part)
            {
                Grow(part);
                return;
            }

            _sum += (long)message;
            if (--_openCount == 0)
            {
                Finish(_sum);
            }
        }

        private void Grow(SkynetPart part)
        {
            if (part.LeafCount == 1)
            {
                Finish(part.Number);
                return;
            }

            _openCount = SkynetPart.ChildCount;
            for (int i = 0; i < SkynetPart.ChildCount; i++)
            {
                Context.ActorOf(Props).Tell(part.Child(i), Self);
            }
        }

        private void Finish(long result)
        {
            Context.Parent.Tell(result, Self);
            Context.Stop(Self);
        }
    }
}
