using System.Collections.Generic;
using Goroutines.Compare.Actors;
using Goroutines.Compare.Measuring;

namespace Goroutines.Compare.Workloads;

/// <summary>Two actors send one number to and fro: what waking an idle actor costs, twice a round.</summary>
internal sealed class ActorPingPong(ActorLibrary library) : Workload
{
    public override string Name => "ActorPingPong";

    public override string Variant => library.Name;

    public override IReadOnlyList<Quantity> Quantities { get; } = [new("", "ns/round")];

    public override string DescribeSize(Scale scale) => scale == Scale.Quick ? "200,000 rounds" : "1,000,000 rounds";

    public override IReadOnlyList<Metric> Run<TSide>(Scale scale)
    {
        int roundCount = scale == Scale.Quick ? 200_000 : 1_000_000;
        IActorEngine engine = library.Create<TSide>();
        return [Sampler.NanosecondsEach(scale, roundCount, () => Play(engine, roundCount / 20), () => Play(engine, roundCount))];
    }

    private static void Play(IActorEngine engine, int roundCount) =>
        Check((long)roundCount * (roundCount - 1) / 2, engine.PlayAsync(roundCount).GetAwaiter().GetResult(), "The sum of the answers");
}
