using System.Collections.Generic;
using Akka.Actor;
using Goroutines.Compare.Measuring;

namespace Goroutines.Compare.Workloads;

/// <summary>Two actors of Akka.NET send one message to and fro: every message is a turn, so dispatching is what counts.</summary>
internal sealed class AkkaPingPong : Workload
{
    public override string Name => "AkkaPingPong";

    public override IReadOnlyList<Quantity> Quantities { get; } = [new("", "ns/round", new RatioGoal(1))];

    public override string DescribeSize(Scale scale) => scale == Scale.Quick ? "200,000 rounds" : "1,000,000 rounds";

    public override IReadOnlyList<Metric> Run<TSide>(Scale scale)
    {
        int roundCount = scale == Scale.Quick ? 200_000 : 1_000_000;
        using ActorSystem system = AkkaSystem.Create<TSide>();
        return
        [
            Sampler.NanosecondsEach(scale, roundCount, () => Play(system, roundCount / 20), () => Play(system, roundCount)),
        ];
    }

    private static void Play(ActorSystem system, int roundCount)
    {
        IActorRef ping = system.ActorOf(Props.Create<Player>());
        IActorRef pong = system.ActorOf(Props.Create<Player>());
        var ball = new Ball(roundCount);
        ping.Tell(ball, pong);
        Check(2 * roundCount, ball.WaitForEnd(), "The number of messages");
        system.Stop(ping);
        system.Stop(pong);
    }

    private sealed class Player : UntypedActor
    {
        protected override void OnReceive(object message)
        {
            if (((Ball)message).Hit())
            {
                Sender.Tell(message, Self);
            }
        }
    }
}
