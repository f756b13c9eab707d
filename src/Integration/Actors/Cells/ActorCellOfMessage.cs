using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Threading.Channels;
using System.Threading.Tasks;

namespace Goroutines.Actors.Cells;

/// <summary>The turns of an actor, and the object that handles its messages.</summary>
internal sealed partial class ActorCell<TMessage> : ActorCell, IActorRef<TMessage>, IActorContext<TMessage>
{
    // The clock is looked at every eighth message as long as they are quick; it takes as long as a message does.
    private const int QuickStride = 8;

    // Either a delegate as Spawn was given it or an IncarnationFactory: a million actors save a wrapper each.
    private readonly object _factory;
    private Actor<TMessage>? _actor;
    private object? _scopeOrType;
    private Channel<TMessage>? _channel;
    private TMessage _slot = default!;
    private bool _isSlotFull;

    public ActorCell(
        ChildList siblings, string? name, int serial, ActorOptions options, object factory)
        : base(siblings, name, serial, options) => _factory = factory;

    public override Type ActorType => _actor?.GetType()
        ?? _scopeOrType as Type
        ?? (_factory as IncarnationFactory<TMessage>)?.ActorType
        ?? typeof(Actor<TMessage>);

    protected override bool HasIncarnation => _actor is not null;

    private CellExtras<TMessage> TypedExtras => (CellExtras<TMessage>)Extras;

    public override async ValueTask StartIncarnationAsync()
    {
        if (_actor is null)
        {
            await FinishStartAsync(BeginStart()).ConfigureAwait(true);
        }
    }

    /// <summary>Handles a message that does not come from the mailbox.</summary>
    public ValueTask HandleAsync(TMessage message) => _actor is { } actor ? actor.ReceiveAsync(message, Stopping) : default;

    protected override CellExtras CreateExtras() => new CellExtras<TMessage>();

    protected override void Turn()
    {
        if (_actor is null && !TryStartHere())
        {
            return;
        }

        int handledCount = 0;
        int nextLook = 2;
        long start = 0;
        while (true)
        {
            if (HasNotes || IsStoppingNow)
            {
                Drive(default, failure: null);
                return;
            }

            if (!TryTake(out TMessage? message))
            {
                if (IsStopRequested)
                {
                    Drive(default, failure: null);
                    return;
                }

                if (TryGoIdle())
                {
                    return;
                }

                continue;
            }

            if (handledCount == 1)
            {
                start = Stopwatch.GetTimestamp();
            }

            if (!TryHandleHere(message))
            {
                return;
            }

            handledCount++;
            if (handledCount >= Options.Throughput || (handledCount == nextLook && IsBudgetSpent(start, ref nextLook)))
            {
                QueueTurnLast();
                return;
            }
        }
    }

    protected override async ValueTask CallHookAsync(string hook, Exception? restartReason, ActorExit? exit)
    {
        try
        {
            if (exit is null)
            {
                await _actor!.OnRestartingAsync(restartReason!).ConfigureAwait(true);
            }
            else
            {
                await _actor!.OnStoppingAsync(exit).ConfigureAwait(true);
            }
        }
        catch (Exception e)
        {
            ActorLog.HookFailed(System.Logger, e, Path, hook);
        }
    }

    protected override ValueTask CallTerminatedAsync(ActorCell watched, ActorExit exit) =>
        _actor is { } actor ? actor.OnTerminatedAsync(watched, exit) : default;

    protected override async ValueTask DropIncarnationAsync()
    {
        (Actor<TMessage>? actor, object? scope) = (_actor, _scopeOrType);
        _scopeOrType = ActorType;
        _actor = null;
        try
        {
            if (actor is IAsyncDisposable asyncDisposable)
            {
                await asyncDisposable.DisposeAsync().ConfigureAwait(true);
            }
            else if (actor is IDisposable disposable)
            {
                disposable.Dispose();
            }

            if (scope is IAsyncDisposable created)
            {
                await created.DisposeAsync().ConfigureAwait(true);
            }
        }
        catch (Exception e)
        {
            ActorLog.HookFailed(System.Logger, e, Path, "its disposal");
        }
    }

