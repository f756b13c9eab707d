using System.Collections.Generic;
using Goroutines.Compare.Actors;
using Goroutines.Compare.Measuring;

namespace Goroutines.Compare.Workloads;

/// <summary>A tree of actors, ten children each, that sums the numbers of its leaves up: spawning, few messages, stopping.</summary>
internal sealed class ActorSkynet(ActorLibrary library) : Workload
{
    public override string Name => "ActorSkynet";

    public override string Variant => library.Name;

    public override IReadOnlyList<Quantity> Quantities { get; } = [new("", "ms")];

    public override string DescribeSize(Scale scale) => scale == Scale.Quick ? "100,000 leaves" : "1,000,000 leaves";

    public override IReadOnlyList<Metric> Run<TSide>(Scale scale)
    {
        int leafCount = scale == Scale.Quick ? 100_000 : 1_000_000;
        IActorEngine engine = library.Create<TSide>();
        return [Sampler.Milliseconds(scale, leafCount, () => Grow(engine, 10_000), () => Grow(engine, leafCount))];
    }

    private static void Grow(IActorEngine engine, int leafCount) =>
        Check((long)leafCount * (leafCount - 1) / 2, engine.GrowAsync(leafCount).GetAwaiter().GetResult(), "The sum of the leaves");
}
