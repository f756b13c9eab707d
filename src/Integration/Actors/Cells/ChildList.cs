using System;
using System.Collections.Generic;
using System.Threading.Tasks;

namespace Goroutines.Actors.Cells;

/// <summary>The actors of one parent, or of the top level, in the order in which they were spawned, and how they are supervised.</summary>
/// <remarks>Threading: any thread; the state is under the lock of this object, and nothing foreign is called under it.</remarks>
internal sealed class ChildList(ActorSystem system, ActorCell? owner, SupervisionOptions supervision)
{
    private readonly object _lock = new();
    private Dictionary<string, ActorCell>? _names;
    private ActorCell? _first;
    private ActorCell? _last;
    private int _count;
    private int _serial;
    private bool _isClosed;
    private TaskCompletionSource? _empty;
    private GroupRestart? _groupRestart;
    private RestartWindow? _window;

    public ActorSystem System { get; } = system;

    /// <summary>Gets the parent; null at the top level.</summary>
    public ActorCell? Owner { get; } = owner;

    public SupervisionOptions Supervision { get; } = supervision;

    /// <summary>Makes a cell for a new child, puts it last and queues its start.</summary>
    /// <param name="factory">A delegate or an <see cref="IncarnationFactory{TMessage}"/>.</param>
    /// <param name="name">The name, or null for a number.</param>
    /// <param name="options">The settings, or null for the defaults.</param>
    public ActorCell<TMessage> Spawn<TMessage>(object factory, string? name, ActorOptions? options)
    {
        ThrowIfNotValid(name);
        options = (options ?? ActorOptions.Default).Freeze();
        ActorCell<TMessage> cell;
        lock (_lock)
        {
            if (_isClosed)
            {
                throw new ActorStoppedException($"{Owner?.Path ?? System.Name} stops: it spawns no actors any more.");
            }

            cell = new ActorCell<TMessage>(this, name, ++_serial, options, factory);
            if (name is not null && !(_names ??= []).TryAdd(name, cell))
            {
                throw new ArgumentException($"There is a {cell.Path} already.", nameof(name));
            }

            cell.Previous = _last;
            if (_last is null)
            {
                _first = cell;
            }
            else
            {
                _last.Next = cell;
            }

            _last = cell;
            _count++;
        }

        cell.Start();
        return cell;
    }

    public ActorCell? Find(ReadOnlySpan<char> name)
    {
        lock (_lock)
        {
            return _names is not null
                && _names.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(name, out ActorCell? cell) ? cell : null;
        }
    }

    public ActorCell[] ToArray()
    {
        lock (_lock)
        {
            var cells = new ActorCell[_count];
            int index = 0;
            for (ActorCell? cell = _first; cell is not null; cell = cell.Next)
            {
                cells[index++] = cell;
            }

            return cells;
        }
    }

    /// <summary>Takes out one that has ended.</summary>
    public void Remove(ActorCell cell)
    {
        TaskCompletionSource? empty = null;
        lock (_lock)
        {
            if (_names is not null && _names.TryGetValue(cell.Name, out ActorCell? named) && named == cell)
            {
                _names.Remove(cell.Name);
            }

            _ = cell.Previous is { } previous ? previous.Next = cell.Next : _first = cell.Next;
            _ = cell.Next is { } next ? next.Previous = cell.Previous : _last = cell.Previous;
            (cell.Previous, cell.Next) = (null, null);
            if (--_count == 0)
            {
                (empty, _empty) = (_empty, null);
            }
        }

        empty?.SetResult();
    }

    /// <summary>Lets nobody in any more and stops all; complete when all have ended.</summary>
    public async ValueTask StopAllAsync(StopMode mode)
    {
        Task empty;
        GroupRestart? groupRestart;
        lock (_lock)
        {
            _isClosed = true;
            groupRestart = _groupRestart;
            if (_count == 0)
            {
                return;
            }

            _empty ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            empty = _empty.Task;
        }

        if (mode == StopMode.Now)
        {
            // The others wait for it, with whatever delay its restart has.
            groupRestart?.Leader.RequestStop(mode, isOwn: false);
        }

        ActorCell[] cells = ToArray();
        for (int i = cells.Length - 1; i >= 0; i--)
        {
            cells[i].RequestStop(mode, isOwn: false);
            if (Supervision.Strategy != SupervisionStrategy.OneForOne)
            {
                // They depend on each other: the ones that came later go first.
                await cells[i].Completion.ConfigureAwait(true);
            }
        }

        await empty.ConfigureAwait(true);
    }

    /// <summary>Makes a drain under way a stop at once.</summary>
    public void HurryIfClosed()
    {
        lock (_lock)
        {
            if (!_isClosed)
            {
                return;
            }
        }

        Array.ForEach(ToArray(), static cell => cell.RequestStop(StopMode.Now, isOwn: false));
    }

    /// <summary>Lets children in again, those of a new incarnation.</summary>
    public void Reopen()
    {
        lock (_lock)
        {
            _isClosed = false;
        }
    }

    /// <summary>Restarts a failed child together with those the strategy says, or has it take part in such a restart.</summary>
    public async ValueTask<(bool IsStarted, Exception LastFailure)> RestartGroupAsync(ActorCell failed, Exception failure)
    {
        while (true)
        {
            if (BeginGroupRestart(failed, failure, out GroupRestart? current))
            {
                if (current is null)
                {
                    return (false, failure);
                }

                try
                {
                    return await current.RunAsync(_window!).ConfigureAwait(true);
                }
                finally
                {
                    EndGroupRestart(current);
                }
            }

            if (current!.FindOpen(failed) is { } member)
            {
                await member.TakeAsync().ConfigureAwait(true);
                return (true, failure);
            }

            await current.Ended.ConfigureAwait(true);
        }
    }

    /// <summary>Passes on that a child has failed too often.</summary>
    public void Escalate(ActorCell child, Exception failure)
    {
        var escalated = new ChildFailedException($"{child.Path} failed too often: {failure.Message}", failure);
        if (Owner is null)
        {
            System.ReportUnhandled(child, escalated);
        }
        else
        {
            Owner.Push(new ChildFailedNote(child, escalated));
        }
    }

    /// <summary>Returns whether the failed child leads: a restart, or null if there were too many. Else the one under way.</summary>
    private bool BeginGroupRestart(ActorCell failed, Exception failure, out GroupRestart? current)
    {
        ActorCell[] cells = ToArray();
        int first = Supervision.Strategy == SupervisionStrategy.OneForAll ? 0 : Array.IndexOf(cells, failed);
        lock (_lock)
        {
            current = _groupRestart;
            if (current is not null)
            {
                return false;
            }

            _window ??= new RestartWindow(Supervision, System.TimeProvider);
            if (_window.TryAdd())
            {
                _groupRestart = current = new GroupRestart(failed, cells.AsSpan(first).ToArray(), failure);
            }

            return true;
        }
    }

    private void EndGroupRestart(GroupRestart ended)
    {
        lock (_lock)
        {
            _groupRestart = null;
        }

        ended.End();
    }

    private static void ThrowIfNotValid(string? name)
    {
        if (name is not null && (name.Length == 0 || name[0] == '$' || name.Contains('/', StringComparison.Ordinal)))
        {
            throw new ArgumentException("A name is not empty, has no slash and does not start with $.", nameof(name));
        }
    }
}