    /// <summary>Waits for a start; if it fails the object is dropped, and there is none to be told of the restart.</summary>
    private async ValueTask FinishStartAsync(ValueTask starting)
    {
        try
        {
            await starting.ConfigureAwait(true);
        }
        catch
        {
            await DropIncarnationAsync().ConfigureAwait(true);
            throw;
        }
    }

    /// <summary>Makes the object and has it start. It throws nothing: a failure is in what it returns.</summary>
    private ValueTask BeginStart()
    {
        try
        {
            Actor<TMessage> actor = CreateActor();
            actor.Attach(this);
            _actor = actor;
            return actor.OnStartingAsync();
        }
        catch (Exception e)
        {
            return ValueTask.FromException(e);
        }
    }

    private Actor<TMessage> CreateActor()
    {
        if (_factory is not IncarnationFactory<TMessage> factory)
        {
            return ((Func<Actor<TMessage>>)_factory)()
                ?? throw new InvalidOperationException("The factory given to Spawn returned null instead of an actor.");
        }

        Actor<TMessage> actor = factory.Create(out IAsyncDisposable scope);
        _scopeOrType = scope;
        return actor;
    }

    /// <summary>Starts the actor in its first turn if that takes no awaiting; else has it done, and the turn is over.</summary>
    private bool TryStartHere()
    {
        if (IsStoppingNow)
        {
            Drive(default, failure: null);
            return false;
        }

        ValueTask starting = BeginStart();
        if (starting.IsCompletedSuccessfully)
        {
            starting.GetAwaiter().GetResult();
            return true;
        }

        Drive(FinishStartAsync(starting), failure: null);
        return false;
    }

    /// <summary>Has a message handled; if that fails or does not end at once, another turn goes on and this one is over.</summary>
    private bool TryHandleHere(TMessage message)
    {
        ValueTask handling;
        try
        {
            handling = _actor!.ReceiveAsync(message, Stopping);
        }
        catch (Exception e)
        {
            Drive(default, e);
            return false;
        }

        if (handling.IsCompletedSuccessfully)
        {
            handling.GetAwaiter().GetResult();
            return true;
        }

        Drive(handling, failure: null);
        return false;
    }

    private bool IsBudgetSpent(long start, ref int nextLook)
    {
        long elapsed = Stopwatch.GetTimestamp() - start;
        nextLook += elapsed < Options.TimeBudgetTicks / QuickStride ? QuickStride : 1;
        return elapsed >= Options.TimeBudgetTicks;
    }

    IActorRef<TMessage> IActorContext<TMessage>.Self => this;

    IActorRef? IActorContext<TMessage>.Parent => Siblings.Owner;

    IReadOnlyList<IActorRef> IActorContext<TMessage>.Children => ChildrenOrNull?.ToArray() ?? [];

    IActorRef<TChildMessage> IActorContext<TMessage>.Spawn<TChildMessage>(
        Func<Actor<TChildMessage>> factory, string? name, ActorOptions? options)
    {
        ArgumentNullException.ThrowIfNull(factory);
        return Children.Spawn<TChildMessage>(factory, name, options);
    }

    IDisposable IActorContext<TMessage>.Schedule(TMessage message, TimeSpan dueTime, TimeSpan? period)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(dueTime, TimeSpan.Zero);
        if (period is { } value)
        {
            ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(value, TimeSpan.Zero, nameof(period));
        }

        return Schedule(new ScheduledNote<TMessage>(this, message, period is not null), dueTime, period);
    }

    void IActorContext<TMessage>.StopSelf(StopMode mode)
    {
        ActorOptions.ThrowIfUndefined(mode, nameof(mode));
        Push(new OwnStopNote(mode));
    }
}
