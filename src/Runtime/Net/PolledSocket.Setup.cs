using System;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Threading;
using System.Threading.Tasks;
using Goroutines.Internal.Netpoll;

namespace Goroutines.Net;

/// <summary>Opening, connecting, listening, accepting, names and options.</summary>
internal sealed partial class PolledSocket
{
    private const int AddressSizeMax = 128;

    // The BCL's view of the same socket, which owns nothing and is never closed.
    private Socket? _view;

    public override bool NoDelay
    {
        get
        {
            int number = Enter();
            int result = SocketCalls.GetNoDelay(number);
            Exit(result);
            return result != 0;
        }

        set
        {
            int number = Enter();
            Exit(SocketCalls.SetNoDelay(number, value));
        }
    }

    /// <summary>Returns a new socket that is not connected.</summary>
    public static PolledSocket Open(GoScheduler scheduler, SocketAddress address, SocketType type)
    {
        int nativeType = type == SocketType.Stream ? SocketCalls.Stream : SocketCalls.Datagram;
        int number = SocketCalls.Open(MemoryMarshal.Read<ushort>(address.Buffer.Span), nativeType, protocol: 0);
        if (number < 0)
        {
            throw SocketErrors.CreateException(-number);
        }

        return new PolledSocket(scheduler, address.Family, type, number);
    }

    /// <summary>Returns a copy of a socket that somebody else made.</summary>
    public static PolledSocket Copy(GoScheduler scheduler, SafeSocketHandle handle, AddressFamily family, SocketType type)
    {
        bool isHeld = false;
        try
        {
            handle.DangerousAddRef(ref isHeld);
            int number = SocketCalls.Duplicate((int)handle.DangerousGetHandle());
            return number < 0
                ? throw SocketErrors.CreateException(-number)
                : new PolledSocket(scheduler, family, type, number);
        }
        finally
        {
            if (isHeld)
            {
                handle.DangerousRelease();
            }
        }
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public override async ValueTask<SocketCore> AcceptAsync(SocketAddress peer, CancellationToken token)
    {
        SocketOperation operation = Rent(isReading: true);
        operation.Prepare(SocketAction.Accept, flags: 0, isForStream: false, token);
        operation.Prepare(peer);
        int number = await Start(operation).ConfigureAwait(false);
        return new PolledSocket(Scheduler, Family, SocketType.Stream, number);
    }

    public override ValueTask ConnectAsync(SocketAddress peer, CancellationToken token)
    {
        if (token.IsCancellationRequested)
        {
            return ValueTask.FromCanceled(token);
        }

        bool hasTurn = Writing.TryTake();
        Debug.Assert(hasTurn, "Nobody else has the socket yet.");
        int number = Enter();
        int result = SocketCalls.Connect(number, peer);
        Descriptor.Exit();

        // A signal does not end the attempt.
        if (result is not (-SocketErrors.InProgress or -SocketErrors.Interrupted))
        {
            LeaveWriting();
            return result >= 0 ? ValueTask.CompletedTask : ValueTask.FromException(Fail(-result));
        }

        SocketOperation operation = Rent(isReading: false);
        operation.Prepare(SocketAction.Connect, flags: 0, isForStream: false, token);
        ValueTask task = operation.Completion;
        operation.Start(hasTried: true);
        return task;
    }

    public override void Connect(SocketAddress peer)
    {
        int number = Enter();
        Exit(SocketCalls.Connect(number, peer));
    }

    public override void Bind(SocketAddress address)
    {
        int number = Enter();
        Exit(SocketCalls.Bind(number, address));
    }

    public override void Listen(int backlog)
    {
        int number = Enter();
        Exit(SocketCalls.Listen(number, backlog));
    }

    public override void AllowReuse()
    {
        int number = Enter();
        Exit(SocketCalls.SetReuseAddress(number));
    }

    public override void AllowV4()
    {
        int number = Enter();
        Exit(SocketCalls.SetV6Only(number, isOn: false));
    }

    /// <summary>Makes accept return when there is nothing, for a listener that somebody else made.</summary>
    public void MakeNonBlocking()
    {
        int number = Enter();
        Exit(SocketCalls.MakeNonBlocking(number));
    }

    public override EndPoint GetEndPoint(bool isPeer)
    {
        var address = new SocketAddress(Family, AddressSizeMax);
        int number = Enter();
        int size = SocketCalls.GetName(number, isPeer, address.Buffer.Span);
        Exit(size);
        address.Size = size;
        return EndPoints.Create(address);
    }

    public override void Shutdown(SocketShutdown how)
    {
        int number = Enter();
        Exit(SocketCalls.Shutdown(number, (int)how));
    }

    public override TResult Ask<TArgument, TResult>(Func<Socket, TArgument, TResult> question, TArgument argument)
    {
        int number = Enter();
        try
        {
            return question(_view ??= CreateView(number), argument);
        }
        finally
        {
            Descriptor.Exit();
        }
    }

    public override Socket Duplicate()
    {
        int number = Enter();
        _ = SocketCalls.MakeBlocking(number);
        int copy = SocketCalls.Duplicate(number);
        Exit(copy);
        return new Socket(new SafeSocketHandle(copy, ownsHandle: true));
    }

    // It must never be disposed: that would wait for operations and disconnect. So its finalizers have nothing to do either.
    private static Socket CreateView(int number)
    {
        var handle = new SafeSocketHandle(number, ownsHandle: false);
        var view = new Socket(handle);
#pragma warning disable CA1816 // See above.
        GC.SuppressFinalize(handle);
        GC.SuppressFinalize(view);
#pragma warning restore CA1816
        return view;
    }

    private int Enter() => Descriptor.TryEnter() ? Descriptor.Number : throw Disposed();

    private void Exit(int result)
    {
        Descriptor.Exit();
        if (result < 0)
        {
            throw SocketErrors.CreateException(-result);
        }
    }
}
