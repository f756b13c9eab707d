using System.Threading.Tasks;

namespace Goroutines.Actors.Cells;

/// <summary>What an actor is told by the package itself, beside its mailbox. An actor takes its notes before its messages.</summary>
/// <remarks>A note is a link of its actor's list, so it is in one list at a time.</remarks>
internal abstract class Note
{
    /// <summary>Stands in the list of an actor that has stopped for good.</summary>
    public static readonly Note Closed = new ClosedNote();

    /// <summary>Gets or sets the note that was pushed before. Whoever pushes or takes the list writes it.</summary>
    public Note? Next { get; set; }

    /// <summary>Acts, in the actor's turn. What it throws is a failure of the actor.</summary>
    public abstract ValueTask DeliverAsync(ActorCell cell);

    /// <summary>Called instead when the actor has stopped for good. On any thread.</summary>
    public virtual void Drop(ActorCell cell)
    {
    }

    private sealed class ClosedNote : Note
    {
        public override ValueTask DeliverAsync(ActorCell cell) => default;
    }
}

/// <summary>A watched actor has stopped.</summary>
internal sealed class TerminatedNote(ActorCell watched, ActorExit exit) : Note
{
    public override ValueTask DeliverAsync(ActorCell cell) => cell.DeliverTerminatedAsync(watched, exit);
}

/// <summary>A child has failed too often.</summary>
internal sealed class ChildFailedNote(ActorCell child, ChildFailedException exception) : Note
{
    public override ValueTask DeliverAsync(ActorCell cell) => ValueTask.FromException(exception);

    // The supervisor stops anyway; what its child failed with must still be told to somebody.
    public override void Drop(ActorCell cell) => cell.System.ReportUnhandled(child, exception);
}

/// <summary>The actor has asked to be stopped.</summary>
internal sealed class OwnStopNote(StopMode mode) : Note
{
    public override ValueTask DeliverAsync(ActorCell cell)
    {
        if (cell.Options.Restart == RestartPolicy.Permanent)
        {
            return ValueTask.FromException(new ActorFinishedException($"{cell.Path} has stopped itself."));
        }

        cell.RequestStop(mode, isOwn: true);
        return default;
    }
}
