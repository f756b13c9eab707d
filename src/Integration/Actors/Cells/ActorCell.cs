using System;
using System.Diagnostics;
using System.Threading;
using System.Threading.Tasks;

namespace Goroutines.Actors.Cells;

/// <summary>An actor apart from the type of its messages: when it has a turn, its notes, its end. It is its own reference.</summary>
/// <remarks>
/// <para>
/// Goal: one turn at a time, no turn without work and no work without a turn, and nothing at all while idle. Rejected: a loop that awaits
/// the mailbox (a state machine and a waiter for each idle actor, and about a fifth of the messages a second), and a count of messages in
/// the word (a message that waits for room or is dropped would have to be taken out again).
/// </para>
/// <para>
/// The word <c>_state</c> is Idle, Scheduled (its turn is queued, runs or is suspended) or Terminated, which it never leaves.
/// Whoever moves it from Idle to Scheduled has to queue the turn, and only the turn moves it back. So there is one turn at
/// most, and what only turns touch needs no fence: one turn is queued after the one before has ended.
/// </para>
/// <para>
/// Who puts something: (1) write it into channel or notes, (2) full fence, (3) read the word, and if it is Idle try to move it to
/// Scheduled. A turn that found nothing: (1) exchange the word to Idle, a full fence, (2) look again, and if there is something try to move
/// it to Scheduled. Without either fence both might look before the other's write, and the message would lie there without a turn.
/// </para>
/// <para>
/// A message to an idle actor needs no mailbox: who moved the word puts it into the cell's own slot, which the turn takes first. It may
/// do so only if the channel is empty. A turn that has just gone idle may have missed a message in the channel, and the same sender's
/// next one must not overtake it; the sender's own look, after its own earlier write, sees that one.
/// </para>
/// </remarks>
internal abstract partial class ActorCell : IActorRef, IThreadPoolWorkItem
{
    protected const int Idle = 0;
    protected const int Scheduled = 1;
    protected const int Terminated = 2;

    private const int DrainRequested = 1;
    private const int NowRequested = 2;
    private const int OwnRequest = 4;

    private static readonly SendOrPostCallback s_turn = static cell => ((ActorCell)cell!).Turn();

    private readonly int _serial;
    private int _state = Scheduled;
    private int _stopRequest;
    private string? _name;
    private Note? _notes;
    private ActorExit? _exit;
    private CellExtras? _extras;
    private ChildList? _children;
    private CancellationTokenSource? _incarnationEnd;

    protected ActorCell(ChildList siblings, string? name, int serial, ActorOptions options)
    {
        Siblings = siblings;
        System = siblings.System;
        Options = options;
        _name = name;
        _serial = serial;
    }

    public ActorSystem System { get; }

    public ChildList Siblings { get; }

    public ActorOptions Options { get; }

    /// <summary>Gets or sets the neighbours in the list of siblings. Under that list's lock.</summary>
    public ActorCell? Previous { get; set; }

    /// <inheritdoc cref="Previous"/>
    public ActorCell? Next { get; set; }

    public string Name => _name ??= $"${_serial}";

    public string Path => Siblings.Owner is { } parent ? $"{parent.Path}/{Name}" : Name;

    public Task<ActorExit> Completion
    {
        get
        {
            CellExtras extras = Extras;
            lock (extras)
            {
                extras.Completion ??= new TaskCompletionSource<ActorExit>(TaskCreationOptions.RunContinuationsAsynchronously);
                if (_exit is { } exit)
                {
                    extras.Completion.TrySetResult(exit);
                }

                return extras.Completion.Task;
            }
        }
    }

    /// <summary>Gets the type of the actor, for logs and figures.</summary>
    public abstract Type ActorType { get; }

    /// <summary>Gets the children, made when there is a first one.</summary>
    public ChildList Children =>
        _children ?? Interlocked.CompareExchange(ref _children, new ChildList(System, this, Options.Supervision), null) ?? _children;

    public ChildList? ChildrenOrNull => Volatile.Read(ref _children);

    public bool IsStoppingNow => (Volatile.Read(ref _stopRequest) & NowRequested) != 0;

    /// <summary>Gets the token of this incarnation; made at its first use.</summary>
    public CancellationToken Stopping
    {
        get
        {
            if (_incarnationEnd is { } source)
            {
                return source.Token;
            }

            source = new CancellationTokenSource();
            Interlocked.Exchange(ref _incarnationEnd, source);

            // After the exchange, a full fence: RequestStop raises its flag first and looks for a source afterwards.
            if (IsStoppingNow)
            {
                source.Cancel();
            }

            return source.Token;
        }
    }

    protected bool IsStopRequested => Volatile.Read(ref _stopRequest) != 0;

    protected bool HasNotes => Volatile.Read(ref _notes) is not null;

    protected int State => Volatile.Read(ref _state);

    protected CellExtras? ExtrasOrNull => _extras;

    protected CellExtras Extras => _extras ?? Interlocked.CompareExchange(ref _extras, CreateExtras(), null) ?? _extras;

    /// <summary>Queues the first turn, which starts the actor. Newest first, as other goroutines that were just spawned.</summary>
    public void Start() => System.Scheduler.UnsafeQueueUserWorkItem(this, preferLocal: true);

    public Task<ActorExit> StopAsync(StopMode mode, CancellationToken cancellationToken)
    {
        ActorOptions.ThrowIfUndefined(mode, nameof(mode));
        RequestStop(mode, isOwn: false);
        return Completion.WaitAsync(cancellationToken);
    }

