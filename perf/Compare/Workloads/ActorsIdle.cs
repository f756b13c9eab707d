using System;
using System.Collections.Generic;
using System.Threading;
using Goroutines.Compare.Actors;
using Goroutines.Compare.Measuring;

namespace Goroutines.Compare.Workloads;

/// <summary>What an actor costs that has nothing to do: memory after a full collection, started only and after one message.</summary>
internal sealed class ActorsIdle(ActorLibrary library) : Workload
{
    private const string Started = "started";
    private const string Told = "told once";

    public override string Name => "ActorsIdle";

    public override string Variant => library.Name;

    public override IReadOnlyList<Quantity> Quantities { get; } = [new(Started, "B/actor"), new(Told, "B/actor")];

    public override string DescribeSize(Scale scale) => scale == Scale.Quick ? "100,000 actors" : "1,000,000 actors";

    public override IReadOnlyList<Metric> Run<TSide>(Scale scale)
    {
        IActorEngine engine = library.Create<TSide>();

        // A first, small crowd loads the code and fills caches, so that they do not count as actors.
        _ = Measure(engine, 10_000);
        (double started, double told) = Measure(engine, scale == Scale.Quick ? 100_000 : 1_000_000);
        return [new Metric(Started, [started]), new Metric(Told, [told])];
    }

    private static (double Started, double Told) Measure(IActorEngine engine, int count)
    {
        var actors = new object[count];
        long before = MeasureHeap();
        engine.SpawnIdleAsync(actors).GetAwaiter().GetResult();
        long started = MeasureHeap();
        engine.TellEachAsync(actors).GetAwaiter().GetResult();
        long told = MeasureHeap();
        GC.KeepAlive(actors);
        return ((double)(started - before) / count, (double)(told - before) / count);
    }

    private static long MeasureHeap()
    {
        // The last ones have reported but may not be idle yet; nothing signals that, so they get ample time.
        Thread.Sleep(100);
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        return GC.GetTotalMemory(forceFullCollection: false);
    }
}
