using System;
using System.Buffers;
using System.Collections.Generic;
using System.Net;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;

// Overloads with optional parameters, as the BCL has them on these names.
#pragma warning disable RS0026, RS0027

namespace Goroutines.Net;

/// <summary>
/// A socket whose waiting operations are polled by the scheduler's own workers: a connection (TCP or Unix), or a socket for datagrams
/// (UDP or Unix).
/// </summary>
/// <remarks>
/// <para>
/// Names and contracts are those of <see cref="Socket"/>. An operation is tried at once on the caller's thread. If there is nothing it
/// waits in the poller, is queued as a goroutine when the system says that it is ready, and is tried again by the worker that takes
/// it, which then runs what awaits it: at once if that wants the scheduler's context or none (ConfigureAwait(false) stays on the
/// scheduler's workers, in the raw lane), else by way of the captured context. After some operations in a row that were ready at once
/// the next one lets others run first.
/// </para>
/// <para>
/// Cancellation ends a wait at once with <see cref="OperationCanceledException"/>, and the socket stays usable. What waits when the
/// socket is disposed ends with <see cref="SocketException"/> (<see cref="SocketError.OperationAborted"/>), and what comes later with
/// <see cref="ObjectDisposedException"/>. When the scheduler is disposed, waits end with an <see cref="ObjectDisposedException"/>
/// that names it; what need not wait still works.
/// </para>
/// <para>
/// Threading: all members may be used from any thread. One receive and one send at a time proceed independently; more of them
/// take turns in the order of their calls. Allocation: none for a receive or send, in the steady state, beyond what a
/// cancelable token takes; those that wait for their turn allocate. A socket that is
/// forgotten is closed by a finalizer; while an operation waits it is not forgotten.
/// </para>
/// <para>Linux only for now: elsewhere the factories throw <see cref="PlatformNotSupportedException"/>.</para>
/// </remarks>
public sealed partial class GoSocket : IDisposable, IAsyncDisposable
{
    private EndPoint? _localEndPoint;
    private EndPoint? _remoteEndPoint;

    internal GoSocket(SocketCore core, EndPoint? remoteEndPoint = null)
    {
        Core = core;
        _remoteEndPoint = remoteEndPoint;
    }

    /// <summary>Gets the scheduler whose workers poll the socket.</summary>
    public GoScheduler Scheduler => Core.Scheduler;

    /// <summary>Gets the family of the socket's addresses.</summary>
    public AddressFamily AddressFamily => Core.Family;

    /// <summary>Gets whether the socket carries a stream or datagrams.</summary>
    public SocketType SocketType => Core.Type;

    /// <summary>Gets the end point of this side. The same object each time.</summary>
    /// <exception cref="ObjectDisposedException">The socket was disposed before this was asked for the first time.</exception>
    /// <exception cref="SocketException">The system does not tell.</exception>
    public EndPoint LocalEndPoint => _localEndPoint ??= Core.GetEndPoint(isPeer: false);

    /// <summary>Gets the end point of the other side. The same object each time.</summary>
    /// <exception cref="ObjectDisposedException">The socket was disposed before this was asked for the first time.</exception>
    /// <exception cref="SocketException">There is no other side: the socket is for datagrams and not connected.</exception>
    public EndPoint RemoteEndPoint => _remoteEndPoint ??= Core.GetEndPoint(isPeer: true);

    internal SocketCore Core { get; }

    /// <summary>Receives what there is, or waits for something.</summary>
    /// <param name="buffer">
    /// Takes what is received. If it is empty the operation waits until there is something to receive, or the other side has ended, and
    /// takes nothing.
    /// </param>
    /// <param name="cancellationToken">Ends the wait at once.</param>
    /// <returns>How many bytes were received; 0 when the other side has ended, or the buffer is empty. To be awaited once.</returns>
    /// <remarks>The buffer belongs to the operation until it is over.</remarks>
    /// <exception cref="ObjectDisposedException">The socket was disposed, or the scheduler was and there is nothing yet.</exception>
    /// <exception cref="SocketException">The connection has failed, or the socket was disposed meanwhile.</exception>
    /// <exception cref="OperationCanceledException">The token was canceled.</exception>
    public ValueTask<int> ReceiveAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        Core.ReceiveAsync(buffer, SocketFlags.None, isForStream: false, cancellationToken);

    /// <inheritdoc cref="ReceiveAsync(Memory{byte}, CancellationToken)"/>
    /// <param name="buffer">Takes what is received.</param>
    /// <param name="socketFlags">None, Peek, OutOfBand or DontRoute, or several of them.</param>
    /// <param name="cancellationToken">Ends the wait at once.</param>
    /// <exception cref="ArgumentException">Another flag is set.</exception>
    public ValueTask<int> ReceiveAsync(Memory<byte> buffer, SocketFlags socketFlags, CancellationToken cancellationToken)
    {
        Check(socketFlags);
        return Core.ReceiveAsync(buffer, socketFlags, isForStream: false, cancellationToken);
    }

