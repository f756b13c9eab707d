using System;
using System.Threading;
using System.Threading.Tasks;
using Proto.Mailbox;

namespace Goroutines.ProtoActor;

/// <summary>Runs the turns of Proto.Actor's actors on a scheduler.</summary>
/// <remarks>
/// <para>
/// A turn is a task of <see cref="GoScheduler.ContextFree"/>: it has no SynchronizationContext, and its awaits come back to the
/// scheduler through TaskScheduler.Current. The raw lane would save the task, and a handler would be on the ThreadPool after its first
/// await.
/// </para>
/// <para>
/// A message to an actor that waits readies it: it runs next on the sender's processor, when the sender's turn has ended, and nobody is
/// woken for it.
/// </para>
/// <para>Any thread may call it. Allocation: one task a turn, beside the delegate Proto.Actor makes for a dispatcher not its own.</para>
/// </remarks>
/// <example>
/// <code>
/// var system = new ActorSystem(ActorSystemConfig.Setup().WithGoDispatcher(scheduler));
/// </code>
/// </example>
public sealed class GoDispatcher : IDispatcher
{
    /// <summary>How many messages an actor handles in one turn unless it is told otherwise: as many as on Proto.Actor's own.</summary>
    public const int DefaultThroughput = 300;

    private readonly GoScheduler _scheduler;
    private readonly SynchronizationContext _context;
    private readonly SendOrPostCallback _runTurn;

    /// <summary>Makes a dispatcher.</summary>
    /// <param name="scheduler">Where actors run. It is not disposed with the actor system; who made it does that, afterwards.</param>
    /// <param name="throughput">How many messages an actor handles in one turn, from 1; 300 by default.</param>
    /// <exception cref="ArgumentNullException"><paramref name="scheduler"/> is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="throughput"/> is less than 1.</exception>
    public GoDispatcher(GoScheduler scheduler, int throughput = DefaultThroughput)
    {
        ArgumentNullException.ThrowIfNull(scheduler);
        ArgumentOutOfRangeException.ThrowIfLessThan(throughput, 1);
        _scheduler = scheduler;
        _context = scheduler.SynchronizationContext;
        _runTurn = RunTurn;
        Throughput = throughput;
    }

    /// <summary>Gets how many messages an actor handles in one turn.</summary>
    public int Throughput { get; }

    /// <summary>Queues one turn of an actor.</summary>
    /// <param name="runner">The turn. Proto.Actor takes what its handlers throw to their supervisors.</param>
    /// <remarks>It does not block. On a scheduler that was disposed, the turn runs on the ThreadPool.</remarks>
    /// <exception cref="ArgumentNullException"><paramref name="runner"/> is null.</exception>
    public void Schedule(Func<Task> runner)
    {
        ArgumentNullException.ThrowIfNull(runner);
        _context.Post(_runTurn, new Task<Task>(runner, TaskCreationOptions.DenyChildAttach));
    }

    // The scheduler's SynchronizationContext is the door for what is readied; a task that is started is spawned, and another processor
    // takes it while the sender is still at it. Two actors that talk to each other: 310 ns a round for 570 to 1,050 (two processors,
    // one sitting; 500 on the ThreadPool).
    private void RunTurn(object? turn)
    {
        var task = (Task)turn!;
        if (ReferenceEquals(GoScheduler.Current, _scheduler))
        {
            SynchronizationContext.SetSynchronizationContext(null);
            task.RunSynchronously(_scheduler.ContextFree);
        }
        else
        {
            // The scheduler was disposed, and this is the ThreadPool.
            task.Start(_scheduler.ContextFree);
        }
    }
}
