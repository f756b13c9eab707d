using System;
using System.Threading;
using System.Threading.Tasks;
using Google.Protobuf.WellKnownTypes;
using Goroutines.ProtoActor;
using Proto;
using Proto.Cluster;
using Proto.Cluster.Partition;
using Proto.Remote;
using Proto.Remote.GrpcNet;

namespace Goroutines.ClusterTests;

/// <summary>One member of a cluster in this process: an actor system with remoting on loopback, on a scheduler of its own.</summary>
internal sealed class ProtoNode : IAsyncDisposable
{
    private const string Kind = "counter";

    private readonly ActorSystem _system;
    private int _isEnded;

    private ProtoNode(GoScheduler scheduler, ActorSystem system)
    {
        Scheduler = scheduler;
        _system = system;
    }

    public GoScheduler Scheduler { get; }

    /// <param name="name">The name of the scheduler, by which the node is told from others.</param>
    /// <param name="membership">The cluster.</param>
    public static async Task<ProtoNode> StartAsync(string name, Membership membership)
    {
        GoScheduler scheduler = Place.CreateScheduler(name);
        ActorSystem system = new ActorSystem(ActorSystemConfig.Setup().WithGoDispatcher(scheduler))
            .WithRemote(RemoteConfig.BindToLocalhost().WithProtoMessages(WrappersReflection.Descriptor))
            .WithCluster(ClusterConfig
                .Setup("pair", membership.CreateProvider(), new PartitionIdentityLookup())
                .WithClusterKind(Kind, Props.FromProducer(() => new Counter())));
        await system.Cluster().StartMemberAsync();
        return new ProtoNode(scheduler, system);
    }

    /// <summary>Asks a virtual actor, wherever it lives; null if no answer came.</summary>
    public async Task<string[]?> AskAsync(string id, TimeSpan timeout)
    {
        using var cancellation = new CancellationTokenSource(timeout);
        try
        {
            StringValue? answer = await _system.Cluster().RequestAsync<StringValue>(
                id, Kind, new StringValue { Value = id }, cancellation.Token);
            return answer?.Value.Split(',');
        }
        catch (Exception exception) when (exception is TimeoutException or OperationCanceledException)
        {
            return null;
        }
    }

    /// <summary>Ends it without a farewell to its actors, and its scheduler with it.</summary>
    public Task KillAsync() => EndAsync(graceful: false);

    // The last node has nobody left who would close its connections: without grace its server waits half a minute for that.
    public ValueTask DisposeAsync() => new(EndAsync(graceful: true));

    private async Task EndAsync(bool graceful)
    {
        if (Interlocked.Exchange(ref _isEnded, 1) == 0)
        {
            await _system.Cluster().ShutdownAsync(graceful);
            Scheduler.Dispose();
        }
    }

    /// <summary>A virtual actor: says on whose workers it runs before and after it awaits, and how many messages it has had.</summary>
    private sealed class Counter : IActor
    {
        private int _count;

        public async Task ReceiveAsync(IContext context)
        {
            if (context.Message is not StringValue { Value: string id })
            {
                return;
            }

            string? before = GoScheduler.Current?.Name;
            await Task.Delay(1);
            string? after = GoScheduler.Current?.Name;
            context.Respond(new StringValue { Value = $"{id},{before ?? "nobody"},{after ?? "nobody"},{++_count}" });
        }
    }
}
