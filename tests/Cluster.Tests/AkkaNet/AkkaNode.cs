using System;
using System.Threading.Tasks;
using Akka.Actor;
using Akka.Cluster;
using Akka.Cluster.Sharding;
using Akka.Configuration;
using Goroutines.AkkaNet;

namespace Goroutines.ClusterTests;

/// <summary>One member of a cluster in this process: an actor system with remoting on loopback, on a scheduler of its own.</summary>
internal sealed class AkkaNode : IAsyncDisposable
{
    private const string Kind = "counter";

    // Quick where it costs nothing to be; patient with heartbeats, because a loaded machine is not a dead node.
    private static readonly Config s_config = ConfigurationFactory.ParseString(
        """
        akka {
          loglevel = OFF
          stdout-loglevel = OFF
          actor.provider = cluster
          remote.dot-netty.tcp { hostname = "127.0.0.1", port = 0 }
          coordinated-shutdown { run-by-actor-system-terminate = off, run-by-clr-shutdown-hook = off }
          cluster {
            gossip-interval = 100ms
            leader-actions-interval = 100ms
            unreachable-nodes-reaper-interval = 200ms
            periodic-tasks-initial-delay = 100ms
            run-coordinated-shutdown-when-down = off
            failure-detector { heartbeat-interval = 200ms, acceptable-heartbeat-pause = 4s }
            downing-provider-class = "Akka.Cluster.SBR.SplitBrainResolverProvider, Akka.Cluster"
            split-brain-resolver { active-strategy = keep-oldest, stable-after = 1s, keep-oldest.down-if-alone = off }
            distributed-data { gossip-interval = 100ms, notify-subscribers-interval = 50ms }
            sharding { state-store-mode = ddata, retry-interval = 200ms, waiting-for-state-timeout = 1s, updating-state-timeout = 1s }
          }
        }
        """);

    private AkkaNode(GoScheduler scheduler, ActorSystem system, IActorRef region)
    {
        Scheduler = scheduler;
        System = system;
        Region = region;
    }

    public GoScheduler Scheduler { get; }

    public ActorSystem System { get; }

    /// <summary>Gets what takes messages for entities, wherever they live.</summary>
    public IActorRef Region { get; }

    public Address Address => Cluster.Get(System).SelfAddress;

    /// <param name="name">The name of the scheduler, by which the node is told from others.</param>
    public static async Task<AkkaNode> StartAsync(string name)
    {
        GoScheduler scheduler = Place.CreateScheduler(name);
        ActorSystem system = ActorSystem.Create("pair", GoDispatcher.CreateConfig(scheduler).WithFallback(s_config));
        ClusterSharding sharding = ClusterSharding.Get(system);
        IActorRef region = await sharding.StartAsync(
            Kind,
            id => Props.Create(() => new Counter(id)),
            ClusterShardingSettings.Create(system),
            HashCodeMessageExtractor.Create(10, message => (string)message, message => message));
        return new AkkaNode(scheduler, system, region);
    }

    public Task JoinAsync(AkkaNode other) => Cluster.Get(System).JoinAsync(other.Address);

    /// <summary>Ends it as a crash does: it tells nobody, and its scheduler is gone too.</summary>
    public async Task KillAsync()
    {
        await System.Terminate();
        Scheduler.Dispose();
    }

    public ValueTask DisposeAsync() => new(KillAsync());

    /// <summary>An entity: says on whose workers it runs before and after it awaits, and how many messages it has had.</summary>
    private sealed class Counter : ReceiveActor
    {
        private int _count;

        public Counter(string id) => ReceiveAsync<string>(async _ =>
        {
            string? before = GoScheduler.Current?.Name;
            await Task.Delay(1);
            string? after = GoScheduler.Current?.Name;

            // Of the turn's context: lost, this would throw.
            Sender.Tell($"{id},{before ?? "nobody"},{after ?? "nobody"},{++_count},{Self.Path.Name}");
        });
    }
}
