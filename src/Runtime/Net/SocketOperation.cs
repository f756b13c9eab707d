using System;
using System.Buffers;
using System.Net;
using System.Threading;
using Goroutines.Internal.Netpoll;
using Goroutines.Internal.Primitives;
using Goroutines.Internal.Work;

namespace Goroutines.Net;

// The operation waits in the slot (PollSlot.cs), stands in the queue when it is ready, and tries its system call again on the machine
// that takes it from there: if there is nothing after all it waits again, and no user code has run.
//
// Whoever has the turn owns the fields here, and hands them on with the object: through the slot, or through a queue. The awaiter has
// fields of its own (SocketOperation.Awaiting.cs) and may come at any time; it meets the end of the operation in one word. The turn
// is left at the end and not when the result is taken, which may be never.
//
// The token's callback: 1. Request.              2. Take the operation from the slot (full fence) -> queue it.
// Operation:            1. Wait (full fence).    2. Read the request; it is there -> as 2 above.
//
// One of the two finds the other, and who takes it from the queue reads the request first. What the second recipe reads may be the
// request of a later operation, as this object is used again, and what is taken from the slot may be another one: to queue an operation
// without need makes it try once more.
/// <summary>A receive, send, accept or connect that waits: slot, queue and await hold the same object, used again and again.</summary>
internal sealed partial class SocketOperation : PollOperation
{
    private readonly PolledSocket _socket;
    private readonly bool _isReading;

    private SocketAction _action;
    private Memory<byte> _buffer;
    private ReadOnlySequence<byte> _sequence;
    private ReadOnlyMemory<byte>[] _buffers = [];
    private SocketAddress? _address;
    private int _flags;
    private bool _isForStream;

    // Bytes so far, or the number of the accepted socket.
    private int _count;

    // An error number, or one of SocketFailure.
    private int _error;
    private Exception? _thrown;

    private CancellationToken _token;
    private CancellationTokenRegistration _registration;
    private bool _isArmed;

    // Written by who cancels, read after the wait began.
    private bool _isCancelRequested;

    public SocketOperation(PolledSocket socket, bool isReading)
    {
        _socket = socket;
        _isReading = isReading;
    }

    /// <summary>Gets or sets whether it has the turn. Written by who gives the turn to it.</summary>
    public bool HasTurn { get; set; }

    private ref PollSlot<HardwareSync> Slot =>
        ref _isReading ? ref _socket.Descriptor.Reading : ref _socket.Descriptor.Writing;

    private ref SocketTurn Turn => ref _isReading ? ref _socket.Reading : ref _socket.Writing;

    /// <summary>Says what it is to do.</summary>
    public void Prepare(SocketAction action, int flags, bool isForStream, CancellationToken token)
    {
        _action = action;
        _flags = flags;
        _isForStream = isForStream;
        _token = token;
    }

    public void Prepare(Memory<byte> buffer, int sentCount = 0)
    {
        _buffer = buffer;
        _count = sentCount;
    }

    public void Prepare(ReadOnlySequence<byte> sequence) => _sequence = sequence;

    public void Prepare(ReadOnlyMemory<byte>[] buffers) => _buffers = buffers;

    public void Prepare(SocketAddress address) => _address = address;

    /// <summary>Starts it with the turn.</summary>
    /// <param name="hasTried">Whether a call has found nothing since the slot was cleared.</param>
    public void Start(bool hasTried)
    {
        HasTurn = true;
        if (!hasTried || !TryBeginWaiting(out bool isOver))
        {
            isOver = TryRun();
        }

        if (isOver)
        {
            // Nobody can await it yet.
            _ = TryEnd();
        }
    }

    /// <summary>Starts it behind what waits on the processor, so that a socket that is always ready keeps nobody waiting.</summary>
    public void StartLater()
    {
        HasTurn = true;
        _socket.Core.Yield(SocketKind.For(SynchronizationContext.Current == _socket.Context), this);
    }

    /// <summary>Queues for the turn, and starts when it comes.</summary>
    public void StartInTurn()
    {
        Arm();
        if (Turn.TryTake() || Turn.TakeOrQueue(this))
        {
            Start(hasTried: false);
        }
        else if (Volatile.Read(ref _isCancelRequested))
        {
            EndIfQueued();
        }
    }

    /// <summary>Ends the operation at once if it waits. Any thread.</summary>
    public void RequestCancel()
    {
        Volatile.Write(ref _isCancelRequested, true);
        EndIfQueued();
        ReadyWaiter();
    }

    /// <inheritdoc/>
    public override bool TryReady(out WorkItem item)
    {
        item = new WorkItem(SocketKind.For(IsAwaitedBy(_socket.Context)), this);
        return true;
    }

    /// <summary>Tries again, or lets the awaiter go on. Called on a machine, or on the ThreadPool once the scheduler is disposed.</summary>
    public void Execute(bool usesContext)
    {
        if (!IsEnded)
        {
            _socket.NoteSuspended();
            if (!TryRun() || !TryEnd())
            {
                return;
            }
        }

        Continue(usesContext);
    }

