using System;
using System.Collections.Generic;
using System.Threading;

namespace Goroutines.Actors;

/// <summary>What an actor can do beside handling messages. It is for the actor's own methods only.</summary>
/// <typeparam name="TMessage">The messages the actor takes.</typeparam>
public interface IActorContext<TMessage>
{
    /// <summary>Gets the system the actor lives in.</summary>
    ActorSystem System { get; }

    /// <summary>Gets the actor's own reference.</summary>
    IActorRef<TMessage> Self { get; }

    /// <summary>Gets the actor that has spawned this one; null at the top level.</summary>
    IActorRef? Parent { get; }

    /// <summary>Gets the children as they are now, in the order in which they were spawned.</summary>
    IReadOnlyList<IActorRef> Children { get; }

    /// <summary>Gets the token that the messages are handled with.</summary>
    CancellationToken Stopping { get; }

    /// <summary>Starts a child. It stops when this actor stops or is restarted, and this actor supervises it.</summary>
    /// <typeparam name="TChildMessage">The messages the child takes.</typeparam>
    /// <param name="factory">Makes the object that handles the messages, a new one for each restart. It runs in the child's turn.</param>
    /// <param name="name">A name that no other child has; null for a number. Not empty, without a slash, not starting with $.</param>
    /// <param name="options">The settings; null for the defaults. They cannot be changed afterwards.</param>
    /// <returns>The child, which may be told messages at once.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="factory"/> is null.</exception>
    /// <exception cref="ArgumentException">The name or a setting is not valid, or the name is taken.</exception>
    /// <exception cref="ActorStoppedException">This actor stops.</exception>
    IActorRef<TChildMessage> Spawn<TChildMessage>(
        Func<Actor<TChildMessage>> factory, string? name = null, ActorOptions? options = null);

    /// <summary>Asks for a notice when an actor has stopped for good: <see cref="Actor{TMessage}.OnTerminatedAsync"/>.</summary>
    /// <param name="actor">Whom to watch. If it has stopped already the notice comes at once.</param>
    /// <remarks>
    /// There is one notice, however often this was called. It comes before messages that wait in the mailbox. A restart of this actor
    /// ends the watch.
    /// </remarks>
    /// <exception cref="ArgumentNullException"><paramref name="actor"/> is null.</exception>
    /// <exception cref="ArgumentException"><paramref name="actor"/> is not an actor of this package.</exception>
    void Watch(IActorRef actor);

    /// <summary>Takes back <see cref="Watch"/>. There is no notice after it.</summary>
    /// <param name="actor">Whom to watch no longer.</param>
    /// <exception cref="ArgumentNullException"><paramref name="actor"/> is null.</exception>
    void Unwatch(IActorRef actor);

    /// <summary>Puts a message aside, to be handled after <see cref="UnstashAll"/>.</summary>
    /// <param name="message">The message, usually the one that is being handled.</param>
    /// <remarks>After a restart what was stashed is handled first. When the actor stops it becomes dead letters.</remarks>
    /// <exception cref="InvalidOperationException"><see cref="ActorOptions.StashCapacity"/> messages are stashed.</exception>
    void Stash(TMessage message);

    /// <summary>Has all stashed messages handled next, in the order in which they were stashed.</summary>
    void UnstashAll();

    /// <summary>Has a message handled later, or again and again.</summary>
    /// <param name="message">The message.</param>
    /// <param name="dueTime">When, from now: zero or more.</param>
    /// <param name="period">How long from one time to the next, more than zero; null for one time.</param>
    /// <returns>What to dispose to cancel it. After that, and after a restart or stop of the actor, the message does not come.</returns>
    /// <remarks>
    /// The message does not pass through the mailbox: it takes no room there and comes before what waits. Turns that are missed
    /// because the actor is busy are left out.
    /// </remarks>
    /// <exception cref="ArgumentOutOfRangeException">A time is out of its range.</exception>
    IDisposable Schedule(TMessage message, TimeSpan dueTime, TimeSpan? period = null);

    /// <summary>Stops the actor when the message in hand is handled.</summary>
    /// <param name="mode">What happens to the messages in the mailbox.</param>
    /// <remarks>An actor whose policy is <see cref="RestartPolicy.Permanent"/> is restarted instead, and keeps its messages.</remarks>
    void StopSelf(StopMode mode = StopMode.Now);
}
