using System;
using System.Collections.Concurrent;
using System.Threading;
using System.Threading.Tasks;
using Goroutines.Actors.Cells;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Polly;
using Polly.Registry;

namespace Goroutines.Actors;

/// <summary>The actors of one scheduler: the top of the tree, and where to find them.</summary>
/// <remarks>
/// All members may be used from any thread. An idle actor is some objects and nothing else; nothing runs for it. The scheduler is not
/// owned: stop the system first, then dispose the scheduler.
/// </remarks>
public sealed class ActorSystem : IDisposable, IAsyncDisposable
{
    private readonly ConcurrentDictionary<Type, ResiliencePipeline> _pipelines = new();
    private readonly ResiliencePipelineProvider<string>? _configuredPipelines;
    private readonly ILoggerFactory? _loggerFactory;
    private readonly ChildList _actors;

    /// <summary>Creates a system. It starts nothing.</summary>
    /// <param name="scheduler">Where all of its actors run.</param>
    /// <param name="options">The settings; null for the defaults.</param>
    /// <exception cref="ArgumentNullException"><paramref name="scheduler"/> is null.</exception>
    /// <exception cref="ArgumentException">A setting is not valid.</exception>
    public ActorSystem(GoScheduler scheduler, ActorSystemOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(scheduler);
        options ??= new ActorSystemOptions();
        ArgumentNullException.ThrowIfNull(options.Supervision, nameof(options));
        options.Supervision.Validate();
        options.Supervision.Freeze();
        Scheduler = scheduler;
        Context = scheduler.SynchronizationContext;
        Name = options.Name ?? scheduler.Name;
        TimeProvider = options.TimeProvider ?? scheduler.TimeProvider;
        Metrics = new ActorMetrics(Name, options.MeterFactory);
        _loggerFactory = options.LoggerFactory;
        Logger = _loggerFactory?.CreateLogger("Goroutines.Actors") ?? NullLogger.Instance;
        _configuredPipelines = options.Pipelines;
        _actors = new ChildList(this, owner: null, options.Supervision);
    }

    /// <summary>Occurs when a message is not going to be handled.</summary>
    /// <remarks>
    /// Raised on the thread that found out, which may be a sender's: keep handlers short. The sender of the event is the system. What a
    /// handler throws is logged.
    /// </remarks>
    public event EventHandler<DeadLetterEventArgs>? DeadLettered;

    /// <summary>Gets the name, for logs and figures.</summary>
    public string Name { get; }

    /// <summary>Gets the scheduler all actors run on.</summary>
    public GoScheduler Scheduler { get; }

    /// <summary>Gets the time of schedules, timeouts and restarts.</summary>
    public TimeProvider TimeProvider { get; }

    internal SynchronizationContext Context { get; }

    internal ActorMetrics Metrics { get; }

    internal ILogger Logger { get; }

    /// <summary>Starts an actor at the top level.</summary>
    /// <typeparam name="TMessage">The messages it takes.</typeparam>
    /// <param name="factory">Makes the object that handles the messages, a new one for each restart. It runs in the actor's turn.</param>
    /// <param name="name">
    /// A name that no other actor at the top level has; null for a number. Not empty, without a slash, not starting with $.
    /// </param>
    /// <param name="options">The settings; null for the defaults. They cannot be changed afterwards.</param>
    /// <returns>The actor, which may be told messages at once.</returns>
    /// <remarks>An actor without children that has nothing to do takes about 200 bytes and its own fields.</remarks>
    /// <exception cref="ArgumentNullException"><paramref name="factory"/> is null.</exception>
    /// <exception cref="ArgumentException">The name or a setting is not valid, or the name is taken.</exception>
    /// <exception cref="ActorStoppedException">The system stops.</exception>
    public IActorRef<TMessage> Spawn<TMessage>(
        Func<Actor<TMessage>> factory, string? name = null, ActorOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(factory);
        return _actors.Spawn<TMessage>(factory, name, options);
    }

    /// <summary>Finds an actor by its path: the names from the top level down, joined by slashes.</summary>
    /// <param name="path">The path. Only actors that were given names are found.</param>
    /// <returns>The actor; null if there is none, or it has stopped.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="path"/> is null.</exception>
    public IActorRef? Find(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        ChildList? actors = _actors;
        ActorCell? found = null;
        foreach (Range part in path.AsSpan().Split('/'))
        {
            found = actors?.Find(path.AsSpan()[part]);
            actors = found?.ChildrenOrNull;
        }

        return found;
    }

    /// <summary>Stops all actors. None can be spawned any more.</summary>
    /// <param name="mode">What happens to the messages in their mailboxes.</param>
    /// <param name="cancellationToken">Ends the waiting, not the stopping.</param>
    /// <returns>A task that ends when all have stopped.</returns>
    /// <remarks>May be called again, also to go from <see cref="StopMode.Drain"/> to <see cref="StopMode.Now"/>.</remarks>
    /// <exception cref="OperationCanceledException">The token was canceled; thrown by the await.</exception>
    public Task StopAsync(StopMode mode = StopMode.Drain, CancellationToken cancellationToken = default)
    {
        ActorOptions.ThrowIfUndefined(mode, nameof(mode));
        return Scheduler.Run(() => _actors.StopAllAsync(mode), CancellationToken.None).WaitAsync(cancellationToken);
    }

    /// <summary>Has all actors stop at once, and waits for nothing.</summary>
    /// <remarks>So it may be called from an actor, and an actor that does not end holds up nobody. To wait, await StopAsync.</remarks>
    public void Dispose() => _ = StopAsync(StopMode.Now);

    /// <inheritdoc cref="Dispose"/>
    public ValueTask DisposeAsync()
    {
        Dispose();
        return ValueTask.CompletedTask;
    }

    internal ActorCell<TMessage> Spawn<TMessage>(IncarnationFactory<TMessage> factory, string? name, ActorOptions? options) =>
        _actors.Spawn<TMessage>(factory, name, options);

    /// <summary>Returns the pipeline restarts of a type of actor go through.</summary>
    internal ResiliencePipeline PipelineOf(Type actorType) =>
        _configuredPipelines is not null
        && _configuredPipelines.TryGetPipeline(RestartPipeline.KeyOf(actorType), out ResiliencePipeline? configured)
            ? configured
            : _pipelines.GetOrAdd(
                actorType,
                static (type, system) => RestartPipeline.CreateDefault(type, system.TimeProvider, system._loggerFactory),
                this);

    internal void ReportDeadLetter<TMessage>(ActorCell actor, TMessage message, DeadLetterReason reason)
    {
        Metrics.CountDeadLetter(actor, reason);
        ActorLog.DeadLetter(Logger, actor, reason);
        if (DeadLettered is not { } handlers)
        {
            return;
        }

        try
        {
            handlers(this, new DeadLetterEventArgs(actor, message, reason));
        }
        catch (Exception e)
        {
            // It must not end a turn half-way, nor hit a sender who only offered a message.
            ActorLog.HookFailed(Logger, e, actor.Path, "a handler of DeadLettered");
        }
    }

    /// <summary>Tells of a failure that no supervisor has dealt with.</summary>
    internal void ReportUnhandled(ActorCell actor, ChildFailedException failure)
    {
        Metrics.CountEscalation(actor);
        ActorLog.Escalated(Logger, failure, actor.Path);
    }
}
