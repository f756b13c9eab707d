using System;
using System.Runtime.CompilerServices;
using System.Threading;
using System.Threading.Tasks;
using System.Threading.Tasks.Sources;
using Goroutines.Internal.Primitives;
using Goroutines.Internal.Scheduling;
using Goroutines.Internal.Work;

namespace Goroutines.Internal.Parking;

// A wait has two sides that meet once, in any order: who ends it and who awaits it. One word says who came first.
//
//   Pending -> Awaited   the awaiter, by compare-exchange, after it has written what to run and where
//   Pending -> Ended     who ends it, by compare-exchange, after it has written the outcome
//
// Who finds the word moved comes second, and queues the continuation. Who ends reads the word first: it mostly finds Awaited,
// which does not change any more, and then needs no interlocked operation. Whoever has moved Pending to Ended, or has queued the
// continuation, touches the object no more: it may serve another wait by then. That is why the outcome alone does not tell that
// a wait is over: it is written before the last touch.
//
// Where it goes on is the BCL's rule for awaits (CapturedContext), except that what has no context and awaits on a machine goes on in
// the raw lane there and not on the ThreadPool. On a machine the object itself is what is queued.
/// <summary>
/// One wait of an async method: what it awaits and what is queued when the wait is over, in one object, used again and again.
/// </summary>
internal abstract class Waiter : Spare, IThreadPoolWorkItem
{
    private const int Pending = 0;
    private const int Awaited = 1;
    private const int Ended = 2;

    // See above. Interlocked, acquire.
    private int _meeting;

    // Which wait this is, for awaiters that come too late. Written by the awaiter's side.
    private short _version;

    // Written by who ends it, before the meeting.
    private WaitOutcome _outcome;

    // Written by the awaiter before the meeting.
    private bool _usesContext;
    private Action<object?>? _continuation;
    private object? _state;
    private object? _target;
    private ExecutionContext? _flowing;

    // Kept once it was needed.
    private Cancellation? _cancellation;

    /// <summary>Gets or sets the neighbour in the queue. Under the place's lock; afterwards who took it out.</summary>
    public Waiter? Next { get; set; }

    /// <summary>Gets or sets the neighbour in the queue. Under the place's lock.</summary>
    public Waiter? Previous { get; set; }

    /// <summary>Gets or sets where it stands in a queue. Written before it does.</summary>
    public IWaitPlace? Place { get; set; }

    /// <summary>Gets or sets the number of its queue at that place; 0 for none. Under the place's lock.</summary>
    public byte QueueNumber { get; set; }

    /// <summary>Gets whether it is a case of a select: then it is to be claimed, and the select is what waits.</summary>
    public bool IsCase { get; protected init; }

    /// <summary>Gets which wait this is.</summary>
    public short Version => _version;

    /// <summary>Gets how the wait ended. For the awaiter, when it is over.</summary>
    public WaitOutcome Outcome => _outcome;

    /// <summary>Wins the wait for who took it out of its queue; false if another case of the same select was won before.</summary>
    public bool TryClaim() => !IsCase || TryClaimCase();

    /// <summary>Has the wait end when a token is canceled. Called when it stands in its queue and nobody awaits it yet.</summary>
    public void CancelWith(CancellationToken cancellationToken)
    {
        Cancellation cancellation = _cancellation ??= new Cancellation();
        cancellation.Token = cancellationToken;
        cancellation.Registration = cancellationToken.UnsafeRegister(static waiter => ((Waiter)waiter!).Cancel(), this);
    }

    /// <summary>Ends the wait. Called once, by who took it out of its queue, under no lock.</summary>
    public void End(WaitOutcome outcome)
    {
        _outcome = outcome;
        if (IsCase)
        {
            EndCase();
        }
        else if (Volatile.Read(ref _meeting) == Awaited
            || Interlocked.CompareExchange(ref _meeting, Ended, Pending) == Awaited)
        {
            Queue();
        }
    }

    /// <summary>
    /// Ends the wait, for code of a scheduler that takes what is to be queued there. True if there is something; it sends a waiter of
    /// another scheduler there itself.
    /// </summary>
    public bool TryEnd(WaitOutcome outcome, Scheduler here, out WorkItem item)
    {
        _outcome = outcome;
        bool isAwaited = Volatile.Read(ref _meeting) == Awaited
            || Interlocked.CompareExchange(ref _meeting, Ended, Pending) == Awaited;
        item = !isAwaited ? default : new WorkItem(KindOfTarget, this);
        if (isAwaited && _target is Scheduler there && there != here)
        {
            there.ReadySurely(item);
            return false;
        }

        return isAwaited;
    }

    /// <summary>Runs what awaits it.</summary>
    public void Resume()
    {
        // Once the awaiter has asked for the result, this object may serve another wait.
        Action<object?> continuation = _continuation!;
        object? state = _state;
        ExecutionContext? flowing = _flowing;
        if (flowing is null)
        {
            continuation(state);
        }
        else
        {
            ExecutionContext.Run(flowing, continuation.Invoke, state);
        }
    }

