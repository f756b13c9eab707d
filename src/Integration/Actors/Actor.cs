using System;
using System.Threading;
using System.Threading.Tasks;

namespace Goroutines.Actors;

/// <summary>What handles the messages of an actor, one at a time.</summary>
/// <typeparam name="TMessage">The messages it takes.</typeparam>
/// <remarks>
/// <para>
/// All methods run as goroutines of the system's scheduler, one after the other: fields need no lock. While one of them awaits, the
/// actor handles nothing else, and holds no thread. Keep to plain awaits inside: after ConfigureAwait(false) or in Task.Run the code
/// runs on the ThreadPool, beside the actor's own turn if it is not awaited.
/// </para>
/// <para>
/// When a method throws, the actor's supervisor decides. A restart drops this object and makes a new one; the message that failed is
/// lost, those in the mailbox are not. If the object is <see cref="IAsyncDisposable"/> or <see cref="IDisposable"/> it is disposed when
/// it is dropped.
/// </para>
/// </remarks>
/// <example>
/// <code>
/// internal sealed class Counter : Actor&lt;int&gt;
/// {
///     private int _sum;
///
///     protected override ValueTask ReceiveAsync(int message, CancellationToken cancellationToken)
///     {
///         _sum += message;
///         return default;
///     }
/// }
/// </code>
/// </example>
public abstract class Actor<TMessage>
{
    private IActorContext<TMessage>? _context;

    /// <summary>Gets what an actor can do beside handling messages.</summary>
    /// <exception cref="InvalidOperationException">The constructor asks for it: there is none before the start.</exception>
    protected IActorContext<TMessage> Context =>
        _context ?? throw new InvalidOperationException("An actor has its context from OnStartingAsync on, and not in its constructor.");

    /// <summary>Gets the actor's own reference, to be given to others.</summary>
    /// <exception cref="InvalidOperationException">The constructor asks for it: there is none before the start.</exception>
    protected IActorRef<TMessage> Self => Context.Self;

    /// <summary>Handles one message.</summary>
    /// <param name="message">The message.</param>
    /// <param name="cancellationToken">
    /// Canceled when the actor is to stop at once or is restarted because of a sibling. To end with its exception is no failure then.
    /// </param>
    /// <returns>What ends when the message is handled.</returns>
    protected internal abstract ValueTask ReceiveAsync(TMessage message, CancellationToken cancellationToken);

    /// <summary>Called once, before the first message. What it throws is a failure of the actor.</summary>
    /// <returns>What ends when the actor is ready.</returns>
    protected internal virtual ValueTask OnStartingAsync() => default;

    /// <summary>
    /// Called last, when the actor stops for good; its children have stopped. What it throws is logged and changes nothing.
    /// </summary>
    /// <param name="actorExit">Why it stops.</param>
    /// <returns>What ends when the actor has put its things in order.</returns>
    protected internal virtual ValueTask OnStoppingAsync(ActorExit actorExit) => default;

    /// <summary>
    /// Called last, when this object is to be replaced; the children have stopped. What it throws is logged and changes nothing.
    /// </summary>
    /// <param name="reason">What failed: this actor, or a sibling that is restarted together with it.</param>
    /// <returns>What ends when the object may be dropped.</returns>
    protected internal virtual ValueTask OnRestartingAsync(Exception reason) => default;

    /// <summary>Called when an actor that is watched has stopped for good.</summary>
    /// <param name="actor">The one that was given to <see cref="IActorContext{TMessage}.Watch"/>.</param>
    /// <param name="actorExit">How it has ended.</param>
    /// <returns>What ends when the notice is handled.</returns>
    protected internal virtual ValueTask OnTerminatedAsync(IActorRef actor, ActorExit actorExit) => default;

    internal void Attach(IActorContext<TMessage> context)
    {
        if (_context is not null)
        {
            throw new InvalidOperationException(
                $"{GetType().Name} of {_context.Self.Path} was used before: a factory has to make a new actor each time.");
        }

        _context = context;
    }
}
