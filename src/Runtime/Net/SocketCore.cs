using System;
using System.Buffers;
using System.Collections.Generic;
using System.Net;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;

namespace Goroutines.Net;

/// <summary>What is beneath a GoSocket, a listener and a stream: one socket of the system and how its operations wait.</summary>
/// <remarks>
/// Each kind of operation has one at a time that waits; those that come later wait for their turn. An operation that is canceled
/// throws OperationCanceledException and leaves the socket usable; one that waits when the socket is closed throws SocketException
/// with OperationAborted, and one that comes later ObjectDisposedException.
/// </remarks>
internal abstract class SocketCore
{
    protected SocketCore(GoScheduler scheduler, AddressFamily family, SocketType type)
    {
        Scheduler = scheduler;
        Family = family;
        Type = type;
    }

    public GoScheduler Scheduler { get; }

    public AddressFamily Family { get; }

    public SocketType Type { get; }

    public abstract bool IsClosed { get; }

    public abstract bool NoDelay { get; set; }

    /// <summary>
    /// Receives. An empty buffer waits until there is something to receive, and takes nothing. For a stream errors come as IOException
    /// around the SocketException.
    /// </summary>
    public abstract ValueTask<int> ReceiveAsync(Memory<byte> buffer, SocketFlags flags, bool isForStream, CancellationToken token);

    public abstract ValueTask<int> ReceiveAsync(IList<ArraySegment<byte>> buffers, SocketFlags flags, CancellationToken token);

    /// <summary>Receives and notes who has sent it.</summary>
    public abstract ValueTask<int> ReceiveFromAsync(
        Memory<byte> buffer, SocketFlags flags, SocketAddress sender, CancellationToken token);

    /// <summary>Sends all of it.</summary>
    public abstract ValueTask<int> SendAsync(ReadOnlyMemory<byte> buffer, SocketFlags flags, CancellationToken token);

    /// <summary>As <see cref="SendAsync(ReadOnlyMemory{byte}, SocketFlags, CancellationToken)"/>, with the errors of a stream.</summary>
    public abstract ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken token);

    public abstract ValueTask<int> SendAsync(ReadOnlySequence<byte> buffers, SocketFlags flags, CancellationToken token);

    public abstract ValueTask<int> SendToAsync(
        ReadOnlyMemory<byte> buffer, SocketFlags flags, SocketAddress receiver, CancellationToken token);

    /// <summary>
    /// Receives, and blocks the thread until there is something. With a timeout that is not -1 it may end in a SocketException (TimedOut).
    /// </summary>
    public abstract int Receive(Span<byte> buffer, SocketFlags flags, int timeoutMs);

    /// <summary>Sends all of it, and blocks the thread until it is taken; the timeout is as with <see cref="Receive"/>.</summary>
    public abstract int Send(ReadOnlySpan<byte> buffer, SocketFlags flags, int timeoutMs);

    /// <summary>Takes a connection. <paramref name="peer"/> is set to who made it.</summary>
    public abstract ValueTask<SocketCore> AcceptAsync(SocketAddress peer, CancellationToken token);

    /// <summary>Connects a socket that was just made.</summary>
    public abstract ValueTask ConnectAsync(SocketAddress peer, CancellationToken token);

    /// <summary>Gives datagrams an end point to go to.</summary>
    public abstract void Connect(SocketAddress peer);

    public abstract void Bind(SocketAddress address);

    public abstract void Listen(int backlog);

    /// <summary>Lets the address be bound to that closed connections still hold.</summary>
    public abstract void AllowReuse();

    /// <summary>Lets a listener on all IPv6 addresses take IPv4 connections too.</summary>
    public abstract void AllowV4();

    /// <summary>Returns the end point of this side or of the other one.</summary>
    public abstract EndPoint GetEndPoint(bool isPeer);

    public abstract void Shutdown(SocketShutdown how);

    /// <summary>Closes the socket; who waits goes on. False when it was closed before.</summary>
    /// <param name="isAbort">Whether a connection is reset instead of ended.</param>
    public abstract bool Close(bool isAbort);

    /// <summary>Calls something with the BCL's view of the socket, which is valid as long as the call lasts.</summary>
    public abstract TResult Ask<TArgument, TResult>(Func<Socket, TArgument, TResult> question, TArgument argument);

    /// <summary>Returns a Socket of its own for the same socket of the system.</summary>
    public abstract Socket Duplicate();
}
