using System;
using System.Threading;
using System.Threading.Tasks;
using System.Threading.Tasks.Sources;
using Goroutines.Internal.Parking;
using Goroutines.Internal.Primitives;
using Goroutines.Internal.Scheduling;
using Goroutines.Internal.Timers;
using Goroutines.Internal.Work;

namespace Goroutines;

/// <summary>What Go.Delay waits with: the timer, the awaited thing and the queued item in one object, used again and again.</summary>
/// <remarks>
/// A delay ends once: who takes it from the heap, because it has expired, or disarms it, because it was canceled, ends it. End and
/// awaiter meet in one word, and who comes second has the awaiter queued.
/// </remarks>
internal sealed class DelaySource : TimerNode, IValueTaskSource
{
    // Bits of the meeting word.
    private const int Awaited = 1;
    private const int Ended = 2;

    private readonly Scheduler _scheduler;

    // Interlocked.
    private int _meeting;

    // Written by the awaiter before it comes to the meeting.
    private Action<object?>? _continuation;
    private object? _state;
    private object? _context;
    private ExecutionContext? _flowing;

    private CancellationToken _token;
    private CancellationTokenRegistration _registration;

    // Whether the token was canceled, maybe before the timer was armed. Written by the token's callback, a full fence follows.
    private bool _isCancelRequested;

    // Written before the end.
    private bool _isCanceled;

    // Which delay this is, for awaiters that come too late.
    private short _version;

    private DelaySource(Scheduler scheduler, TimerHeap heap)
        : base(heap) => _scheduler = scheduler;

    private bool IsEnded => (Volatile.Read(ref _meeting) & Ended) != 0;

    /// <summary>Starts a delay.</summary>
    public static ValueTask Start(Scheduler scheduler, TimeSpan delay, CancellationToken cancellationToken)
    {
        TimerHeap heap = scheduler.LocalTimers;
        if (cancellationToken.CanBeCanceled)
        {
            return StartCancelable(scheduler, heap, delay, cancellationToken);
        }

        long dueNs = GoTimeProvider.Ahead(delay);
        TimerNode? spare = scheduler.TryArmSpare(heap, dueNs);
        if (spare is not null)
        {
            var reused = Reinterpret.As<DelaySource>(spare);
            return new ValueTask(reused, reused._version);
        }

        var source = new DelaySource(scheduler, heap);
        scheduler.Arm(source, dueNs, periodNs: 0);
        return new ValueTask(source, source._version);
    }

    /// <inheritdoc/>
    public override bool TryExpire(out WorkItem item) => TryEnd(out item);

    /// <summary>Runs what awaits it.</summary>
    public void Resume()
    {
        // Once the awaiter has asked for the result, this object may serve another delay.
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

    /// <summary>Sends what awaits it to where it was captured.</summary>
    public void Forward()
    {
        if (_context is SynchronizationContext context)
        {
            context.Post(static state => ((DelaySource)state!).Resume(), this);
        }
        else
        {
            _ = Task.Factory.StartNew(
                static state => ((DelaySource)state!).Resume(),
                this,
                CancellationToken.None,
                TaskCreationOptions.DenyChildAttach,
                (TaskScheduler)_context!);
        }
    }

    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token)
    {
        ThrowIfStale(token);
        return !IsEnded ? ValueTaskSourceStatus.Pending
            : _isCanceled ? ValueTaskSourceStatus.Canceled
            : ValueTaskSourceStatus.Succeeded;
    }

    void IValueTaskSource.GetResult(short token)
    {
        ThrowIfStale(token);
        if (!IsEnded)
        {
            throw new InvalidOperationException("The result of a delay is asked for before it is over.");
        }

        // Waits for the token's callback if that runs right now: it must not touch the next delay.
        _registration.Dispose();
        bool isCanceled = _isCanceled;
        CancellationToken canceled = _token;
        PutBack();
        if (isCanceled)
        {
            throw new TaskCanceledException(message: null, innerException: null, canceled);
        }
    }

    void IValueTaskSource.OnCompleted(
        Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags)
    {
        ThrowIfStale(token);
        if ((Volatile.Read(ref _meeting) & Awaited) != 0)
        {
            throw new InvalidOperationException("A delay is awaited once.");
        }

        _continuation = continuation;
        _state = state;
        _context = (flags & ValueTaskSourceOnCompletedFlags.UseSchedulingContext) != 0 ? CapturedContext.Capture() : null;
        _flowing = (flags & ValueTaskSourceOnCompletedFlags.FlowExecutionContext) != 0 ? DefaultExecution.CaptureFlowing() : null;
        bool isEnded = (Interlocked.Or(ref _meeting, Awaited) & Ended) != 0;
        if (isEnded && TryMakeItem(out WorkItem item))
        {
            _scheduler.ReadySurely(item);
        }
    }

    private static ValueTask StartCancelable(
        Scheduler scheduler, TimerHeap heap, TimeSpan delay, CancellationToken cancellationToken)
    {
        var source = (DelaySource?)heap.TryTakeSpare() ?? new DelaySource(scheduler, heap);
        var started = new ValueTask(source, source._version);
        source._token = cancellationToken;
        source._registration = cancellationToken.UnsafeRegister(static state => ((DelaySource)state!).Cancel(), source);
        scheduler.Arm(source, GoTimeProvider.Ahead(delay), periodNs: 0);

        // Here: arm (full fence), then look for a request. The callback: request, then disarm (full fence). So one of the two, or
        // both, find a timer that is armed and shall not be.
        if (Volatile.Read(ref source._isCancelRequested))
        {
            source.EndIfDisarmed();
        }

        return started;
    }

    private void Cancel()
    {
        Volatile.Write(ref _isCancelRequested, true);
        EndIfDisarmed();
    }

    private void EndIfDisarmed()
    {
        if (Heap.Disarm(this))
        {
            _isCanceled = true;
            if (TryEnd(out WorkItem item))
            {
                _scheduler.ReadySurely(item);
            }
        }
    }

    // True when somebody awaits it who is to be queued here.
    private bool TryEnd(out WorkItem item)
    {
        if ((Interlocked.Or(ref _meeting, Ended) & Awaited) != 0)
        {
            return TryMakeItem(out item);
        }

        item = default;
        return false;
    }

    private bool TryMakeItem(out WorkItem item)
    {
        if (_context is GoSynchronizationContext { Scheduler.Core: var home })
        {
            item = new WorkItem(DelayKind.Goroutine, this);
            if (home == _scheduler)
            {
                return true;
            }

            home.ReadySurely(item);
            return false;
        }

        item = new WorkItem(_context is null ? DelayKind.Raw : ForwardedDelayKind.Instance, this);
        return true;
    }

    private void ThrowIfStale(short token)
    {
        if (token != _version)
        {
            throw new InvalidOperationException("A delay is awaited once: this one is over.");
        }
    }

    private void PutBack()
    {
        _registration = default;
        _token = default;
        _isCancelRequested = false;
        _isCanceled = false;
        _continuation = null;
        _state = null;
        _context = null;
        _flowing = null;
        _version++;
        Volatile.Write(ref _meeting, 0);
        Heap.PutSpare(this);
    }
}
