using System;
using System.Threading;
using System.Threading.Tasks;
using Goroutines.Actors;

namespace Goroutines.IntegrationTests;

/// <summary>An actor whose methods a test gives it.</summary>
internal sealed class LambdaActor<TMessage> : Actor<TMessage>
{
    public Func<LambdaActor<TMessage>, TMessage, CancellationToken, ValueTask> Receive { get; init; } = static (_, _, _) => default;

    public Func<LambdaActor<TMessage>, ValueTask> Starting { get; init; } = static _ => default;

    public Action<ActorExit> Stopping { get; init; } = static _ => { };

    public Action<Exception> Restarting { get; init; } = static _ => { };

    public Action<IActorRef, ActorExit> ActorTerminated { get; init; } = static (_, _) => { };

    public IActorContext<TMessage> PublicContext => Context;

    protected override ValueTask ReceiveAsync(TMessage message, CancellationToken cancellationToken) =>
        Receive(this, message, cancellationToken);

    protected override ValueTask OnStartingAsync() => Starting(this);

    protected override ValueTask OnStoppingAsync(ActorExit actorExit)
    {
        Stopping(actorExit);
        return default;
    }

    protected override ValueTask OnRestartingAsync(Exception reason)
    {
        Restarting(reason);
        return default;
    }

    protected override ValueTask OnTerminatedAsync(IActorRef actor, ActorExit actorExit)
    {
        ActorTerminated(actor, actorExit);
        return default;
    }
}
