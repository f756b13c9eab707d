using System;
using System.Threading;
using System.Threading.Tasks;
using System.Threading.Tasks.Sources;
using Goroutines.Internal.Parking;
using Goroutines.Internal.Primitives;
using Goroutines.Internal.Work;

namespace Goroutines.Net;

/// <summary>The side of who awaits the operation. The end and the awaiter meet in one word, and who comes second goes on.</summary>
internal sealed partial class SocketOperation : IValueTaskSource<int>, IValueTaskSource
{
    // Bits of the meeting word.
    private const int Awaited = 1;
    private const int Ended = 2;

    // Interlocked.
    private int _meeting;

    // Written by the awaiter before it comes to the meeting.
    private Action<object?>? _continuation;
    private object? _state;
    private object? _context;
    private ExecutionContext? _flowing;

    // Which operation this is, for awaiters that come too late.
    private short _version;

    /// <summary>Gets the operation to await.</summary>
    public ValueTask<int> Task => new(this, _version);

    /// <summary>Gets the operation to await for who does not want to know how many bytes it were.</summary>
    public ValueTask Completion => new(this, _version);

    private bool IsEnded => (Volatile.Read(ref _meeting) & Ended) != 0;

    /// <summary>Blocks the calling thread until the operation is over, and lets it be used again.</summary>
    /// <param name="timeoutMs">Milliseconds, or -1 for no limit; then the operation is canceled.</param>
    /// <returns>0, or the error.</returns>
    public int Wait(int timeoutMs)
    {
        if (!IsEnded)
        {
            // It waits by a Monitor, which lets the processor go.
            var ended = new ManualResetEventSlim(initialState: false, spinCount: 0);
            Action<object?> set = static state => ((ManualResetEventSlim)state!).Set();
            ((IValueTaskSource<int>)this).OnCompleted(set, ended, _version, ValueTaskSourceOnCompletedFlags.None);
            bool hasEnded = false;
            try
            {
                hasEnded = ended.Wait(timeoutMs);
            }
            finally
            {
                if (!hasEnded)
                {
                    RequestCancel();
                }
            }

            ended.Wait();
        }

        int error = _error;
        PutBack();
        return error;
    }

    int IValueTaskSource<int>.GetResult(short token)
    {
        ThrowIfStale(token);
        if (!IsEnded)
        {
            throw new InvalidOperationException("The result of a socket's operation is asked for before it is over.");
        }

        int count = _count;
        Exception? failure = _error == 0 ? null : CreateException();
        PutBack();
        return failure is null ? count : throw failure;
    }

    void IValueTaskSource.GetResult(short token) => ((IValueTaskSource<int>)this).GetResult(token);

    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) => GetStatus(token);

    ValueTaskSourceStatus IValueTaskSource<int>.GetStatus(short token) => GetStatus(token);

    void IValueTaskSource<int>.OnCompleted(
        Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags)
    {
        ThrowIfStale(token);
        if ((Volatile.Read(ref _meeting) & Awaited) != 0)
        {
            throw new InvalidOperationException("An operation of a socket is awaited once.");
        }

        _continuation = continuation;
        _state = state;
        _context = (flags & ValueTaskSourceOnCompletedFlags.UseSchedulingContext) != 0 ? CapturedContext.Capture() : null;
        _flowing = (flags & ValueTaskSourceOnCompletedFlags.FlowExecutionContext) != 0 ? DefaultExecution.CaptureFlowing() : null;
        if ((Interlocked.Or(ref _meeting, Awaited) & Ended) != 0)
        {
            ReadyAwaiter();
        }
    }

    void IValueTaskSource.OnCompleted(
        Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        ((IValueTaskSource<int>)this).OnCompleted(continuation, state, token, flags);

    private ValueTaskSourceStatus GetStatus(short token)
    {
        ThrowIfStale(token);
        return !IsEnded ? ValueTaskSourceStatus.Pending
            : _error == 0 ? ValueTaskSourceStatus.Succeeded
            : _error == SocketFailure.Canceled ? ValueTaskSourceStatus.Canceled
            : ValueTaskSourceStatus.Faulted;
    }

    private bool IsAwaitedBy(object context) => (Volatile.Read(ref _meeting) & Awaited) != 0 && _context == context;

    // Ends the operation. True when somebody awaits it.
    private bool TryEnd()
    {
        LeaveTurn();
        return (Interlocked.Or(ref _meeting, Ended) & Awaited) != 0;
    }

    // In place if the awaiter's lane is the one that runs here.
    private void Continue(bool usesContext)
    {
        if (_context == (usesContext ? _socket.Context : null))
        {
            Resume();
        }
        else if (usesContext || _context is null or GoSynchronizationContext)
        {
            ReadyAwaiter();
        }
        else
        {
            Forward();
        }
    }

    // A foreign context may be anybody's code: it is called in the raw lane.
    private void ReadyAwaiter()
    {
        if (_context is GoSynchronizationContext { Scheduler.Core: var home } && home != _socket.Core)
        {
            home.ReadySurely(new WorkItem(ForeignSocketKind.Instance, this));
        }
        else
        {
            _socket.Core.ReadySurely(new WorkItem(SocketKind.For(_context == _socket.Context), this));
        }
    }

    /// <summary>Runs what awaits it.</summary>
    public void Resume()
    {
        // Once the awaiter has asked for the result, this object may serve another operation.
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

    private void Forward()
    {
        if (_context is SynchronizationContext context)
        {
            context.Post(static state => ((SocketOperation)state!).Resume(), this);
        }
        else
        {
            _ = System.Threading.Tasks.Task.Factory.StartNew(
                static state => ((SocketOperation)state!).Resume(),
                this,
                CancellationToken.None,
                TaskCreationOptions.DenyChildAttach,
                (TaskScheduler)_context!);
        }
    }

    private void ThrowIfStale(short token)
    {
        if (token != _version)
        {
            throw new InvalidOperationException("An operation of a socket is awaited once: this one is over.");
        }
    }

    private Exception CreateException()
    {
        Exception failure = _thrown ?? SocketFailure.Create(_error, _socket.Scheduler, _token);
        return _isForStream ? SocketFailure.ForStream(failure, _isReading) : failure;
    }

    private void PutBack()
    {
        Array.Clear(_buffers);
        if (_action == SocketAction.ReceiveBuffers)
        {
            _buffers = [];
        }

        _buffer = default;
        _sequence = default;
        _address = null;
        _count = 0;
        _error = 0;
        _thrown = null;
        _token = default;
        _registration = default;
        _isArmed = false;
        _isCancelRequested = false;
        HasTurn = false;
        _continuation = null;
        _state = null;
        _context = null;
        _flowing = null;
        _version++;
        Volatile.Write(ref _meeting, 0);
        Turn.PutSpare(this);
    }
}
