using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;

namespace Goroutines.Actors.Cells;

/// <summary>The failures, restarts and end of an actor. All of it runs in the actor's turn, unless it says otherwise.</summary>
internal abstract partial class ActorCell
{
    /// <summary>Gets the restarts of this actor that count, where each child has its own count.</summary>
    private RestartWindow OwnWindow => Extras.Window ??= new RestartWindow(Siblings.Supervision, System.TimeProvider);

    /// <summary>Makes the object that handles messages, and has it start. Does nothing if there is one.</summary>
    public abstract ValueTask StartIncarnationAsync();

    /// <summary>Ends this incarnation, to be followed by another one.</summary>
    public async ValueTask TearDownAsync(Exception reason)
    {
        if (HasIncarnation)
        {
            await QuietenAsync(StopMode.Now).ConfigureAwait(true);
            await CallHookAsync("OnRestartingAsync", restartReason: reason, exit: null).ConfigureAwait(true);
            await DropIncarnationAsync().ConfigureAwait(true);
        }

        RequeueStash();
        _children?.Reopen();
        _incarnationEnd = null;
    }

    /// <summary>Runs the pipeline of this actor's type around a start; returns whether it has succeeded, and the last failure.</summary>
    public async ValueTask<(bool IsStarted, Exception LastFailure)> RunPipelineAsync(
        Exception failure, RestartWindow window, Func<ValueTask> start)
    {
        var attempt = new RestartAttempt(window, failure, start);
        Extras.Attempt = attempt;

        // RequestStop raises its flag first and looks for an attempt afterwards; here it is the other way round.
        Interlocked.MemoryBarrier();
        if (IsStoppingNow)
        {
            attempt.End();
        }

        bool isStarted = await attempt.RunAsync(System.PipelineOf(ActorType), ActorType.Name).ConfigureAwait(true);
        Extras.Attempt = null;
        if (isStarted)
        {
            System.Metrics.CountRestart(this);
            ActorLog.Restarted(System.Logger, Path, failure.Message);
        }

        return (isStarted, attempt.LastFailure);
    }

    /// <summary>Takes part in the restart that a sibling leads. Called instead of a failure's own restart too.</summary>
    /// <remarks>The member's note may still be in the list, and is dropped, if this ends with the end of the actor: hence Try.</remarks>
    public async ValueTask JoinAsync(GroupRestart.Member member, Exception reason)
    {
        await TearDownAsync(reason).ConfigureAwait(true);
        member.TornDown.TrySetResult();
        bool goesOn = await member.Proceed.Task.ConfigureAwait(true);
        if (!goesOn || Options.Restart == RestartPolicy.Temporary)
        {
            await TerminateAsync(ActorExit.Stopped).ConfigureAwait(true);
            member.IsDone.TrySetResult();
            return;
        }

        Exception? failure = null;
        try
        {
            await StartIncarnationAsync().ConfigureAwait(true);
            System.Metrics.CountRestart(this);
        }
        catch (Exception e)
        {
            failure = e;
        }

        member.IsDone.TrySetResult();
        if (failure is not null)
        {
            await FailAsync(failure).ConfigureAwait(true);
        }
    }

    protected abstract bool HasIncarnation { get; }

    /// <summary>Deals with what a method of the actor has thrown: by policy, strategy and count it restarts, ends or escalates.</summary>
    protected async ValueTask FailAsync(Exception failure)
    {
        if (failure is OperationCanceledException && IsStoppingNow)
        {
            return;
        }

        if (failure is not ActorFinishedException)
        {
            System.Metrics.CountFailure(this);
            ActorLog.Failed(System.Logger, failure, Path);
        }

        if (IsStoppingNow)
        {
            return;
        }

        if (Options.Restart == RestartPolicy.Temporary)
        {
            await TerminateAsync(ActorExit.Failed(failure)).ConfigureAwait(true);
            return;
        }

        (bool isStarted, Exception last) = Siblings.Supervision.Strategy == SupervisionStrategy.OneForOne
            ? await RestartAloneAsync(failure).ConfigureAwait(true)
            : await Siblings.RestartGroupAsync(this, failure).ConfigureAwait(true);
        if (!isStarted && !IsStoppingNow && _exit is null)
        {
            await TerminateAsync(ActorExit.Failed(last)).ConfigureAwait(true);
            Siblings.Escalate(this, last);
        }
    }

    /// <summary>Stops for good.</summary>
    protected async ValueTask TerminateAsync(ActorExit exit)
    {
        CloseMailbox();
        if (HasIncarnation)
        {
            await QuietenAsync(IsStopRequested && !IsStoppingNow ? StopMode.Drain : StopMode.Now).ConfigureAwait(true);
            await CallHookAsync("OnStoppingAsync", restartReason: null, exit).ConfigureAwait(true);
            await DropIncarnationAsync().ConfigureAwait(true);
        }

        ReleaseMessages();
        _exit = exit;
        Interlocked.Exchange(ref _state, Terminated);
        Note? left = Interlocked.Exchange(ref _notes, Note.Closed);
        while (left is not null)
        {
            (Note note, left) = (left, left.Next);
            note.Next = null;
            note.Drop(this);
        }

        Siblings.Remove(this);
        AnnounceEnd(exit);
    }

    protected abstract ValueTask CallHookAsync(string hook, Exception? restartReason, ActorExit? exit);

    /// <summary>Disposes the object that handles messages and what it was given.</summary>
    protected abstract ValueTask DropIncarnationAsync();

    /// <summary>Has what is stashed handled next.</summary>
    protected abstract void RequeueStash();

    /// <summary>Makes dead letters of all messages that are left.</summary>
    protected abstract void ReleaseMessages();

    private async ValueTask<(bool IsStarted, Exception LastFailure)> RestartAloneAsync(Exception failure)
    {
        RestartWindow window = OwnWindow;
        if (!window.TryAdd())
        {
            return (false, failure);
        }

        await TearDownAsync(failure).ConfigureAwait(true);
        return await RunPipelineAsync(failure, window, StartIncarnationAsync).ConfigureAwait(true);
    }

    /// <summary>Ends what belongs to an incarnation beside its object: timers, token, watches, children.</summary>
    private async ValueTask QuietenAsync(StopMode mode)
    {
        if (_extras?.Timers is { } timers)
        {
            timers.ForEach(static timer => timer.Cancel());
            timers.Clear();
        }

        if (_extras?.Watched is { } watched)
        {
            watched.ForEach(actor => actor.RemoveWatcher(this));
            watched.Clear();
        }

        if (_children is { } children)
        {
            await children.StopAllAsync(mode).ConfigureAwait(true);
        }

        if (_incarnationEnd is { } source)
        {
            Cancel(source);
        }
    }

    /// <summary>Cancels the token of an incarnation. From any thread.</summary>
    private void Cancel(CancellationTokenSource source)
    {
        try
        {
            source.Cancel();
        }
        catch (AggregateException e)
        {
            ActorLog.HookFailed(System.Logger, e, Path, "a callback of the token");
        }
    }

    /// <summary>Tells those who wait for the end or watch. The end is visible before, so that nobody comes too late.</summary>
    private void AnnounceEnd(ActorExit exit)
    {
        if (Volatile.Read(ref _extras) is not { } extras)
        {
            return;
        }

        List<ActorCell>? watchers;
        lock (extras)
        {
            extras.Completion?.TrySetResult(exit);
            watchers = extras.Watchers;
            extras.Watchers = null;
        }

        watchers?.ForEach(watcher => watcher.Push(new TerminatedNote(this, exit)));
    }
}
