using Goroutines.Compare.Sides;

namespace Goroutines.Compare.Actors;

/// <summary>Goroutines.Actors on the one side; on the other what a program writes that has no library: a channel and a loop.</summary>
internal sealed class OwnActors : ActorLibrary
{
    public override string Name => "";

    public override IActorEngine Create<TSide>() => typeof(TSide) == typeof(GoroutinesSide)
        ? new PackageEngine(GoroutinesSide.Scheduler)
        : new ChannelEngine<TSide>();
}
