using System;
using System.Threading.Tasks;

namespace Goroutines.Actors.Cells;

/// <summary>Who is told of whose end, and timers.</summary>
internal abstract partial class ActorCell
{
    /// <summary>Delivers the notice that a watched actor has ended, unless the watch was taken back.</summary>
    public ValueTask DeliverTerminatedAsync(ActorCell watched, ActorExit exit) =>
        _extras?.Watched?.Remove(watched) == true ? CallTerminatedAsync(watched, exit) : default;

    public void Watch(IActorRef actor)
    {
        ArgumentNullException.ThrowIfNull(actor);
        if (actor is not ActorCell cell)
        {
            throw new ArgumentException("Only actors of this package can be watched.", nameof(actor));
        }

        var watched = Extras.Watched ??= [];
        if (!watched.Contains(cell))
        {
            watched.Add(cell);
            cell.AddWatcher(this);
        }
    }

    public void Unwatch(IActorRef actor)
    {
        ArgumentNullException.ThrowIfNull(actor);
        if (actor is ActorCell cell && _extras?.Watched?.Remove(cell) == true)
        {
            cell.RemoveWatcher(this);
        }
    }

    /// <summary>Forgets a timer that has ended.</summary>
    public void Forget(ScheduledNote timer) => _extras?.Timers?.Remove(timer);

    protected abstract ValueTask CallTerminatedAsync(ActorCell watched, ActorExit exit);

    protected IDisposable Schedule(ScheduledNote timer, TimeSpan dueTime, TimeSpan? period)
    {
        (Extras.Timers ??= []).Add(timer);
        timer.Start(System.TimeProvider, dueTime, period ?? global::System.Threading.Timeout.InfiniteTimeSpan);
        return timer;
    }

    private void AddWatcher(ActorCell watcher)
    {
        CellExtras extras = Extras;
        ActorExit? exit;
        lock (extras)
        {
            exit = _exit;
            if (exit is null)
            {
                (extras.Watchers ??= []).Add(watcher);
            }
        }

        if (exit is not null)
        {
            watcher.Push(new TerminatedNote(this, exit));
        }
    }

    private void RemoveWatcher(ActorCell watcher)
    {
        if (_extras is { } extras)
        {
            lock (extras)
            {
                extras.Watchers?.Remove(watcher);
            }
        }
    }
}
