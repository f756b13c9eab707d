using System.Threading;
using System.Threading.Tasks;

namespace Goroutines.Actors;

/// <summary>An actor as others see it, whatever messages it takes.</summary>
/// <remarks>A reference stays the same when the actor is restarted. All members may be used from any thread.</remarks>
public interface IActorRef
{
    /// <summary>Gets the name, which is unique among the children of one parent.</summary>
    /// <value>The name given to Spawn, or <c>$</c> and a number.</value>
    string Name { get; }

    /// <summary>Gets the names from the top level down to this actor, joined by slashes.</summary>
    string Path { get; }

    /// <summary>Gets a task that ends when the actor has stopped for good, and says how.</summary>
    /// <value>It never fails: a failure is told by <see cref="ActorExit.Reason"/>. A restart does not end it.</value>
    Task<ActorExit> Completion { get; }

    /// <summary>Stops the actor and its children. From now on it takes no messages.</summary>
    /// <param name="mode">What happens to the messages that are in its mailbox.</param>
    /// <param name="cancellationToken">Ends the waiting, not the stopping.</param>
    /// <returns>A task that ends as <see cref="Completion"/>.</returns>
    /// <remarks>
    /// May be called again, also to go from <see cref="StopMode.Drain"/> to <see cref="StopMode.Now"/>. An actor must not await
    /// its own stop: use <see cref="IActorContext{TMessage}.StopSelf"/> inside.
    /// </remarks>
    /// <exception cref="System.OperationCanceledException">The token was canceled; thrown by the await.</exception>
    Task<ActorExit> StopAsync(StopMode mode = StopMode.Drain, CancellationToken cancellationToken = default);
}
