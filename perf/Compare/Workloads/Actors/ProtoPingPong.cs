using System.Collections.Generic;
using System.Threading.Tasks;
using Goroutines.Compare.Measuring;
using Proto;

namespace Goroutines.Compare.Workloads;

/// <summary>Two actors of Proto.Actor send one message to and fro: every message is a turn, so dispatching is what counts.</summary>
internal sealed class ProtoPingPong : Workload
{
    public override string Name => "ProtoPingPong";

    public override IReadOnlyList<Quantity> Quantities { get; } = [new("", "ns/round", new RatioGoal(1))];

    public override string DescribeSize(Scale scale) => scale == Scale.Quick ? "200,000 rounds" : "1,000,000 rounds";

    public override IReadOnlyList<Metric> Run<TSide>(Scale scale)
    {
        int roundCount = scale == Scale.Quick ? 200_000 : 1_000_000;
        return ProtoSystem.Use<TSide, Metric[]>(system =>
        [
            Sampler.NanosecondsEach(scale, roundCount, () => Play(system, roundCount / 20), () => Play(system, roundCount)),
        ]);
    }

    private static void Play(ActorSystem system, int roundCount)
    {
        var first = new Player();
        var second = new Player();
        PID ping = system.Root.Spawn(Props.FromProducer(() => first));
        PID pong = system.Root.Spawn(Props.FromProducer(() => second));
        first.Other = pong;
        second.Other = ping;
        var ball = new Ball(roundCount);
        system.Root.Send(ping, ball);
        Check(2 * roundCount, ball.WaitForEnd(), "The number of messages");
        system.Root.Stop(ping);
        system.Root.Stop(pong);
    }

    private sealed class Player : IActor
    {
        /// <summary>Gets or sets who is played with. Written before the first ball.</summary>
        public PID? Other { get; set; }

        public Task ReceiveAsync(IContext context)
        {
            if (context.Message is Ball ball && ball.Hit())
            {
                context.Send(Other!, ball);
            }

            return Task.CompletedTask;
        }
    }
}
