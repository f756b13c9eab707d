using System;
using System.Threading;
using System.Threading.Tasks;

namespace Goroutines.Actors.Cells;

/// <summary>A timer of an actor, and the note that is pushed when it expires.</summary>
internal abstract class ScheduledNote : Note, IDisposable
{
    private readonly ActorCell _cell;
    private readonly bool _isPeriodic;
    private ITimer? _timer;

    // 1 while the note is in the list, so that it is not pushed twice.
    private int _isPushed;

    protected ScheduledNote(ActorCell cell, bool isPeriodic)
    {
        _cell = cell;
        _isPeriodic = isPeriodic;
    }

    // Written in the actor's turn; a turn that finds it set does nothing, so that nothing comes after a cancel.
    protected bool IsDisposed { get; private set; }

    public void Start(TimeProvider timeProvider, TimeSpan dueTime, TimeSpan period)
    {
        // Made disarmed: a timer that expires at once must find its field set.
        ITimer timer = timeProvider.CreateTimer(
            static note => ((ScheduledNote)note!).OnExpired(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _timer = timer;
        timer.Change(dueTime, period);
    }

    public void Dispose()
    {
        if (!IsDisposed)
        {
            IsDisposed = true;
            _timer?.Dispose();
            _cell.Forget(this);
        }
    }

    /// <summary>Stops the timer without telling the cell, which forgets all of its timers.</summary>
    public void Cancel()
    {
        IsDisposed = true;
        _timer?.Dispose();
    }

    public override ValueTask DeliverAsync(ActorCell cell)
    {
        Volatile.Write(ref _isPushed, 0);
        if (IsDisposed)
        {
            return default;
        }

        if (!_isPeriodic)
        {
            Dispose();
        }

        return HandleAsync();
    }

    protected abstract ValueTask HandleAsync();

    private void OnExpired()
    {
        if (Interlocked.Exchange(ref _isPushed, 1) == 0)
        {
            _cell.Push(this);
        }
    }
}

/// <summary>A timer with its message.</summary>
internal sealed class ScheduledNote<TMessage>(ActorCell<TMessage> cell, TMessage message, bool isPeriodic)
    : ScheduledNote(cell, isPeriodic)
{
    protected override ValueTask HandleAsync() => cell.HandleAsync(message);
}
