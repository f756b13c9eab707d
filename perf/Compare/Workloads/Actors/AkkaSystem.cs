using Akka.Actor;
using Akka.Configuration;
using Goroutines.AkkaNet;
using Goroutines.Compare.Sides;

namespace Goroutines.Compare.Workloads;

/// <summary>An actor system of Akka.NET on a side: on its own default dispatcher, which is the ThreadPool, or on ours.</summary>
internal static class AkkaSystem
{
    private static readonly Config s_quiet = ConfigurationFactory.ParseString("akka { loglevel = OFF, stdout-loglevel = OFF }");

    public static ActorSystem Create<TSide>()
        where TSide : struct, ISide
    {
        Config config = TSide.Name == SideNames.Goroutines
            ? GoDispatcher.CreateConfig(GoroutinesSide.Scheduler).WithFallback(s_quiet)
            : s_quiet;
        return ActorSystem.Create("compare", config);
    }
}
