using System.Collections.Generic;
using System.Threading.Tasks;

namespace Goroutines.Actors.Cells;

/// <summary>What few actors need, apart from the cell so that the others stay small.</summary>
internal class CellExtras
{
    /// <summary>Gets or sets the source behind Completion. Under the lock of this object.</summary>
    public TaskCompletionSource<ActorExit>? Completion { get; set; }

    /// <summary>Gets or sets who is to be told of the end. Under the lock of this object.</summary>
    public List<ActorCell>? Watchers { get; set; }

    /// <summary>Gets or sets whom this actor watches. In the actor's turn.</summary>
    public List<ActorCell>? Watched { get; set; }

    /// <summary>Gets or sets the timers that have not ended. In the actor's turn.</summary>
    public List<ScheduledNote>? Timers { get; set; }

    /// <summary>Gets or sets the restart that is under way. Written in the actor's turn, read by who stops the actor.</summary>
    public RestartAttempt? Attempt { get; set; }

    /// <summary>Gets or sets the restarts that count. In the actor's turn.</summary>
    public RestartWindow? Window { get; set; }
}

/// <summary>The part that knows the type of the messages. All of it is used in the actor's turn.</summary>
internal sealed class CellExtras<TMessage> : CellExtras
{
    /// <summary>Gets the messages put aside.</summary>
    public Queue<TMessage> Stash { get; } = new();

    /// <summary>Gets the messages that were put aside and are to be handled next.</summary>
    public Queue<TMessage> Unstashed { get; } = new();
}