    // The raw lane has no context; a turn needs one to come back to after an await, and to be seen when it blocks.
    void IThreadPoolWorkItem.Execute()
    {
        SynchronizationContext.SetSynchronizationContext(System.Context);
        Turn();
    }

    /// <summary>Refuses messages from now on, and has the next turns stop the actor.</summary>
    public void RequestStop(StopMode mode, bool isOwn)
    {
        int flags = (mode == StopMode.Now ? NowRequested : DrainRequested) | (isOwn ? OwnRequest : 0);
        int before = Interlocked.Or(ref _stopRequest, flags);
        if (before == 0)
        {
            CloseMailbox();
        }

        if (mode == StopMode.Now && (before & NowRequested) == 0)
        {
            // Not here: what others have registered with the token is not for the caller to run.
            if (Volatile.Read(ref _incarnationEnd) is { } source)
            {
                System.Scheduler.Post(static end => end.Cell.Cancel(end.Source), (Cell: this, Source: source));
            }

            Volatile.Read(ref _extras)?.Attempt?.End();
            ChildrenOrNull?.HurryIfClosed();
        }

        TryWake();
    }

    /// <summary>Gives a note to the actor. From any thread.</summary>
    public void Push(Note note)
    {
        Note? head = Volatile.Read(ref _notes);
        while (true)
        {
            if (head == Note.Closed)
            {
                note.Drop(this);
                return;
            }

            note.Next = head;
            Note? seen = Interlocked.CompareExchange(ref _notes, note, head);
            if (seen == head)
            {
                break;
            }

            head = seen;
        }

        TryWake();
    }

    protected abstract CellExtras CreateExtras();

    /// <summary>Runs until there is nothing to do, the budget is spent or something has to be awaited.</summary>
    protected abstract void Turn();

    /// <summary>Lets no more messages in. Idempotent, from any thread.</summary>
    protected abstract void CloseMailbox();

    /// <summary>Tells whether messages wait. In the turn, or by who looks again after it.</summary>
    protected abstract bool HasMessages();

    protected bool TryMoveToScheduled() => Interlocked.CompareExchange(ref _state, Scheduled, Idle) == Idle;

    /// <summary>Queues a turn unless there is one. What it is for has to be visible before: see the essay.</summary>
    protected void TryWake()
    {
        if (Volatile.Read(ref _state) == Idle && TryMoveToScheduled())
        {
            QueueTurn();
        }
    }

    /// <summary>Queues the turn like a goroutine that was readied. By who has moved the word to Scheduled, or at a turn's end.</summary>
    protected void QueueTurn() => System.Context.Post(s_turn, this);

    /// <summary>Queues the turn behind all others.</summary>
    protected void QueueTurnLast() => System.Scheduler.UnsafeQueueUserWorkItem(this, preferLocal: false);

    /// <summary>Ends a turn that has found nothing; returns false if there is something now, and the turn goes on.</summary>
    protected bool TryGoIdle()
    {
        Debug.Assert(_state == Scheduled, "Only a turn goes idle.");
        Interlocked.Exchange(ref _state, Idle);
        bool hasWork = HasNotes || IsStopRequested || HasMessages();
        return !hasWork || !TryMoveToScheduled();
    }

    /// <summary>
    /// Does what needs awaiting, then queues the next turn. Between the two nothing else runs for this actor: the word stays Scheduled.
    /// </summary>
    /// <param name="pending">A handler that has not finished; default if there is none.</param>
    /// <param name="failure">What a handler has thrown; null if none has.</param>
    /// <remarks>
    /// Async void, so that what it should throw itself, which is a defect of this package, becomes an unhandled exception.
    /// </remarks>
    protected async void Drive(ValueTask pending, Exception? failure)
    {
        if (failure is null)
        {
            try
            {
                await pending.ConfigureAwait(true);
            }
            catch (Exception e)
            {
                failure = e;
            }
        }

        if (failure is not null)
        {
            await FailAsync(failure).ConfigureAwait(true);
        }

        await DeliverNotesAsync().ConfigureAwait(true);
        if (_exit is null && IsStopRequested)
        {
            // Closed before the last look: what was taken in is handled.
            CloseMailbox();
            if (IsStoppingNow || !HasMessages())
            {
                await TerminateAsync((_stopRequest & OwnRequest) != 0 ? ActorExit.Finished : ActorExit.Stopped).ConfigureAwait(true);
            }
        }

        if (_exit is null)
        {
            QueueTurn();
        }
    }

    private async ValueTask DeliverNotesAsync()
    {
        Note? note = TakeNotes();
        while (note is not null)
        {
            Note? next = note.Next;
            note.Next = null;
            if (_exit is not null)
            {
                note.Drop(this);
            }
            else
            {
                try
                {
                    await note.DeliverAsync(this).ConfigureAwait(true);
                }
                catch (Exception e)
                {
                    await FailAsync(e).ConfigureAwait(true);
                }
            }

            note = next;
        }
    }

    /// <summary>Takes all notes, in the order in which they were pushed.</summary>
    private Note? TakeNotes()
    {
        if (_exit is not null)
        {
            return null;
        }

        Note? note = Interlocked.Exchange(ref _notes, null);
        Note? first = null;
        while (note is not null)
        {
            (note.Next, first, note) = (first, note, note.Next);
        }

        return first;
    }
}
