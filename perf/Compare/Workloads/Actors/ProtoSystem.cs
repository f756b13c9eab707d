using System;
using Goroutines.Compare.Sides;
using Goroutines.ProtoActor;
using Proto;

namespace Goroutines.Compare.Workloads;

/// <summary>An actor system of Proto.Actor on a side: on its own default dispatcher, which is the ThreadPool, or on ours.</summary>
internal static class ProtoSystem
{
    public static TResult Use<TSide, TResult>(Func<ActorSystem, TResult> use)
        where TSide : struct, ISide
    {
        ActorSystemConfig config = ActorSystemConfig.Setup();
        if (TSide.Name == SideNames.Goroutines)
        {
            config = config.WithGoDispatcher(GoroutinesSide.Scheduler);
        }

        var system = new ActorSystem(config);
        TResult result = use(system);
        system.ShutdownAsync("The comparison is done.").GetAwaiter().GetResult();
        return result;
    }
}