    // True when it is over. False when it waits: somebody else may have it by then.
    private bool TryRun()
    {
        PollDescriptor descriptor = _socket.Descriptor;
        while (true)
        {
            if (Volatile.Read(ref _isCancelRequested))
            {
                return Fail(SocketFailure.Canceled);
            }

            if (!descriptor.TryEnter())
            {
                return Fail(SocketFailure.Closed);
            }

            if (_isReading)
            {
                _socket.ForgetDrained();
            }

            Slot.ClearReady();
            int result = Call(descriptor);
            if (result >= 0)
            {
                if (Advance(result))
                {
                    return true;
                }
            }
            else if (result == -SocketErrors.WouldBlock)
            {
                if (TryBeginWaiting(out bool isOver))
                {
                    return isOver;
                }
            }
            else if (result != -SocketErrors.Interrupted)
            {
                return Fail(-result);
            }
        }
    }

    // A buffer may be anybody's code, and what it throws is the awaiter's.
    private int Call(PollDescriptor descriptor)
    {
        try
        {
            return Perform(descriptor.Number);
        }
        catch (Exception e)
        {
            _thrown = e;
            return -SocketFailure.Thrown;
        }
        finally
        {
            descriptor.Exit();
        }
    }

    // False when there was an event since the last call. Otherwise it is over, or waits and is not touched any more.
    private bool TryBeginWaiting(out bool isOver)
    {
        PolledSocket socket = _socket;
        int error = socket.Watch();
        if (error != 0)
        {
            isOver = Fail(error);
            return true;
        }

        Arm();
        isOver = false;
        if (Slot.TryWait(this))
        {
            if (Volatile.Read(ref _isCancelRequested))
            {
                ReadyWaiter();
            }

            return true;
        }

        if (Slot.IsClosed)
        {
            isOver = Fail(socket.Descriptor.IsClosing ? SocketFailure.Closed : SocketFailure.SchedulerDisposed);
            return true;
        }

        return false;
    }

    private void Arm()
    {
        if (!_isArmed && _token.CanBeCanceled)
        {
            _isArmed = true;
            _registration = _token.UnsafeRegister(static state => ((SocketOperation)state!).RequestCancel(), this);
        }
    }

    private void EndIfQueued()
    {
        if (Turn.TryRemove(this))
        {
            _socket.Core.ReadySurely(new WorkItem(SocketKind.Raw, this));
        }
    }

    private void ReadyWaiter()
    {
        if (Slot.TakeForCancel() is { } waiter && waiter.TryReady(out WorkItem item))
        {
            _socket.Core.ReadySurely(item);
        }
    }

    private int Perform(int number) => _action switch
    {
        SocketAction.Receive => SocketCalls.Receive(number, _buffer.Span, _flags),
        SocketAction.AwaitReadable => SocketCalls.AskReadable(number),
        SocketAction.ReceiveFrom => SocketCalls.ReceiveFrom(number, _buffer.Span, _flags, _address!),
        SocketAction.ReceiveBuffers => SocketCalls.Receive(number, _buffers, _flags),
        SocketAction.Accept => SocketCalls.Accept(number, _address),
        SocketAction.Send => SocketCalls.Send(number, _buffer.Span[_count..], _flags),
        SocketAction.SendTo => SocketCalls.SendTo(number, _buffer.Span, _flags, _address!),
        SocketAction.SendBuffers => SendSome(number),
        SocketAction.Connect => SocketCalls.FinishConnecting(number),
        _ => SocketCalls.AskWritable(number),
    };

    // True when nothing is left to do.
    private bool Advance(int result)
    {
        switch (_action)
        {
            case SocketAction.Send:
                _count += result;
                return _count == _buffer.Length || _socket.IsMessageBased;
            case SocketAction.SendBuffers:
                _count += result;
                _sequence = _sequence.Slice(result);
                return _sequence.IsEmpty || _socket.IsMessageBased;
            case SocketAction.Receive:
                _socket.NoteReceived(result, _buffer.Length, _flags);
                _count = result;
                return true;
            default:
                _count = result;
                return true;
        }
    }

    private int SendSome(int number)
    {
        if (_buffers.Length == 0)
        {
            _buffers = new ReadOnlyMemory<byte>[SocketCalls.BufferCountMax];
        }

        int count = 0;
        foreach (ReadOnlyMemory<byte> part in _sequence)
        {
            if (count == _buffers.Length)
            {
                break;
            }

            _buffers[count++] = part;
        }

        return SocketCalls.Send(number, _buffers.AsSpan(0, count), _flags);
    }

    private bool Fail(int error)
    {
        _error = error;
        return true;
    }

    // What comes after may be another operation's: the token must not reach it.
    private void LeaveTurn()
    {
        if (_isArmed)
        {
            _registration.Dispose();
        }

        if (HasTurn && Turn.Leave() is { } next)
        {
            next.HasTurn = true;
            _socket.Core.ReadySurely(new WorkItem(SocketKind.Raw, next));
        }
    }
}