    /// <summary>Receives what there is into several buffers, or waits for something.</summary>
    /// <param name="buffers">Are filled one after the other; those after the 16th are left alone.</param>
    /// <param name="cancellationToken">Ends the wait at once.</param>
    /// <returns>How many bytes were received; 0 when the other side has ended. To be awaited once.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="buffers"/> is null.</exception>
    /// <exception cref="ArgumentException"><paramref name="buffers"/> is empty.</exception>
    /// <exception cref="ObjectDisposedException">The socket was disposed, or the scheduler was and there is nothing yet.</exception>
    /// <exception cref="SocketException">The connection has failed, or the socket was disposed meanwhile.</exception>
    /// <exception cref="OperationCanceledException">The token was canceled.</exception>
    /// <remarks>Allocation: two arrays for each call.</remarks>
    public ValueTask<int> ReceiveAsync(IList<ArraySegment<byte>> buffers, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(buffers);
        return buffers.Count == 0
            ? throw new ArgumentException("There must be a buffer.", nameof(buffers))
            : Core.ReceiveAsync(buffers, SocketFlags.None, cancellationToken);
    }

    /// <summary>Sends all of a buffer, or one datagram.</summary>
    /// <param name="buffer">What to send. It belongs to the operation until that is over.</param>
    /// <param name="cancellationToken">Ends the wait at once; a part may have been sent by then.</param>
    /// <returns>How many bytes were sent. To be awaited once.</returns>
    /// <exception cref="ObjectDisposedException">The socket was disposed, or the scheduler was and there is no room yet.</exception>
    /// <exception cref="SocketException">The connection has failed, or the socket was disposed meanwhile.</exception>
    /// <exception cref="OperationCanceledException">The token was canceled.</exception>
    public ValueTask<int> SendAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
        Core.SendAsync(buffer, SocketFlags.None, cancellationToken);

    /// <inheritdoc cref="SendAsync(ReadOnlyMemory{byte}, CancellationToken)"/>
    /// <param name="buffer">What to send. It belongs to the operation until that is over.</param>
    /// <param name="socketFlags">None, OutOfBand or DontRoute, or both.</param>
    /// <param name="cancellationToken">Ends the wait at once; a part may have been sent by then.</param>
    /// <exception cref="ArgumentException">Another flag is set.</exception>
    public ValueTask<int> SendAsync(ReadOnlyMemory<byte> buffer, SocketFlags socketFlags, CancellationToken cancellationToken)
    {
        Check(socketFlags);
        return Core.SendAsync(buffer, socketFlags, cancellationToken);
    }

    /// <summary>Sends all of several buffers, one after the other, or one datagram made of them.</summary>
    /// <param name="buffers">What to send.</param>
    /// <param name="cancellationToken">Ends the wait at once; a part may have been sent by then.</param>
    /// <returns>How many bytes were sent. To be awaited once.</returns>
    /// <exception cref="ObjectDisposedException">The socket was disposed, or the scheduler was and there is no room yet.</exception>
    /// <exception cref="SocketException">The connection has failed, or the socket was disposed meanwhile.</exception>
    /// <exception cref="OperationCanceledException">The token was canceled.</exception>
    /// <remarks>Up to 16 buffers go out with one call to the system. A datagram of several buffers is copied into one.</remarks>
    public ValueTask<int> SendAsync(ReadOnlySequence<byte> buffers, CancellationToken cancellationToken = default) =>
        Core.SendAsync(buffers, SocketFlags.None, cancellationToken);

    /// <summary>Receives what there is, and blocks the thread until there is something; others take its processor meanwhile.</summary>
    /// <param name="buffer">As with <see cref="ReceiveAsync(Memory{byte}, CancellationToken)"/>.</param>
    /// <returns>How many bytes were received; 0 when the other side has ended, or the buffer is empty.</returns>
    /// <exception cref="ObjectDisposedException">The socket was disposed, or the scheduler was and there is nothing yet.</exception>
    /// <exception cref="SocketException">The connection has failed, or the socket was disposed meanwhile.</exception>
    public int Receive(Span<byte> buffer) => Core.Receive(buffer, SocketFlags.None, Timeout.Infinite);

    /// <summary>Sends all of a buffer, or one datagram, and blocks the thread until it is taken.</summary>
    /// <param name="buffer">What to send.</param>
    /// <returns>How many bytes were sent.</returns>
    /// <exception cref="ObjectDisposedException">The socket was disposed, or the scheduler was and there is no room yet.</exception>
    /// <exception cref="SocketException">The connection has failed, or the socket was disposed meanwhile.</exception>
    public int Send(ReadOnlySpan<byte> buffer) => Core.Send(buffer, SocketFlags.None, Timeout.Infinite);

    /// <summary>Ends one direction of a connection or both: the other side sees the end after all that was sent.</summary>
    /// <param name="how">Which direction.</param>
    /// <exception cref="ObjectDisposedException">The socket was disposed.</exception>
    /// <exception cref="SocketException">The socket is not connected any more.</exception>
    public void Shutdown(SocketShutdown how) => Core.Shutdown(how);

    /// <summary>Resets the connection and closes the socket: what was not sent yet is dropped, and the other side sees an error.</summary>
    public void Abort() => Core.Close(isAbort: true);

    /// <summary>
    /// Closes the socket. What was sent still goes out, then the other side sees the end of the connection; if something was
    /// received here that nobody has read, the system resets it instead. Does not wait.
    /// </summary>
    public void Dispose() => Core.Close(isAbort: false);

    /// <inheritdoc cref="Dispose"/>
    public ValueTask DisposeAsync()
    {
        Dispose();
        return ValueTask.CompletedTask;
    }

    private static void Check(SocketFlags flags)
    {
        if ((flags & ~(SocketFlags.Peek | SocketFlags.OutOfBand | SocketFlags.DontRoute)) != 0)
        {
            throw new ArgumentException("Only Peek, OutOfBand and DontRoute may be set.", nameof(flags));
        }
    }
}
