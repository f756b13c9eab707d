using System;
using System.Diagnostics;
using System.Net.Sockets;
using System.Threading;
using Goroutines.Internal.Netpoll;
using Goroutines.Internal.Scheduling;
using Goroutines.Internal.Work;

namespace Goroutines.Net;

/// <summary>A socket whose operations wait in the scheduler's own poller.</summary>
/// <remarks>
/// An operation makes its system call at once on the caller's thread and waits only if that finds nothing; the first that does has
/// the poller watch the socket. This file has the state and what is common; Transfers holds receives and sends, Setup the rest.
/// </remarks>
internal sealed partial class PolledSocket : SocketCore
{
    // So often may operations be ready at once, one after the other, until the next one goes behind what waits on the processor. As
    // many as the ping-pong of a few requests takes, and few beside the 61 takes of a fairness turn.
    private const int InlineCountMax = 8;

    private readonly bool _mayBeDrained;

    // Set once by whoever has had it watched first; who reads false asks again, for nothing.
    private volatile bool _isWatched;

    // Roughly: two directions count at once.
    private int _inlineCount;

    // Whether the last receive took all there was. Of who has the turn to read.
    private bool _isDrained;

    /// <summary>Takes a socket of the system over, and closes it should that fail.</summary>
    public PolledSocket(GoScheduler scheduler, AddressFamily family, SocketType type, int number)
        : base(scheduler, family, type)
    {
        Core = scheduler.Core;
        Context = scheduler.SynchronizationContext;
        try
        {
            Descriptor = new PollDescriptor(Core.Poller, number);
        }
        catch
        {
            SocketCalls.Close(number);
            throw;
        }

        // A receive over a Unix socket also ends where a descriptor was sent along.
        _mayBeDrained = type == SocketType.Stream && family is AddressFamily.InterNetwork or AddressFamily.InterNetworkV6;
    }

    /// <summary>Closes a socket that was forgotten; while an operation waits it is not.</summary>
    ~PolledSocket() => Descriptor?.TryClose(out _, out _);

    /// <summary>Who has the turn to receive or accept.</summary>
    public SocketTurn Reading;

    /// <summary>Who has the turn to send or connect.</summary>
    public SocketTurn Writing;

    /// <summary>Gets the scheduler's core.</summary>
    public Scheduler Core { get; }

    /// <summary>Gets the SynchronizationContext of the scheduler.</summary>
    public SynchronizationContext Context { get; }

    public PollDescriptor Descriptor { get; }

    public override bool IsClosed => Descriptor.IsClosing;

    /// <summary>Gets whether a send is one message, which is not divided.</summary>
    public bool IsMessageBased => Type != SocketType.Stream;

    /// <summary>Has the socket watched, if it is not. Returns 0 or the error number.</summary>
    public int Watch()
    {
        if (_isWatched || !Descriptor.TryEnter())
        {
            // Closed: the slots are too, as who is about to wait will see.
            return 0;
        }

        int error = Core.Watch(Descriptor);
        if (error == 0)
        {
            _isWatched = true;
        }
        else
        {
            // The other direction may have found it watched, by this failed attempt.
            ReadyAll();
        }

        Descriptor.Exit();
        return error;
    }

    /// <summary>Notes that the goroutine has let others run.</summary>
    public void NoteSuspended() => _inlineCount = 0;

    /// <summary>Notes whether a receive has emptied the socket.</summary>
    public void NoteReceived(int count, int askedCount, int flags) =>
        _isDrained = _mayBeDrained && count > 0 && count < askedCount && flags == 0;

    /// <summary>Called before the slot is cleared: from then on it does not tell of what came since the last receive.</summary>
    public void ForgetDrained() => _isDrained = false;

    public override bool Close(bool isAbort)
    {
        if (isAbort && Descriptor.TryEnter())
        {
            _ = SocketCalls.SetAbortOnClose(Descriptor.Number);
            Descriptor.Exit();
        }

        if (!Descriptor.TryClose(out PollOperation? reader, out PollOperation? writer))
        {
            return false;
        }

#pragma warning disable CA1816 // This is what Dispose calls.
        GC.SuppressFinalize(this);
#pragma warning restore CA1816
        Ready(reader);
        Ready(writer);
        return true;
    }

    // Whether the next operation is to go behind what waits: the socket has been ready too often, or the time slice is over.
    private bool IsTurnOver()
    {
        if (_inlineCount < InlineCountMax && !Preemption.IsDue)
        {
            _inlineCount++;
            return false;
        }

        bool mayYield = Machine.Current is { Processor: not null } machine && machine.Scheduler == Core;
        if (mayYield && (_inlineCount >= InlineCountMax || Preemption.IsDueHere))
        {
            _inlineCount = 0;
            return true;
        }

        return false;
    }

    // After a receive that took all there was the next one would find nothing, unless there was an event since: then the slot tells.
    // After a hang-up there may be no further event.
    private bool TakeIsDrained()
    {
        bool isDrained = _isDrained;
        _isDrained = false;
        return isDrained && !Descriptor.HasHungUp;
    }

    private SocketOperation Rent(bool isReading) =>
        (isReading ? Reading.TryTakeSpare() : Writing.TryTakeSpare()) ?? new SocketOperation(this, isReading);

    private void LeaveReading() => Pass(Reading.Leave());

    private void LeaveWriting() => Pass(Writing.Leave());

    private void Pass(SocketOperation? next)
    {
        if (next is not null)
        {
            next.HasTurn = true;
            Core.ReadySurely(new WorkItem(SocketKind.Raw, next));
        }
    }

    private void ReadyAll()
    {
        Ready(Descriptor.Reading.TakeForEvent());
        Ready(Descriptor.Writing.TakeForEvent());
    }

    private void Ready(PollOperation? waiter)
    {
        if (waiter is not null && waiter.TryReady(out WorkItem item))
        {
            Core.ReadySurely(item);
        }
    }

    // The exception of a call that was made in place.
    private Exception Fail(int error, bool isForStream = false, bool isReading = true)
    {
        Debug.Assert(error > 0, "Errors are positive here.");
        Exception failure = error == SocketFailure.Closed ? Disposed() : SocketFailure.Create(error, Scheduler, default);
        return isForStream ? SocketFailure.ForStream(failure, isReading) : failure;
    }

    private static ObjectDisposedException Disposed() => new(typeof(GoSocket).FullName);
}