    void IThreadPoolWorkItem.Execute() => Resume();

    public ValueTaskSourceStatus GetStatus(short token)
    {
        ThrowIfStale(token);
        return !IsOver ? ValueTaskSourceStatus.Pending
            : _outcome == WaitOutcome.Canceled ? ValueTaskSourceStatus.Canceled
            : IsFault(_outcome) ? ValueTaskSourceStatus.Faulted
            : ValueTaskSourceStatus.Succeeded;
    }

    public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags)
    {
        ThrowIfStale(token);
        if (Volatile.Read(ref _meeting) == Awaited)
        {
            throw new InvalidOperationException("A wait is awaited once.");
        }

        _continuation = continuation;
        _state = state;
        CaptureTarget((flags & ValueTaskSourceOnCompletedFlags.UseSchedulingContext) != 0);
        if ((flags & ValueTaskSourceOnCompletedFlags.FlowExecutionContext) != 0)
        {
            _flowing = DefaultExecution.CaptureFlowing();
        }

        if (Interlocked.CompareExchange(ref _meeting, Awaited, Pending) == Ended)
        {
            Queue();
        }
    }

    /// <summary>Claims the select this is a case of.</summary>
    protected virtual bool TryClaimCase() => true;

    /// <summary>Ends the wait of the select this is a case of.</summary>
    protected virtual void EndCase()
    {
    }

    /// <summary>Returns whether an outcome makes the await throw.</summary>
    protected virtual bool IsFault(WaitOutcome outcome) => outcome == WaitOutcome.Closed;

    /// <summary>Begins GetResult: checks that this wait is over, and ends what could still touch it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    protected void BeginResult(short token)
    {
        ThrowIfStale(token);
        if (!IsOver)
        {
            ThrowNotOver();
        }

        // Waits for the token's callback if that runs right now: it must not touch the next wait.
        _cancellation?.Registration.Dispose();
    }

    /// <summary>Ends GetResult: clears the object for another wait. Afterwards it may be put back.</summary>
    /// <returns>The token, if the wait was canceled by it.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    protected CancellationToken EndResult()
    {
        CancellationToken canceled = default;
        if (_cancellation is not null)
        {
            canceled = _cancellation.Token;
            _cancellation.Token = default;
            _cancellation.Registration = default;
        }

        _continuation = null;
        _state = null;
        if (!_usesContext)
        {
            _target = null;
        }

        if (_flowing is not null)
        {
            _flowing = null;
        }

        Place = null;
        _outcome = WaitOutcome.None;
        _version++;
        Volatile.Write(ref _meeting, Pending);
        return canceled;
    }

    private bool IsOver
    {
        get
        {
            int meeting = Volatile.Read(ref _meeting);
            return meeting == Ended || (meeting == Awaited && _outcome != WaitOutcome.None);
        }
    }

    private static void ThrowNotOver() =>
        throw new InvalidOperationException("The result of a wait is asked for before it is over.");

    private void ThrowIfStale(short token)
    {
        if (token != _version)
        {
            Throw();
        }

        static void Throw() => throw new InvalidOperationException("A wait is awaited once: this one is over.");
    }

    private void Cancel()
    {
        if (Place!.TryRemove(this))
        {
            End(WaitOutcome.Canceled);
        }
    }

    private void CaptureTarget(bool usesContext)
    {
        Machine? machine = Machine.Current;
        if (machine is not null && usesContext && SynchronizationContext.Current == machine.Context)
        {
            // Mostly that of the last wait; to write a reference costs more than to compare it.
            Scheduler home = machine.Scheduler;
            if (_target != home)
            {
                _target = home;
            }

            _usesContext = true;
            return;
        }

        _target = (usesContext ? CapturedContext.Capture() : null) ?? machine?.Scheduler;
        _usesContext = false;
    }

    private void Queue()
    {
        if (_target is Scheduler scheduler)
        {
            scheduler.ReadySurely(new WorkItem(KindOfTarget, this));
        }
        else
        {
            Forward();
        }
    }

    private WorkKind KindOfTarget =>
        _usesContext ? WaiterKind.Goroutine : _target is Scheduler ? WaiterKind.Raw : ForwardedWaiterKind.Instance;

    /// <summary>Sends what awaits it to where it was captured, which may be anybody's code.</summary>
    public void Forward()
    {
        switch (_target)
        {
            case SynchronizationContext context:
                context.Post(static waiter => ((Waiter)waiter!).Resume(), this);
                break;
            case TaskScheduler scheduler:
                _ = Task.Factory.StartNew(
                    static waiter => ((Waiter)waiter!).Resume(),
                    this,
                    CancellationToken.None,
                    TaskCreationOptions.DenyChildAttach,
                    scheduler);
                break;
            default:
                ThreadPoolFallback.QueueUnscheduled(this);
                break;
        }
    }

    /// <summary>What cancels a wait.</summary>
    private sealed class Cancellation
    {
        public CancellationToken Token { get; set; }

        public CancellationTokenRegistration Registration { get; set; }
    }
}
