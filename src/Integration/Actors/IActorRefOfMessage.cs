using System;
using System.Threading;
using System.Threading.Tasks;

namespace Goroutines.Actors;

/// <summary>An actor as those see it who send to it.</summary>
/// <typeparam name="TMessage">The messages it takes.</typeparam>
/// <remarks>
/// What one sender tells an actor is handled in the order in which it was told, apart from stashed messages. All members may be used
/// from any thread, and none blocks it.
/// </remarks>
public interface IActorRef<in TMessage> : IActorRef
{
    /// <summary>Puts a message into the mailbox if there is room.</summary>
    /// <param name="message">The message. It is handed over as it is; do not change it afterwards.</param>
    /// <returns>
    /// False if the message will not be handled, because the mailbox is full or the actor has stopped: it is a dead letter then. With a
    /// full mode that drops, a full mailbox gives true.
    /// </returns>
    /// <remarks>Allocation: none, unless several messages wait at once for the first time: then the mailbox is made.</remarks>
    bool TryTell(TMessage message);

    /// <summary>Puts a message into the mailbox, and waits for room if that is what the actor's full mode says.</summary>
    /// <param name="message">The message.</param>
    /// <param name="cancellationToken">Ends the waiting; the message is not told then.</param>
    /// <returns>What to await: complete as soon as the message is in the mailbox, which does not mean that it was handled.</returns>
    /// <exception cref="ActorStoppedException">The actor has stopped or stops; thrown by the await.</exception>
    /// <exception cref="MailboxFullException">
    /// The mailbox is full and the actor's full mode is <see cref="MailboxFullMode.Fail"/>; thrown by the await.
    /// </exception>
    /// <exception cref="OperationCanceledException">The token was canceled; thrown by the await.</exception>
    ValueTask TellAsync(TMessage message, CancellationToken cancellationToken = default);

    /// <summary>Tells a message that carries a <see cref="Reply{TReply}"/>, and waits for the answer.</summary>
    /// <typeparam name="TReply">The type of the answer.</typeparam>
    /// <param name="createMessage">Makes the message from the reply, which the actor is to set.</param>
    /// <param name="timeout">
    /// How long to wait for room in the mailbox and for the answer, together: more than zero, or
    /// <see cref="Timeout.InfiniteTimeSpan"/>. Null for the actor's <see cref="ActorOptions.AskTimeout"/>.
    /// </param>
    /// <param name="cancellationToken">Ends the waiting. The message may be handled all the same.</param>
    /// <returns>The answer.</returns>
    /// <remarks>
    /// If the actor fails while it handles the message, nobody answers any more, and the timeout ends the waiting. An actor that asks
    /// handles no other message until the answer is there: two actors that ask each other wait for the timeout.
    /// </remarks>
    /// <exception cref="ArgumentNullException"><paramref name="createMessage"/> is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="timeout"/> is out of its range.</exception>
    /// <exception cref="TimeoutException">There was no answer in time; thrown by the await.</exception>
    /// <exception cref="ActorStoppedException">The actor has stopped or stops; thrown by the await.</exception>
    /// <exception cref="MailboxFullException">
    /// The mailbox is full and the actor's full mode is <see cref="MailboxFullMode.Fail"/>; thrown by the await.
    /// </exception>
    /// <exception cref="OperationCanceledException">The token was canceled; thrown by the await.</exception>
    Task<TReply> AskAsync<TReply>(
        Func<Reply<TReply>, TMessage> createMessage, TimeSpan? timeout = null, CancellationToken cancellationToken = default);
}
