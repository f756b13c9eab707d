using System;
using System.Net;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;
using Goroutines.Internal.Netpoll;

namespace Goroutines.Net;

/// <summary>Takes connections at a TCP or Unix end point, which the scheduler's own workers poll.</summary>
/// <remarks>
/// <para>
/// When the process or the system has no descriptor left, accepts wait for a time that doubles up to a second, tell it by
/// <see cref="AcceptDelayed"/>, and try again: meanwhile connections wait in the backlog. A connection that has failed before it
/// was accepted is left out.
/// </para>
/// <para>Threading: all members may be used from any thread; several accepts that wait take turns.</para>
/// <para>Linux only for now: elsewhere the factories throw <see cref="PlatformNotSupportedException"/>.</para>
/// </remarks>
public sealed class GoListener : IDisposable, IAsyncDisposable
{
    private const int AddressSizeMax = 128;
    private static readonly TimeSpan s_delayMin = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan s_delayMax = TimeSpan.FromSeconds(1);

    private readonly SocketCore _core;
    private readonly CancellationTokenSource _closed = new();

    // The file of a Unix socket that was made here and goes with the listener; else null.
    private readonly string? _path;

    private long _delayedAcceptCount;

    private GoListener(SocketCore core, EndPoint localEndPoint, string? path)
    {
        _core = core;
        _path = path;
        LocalEndPoint = localEndPoint;
    }

    /// <summary>Occurs before an accept waits because the process or the system has no descriptor or memory left for it.</summary>
    /// <remarks>
    /// Raised on a worker of the scheduler or the accepting thread, each time before it waits. What a handler throws is thrown by the
    /// accept.
    /// </remarks>
    public event EventHandler<GoAcceptDelayedEventArgs>? AcceptDelayed;

    /// <summary>Gets where it listens, with the port that the system has chosen if 0 was asked for.</summary>
    public EndPoint LocalEndPoint { get; }

    /// <summary>Gets the scheduler whose workers poll the listener, and the sockets it accepts.</summary>
    public GoScheduler Scheduler => _core.Scheduler;

    /// <summary>Gets how often an accept has waited because there was no descriptor or memory left.</summary>
    public long DelayedAcceptCount => Volatile.Read(ref _delayedAcceptCount);

    /// <summary>Starts to listen.</summary>
    /// <param name="endPoint">
    /// An IPEndPoint, where port 0 means any free one and IPv6Any takes IPv4 connections too, or a UnixDomainSocketEndPoint, whose file
    /// must not be there yet and is deleted when the listener is disposed.
    /// </param>
    /// <param name="backlog">How many connections wait to be accepted, 1 or more; the system has a limit of its own.</param>
    /// <param name="scheduler">Polls the listener; null for the one the caller runs on, else <see cref="GoScheduler.Shared"/>.</param>
    /// <exception cref="ArgumentNullException"><paramref name="endPoint"/> is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="backlog"/> is less than 1.</exception>
    /// <exception cref="PlatformNotSupportedException">The system is not Linux.</exception>
    /// <exception cref="SocketException">The end point is in use, or not to be had.</exception>
    public static GoListener Listen(EndPoint endPoint, int backlog = 512, GoScheduler? scheduler = null)
    {
        ArgumentNullException.ThrowIfNull(endPoint);
        ArgumentOutOfRangeException.ThrowIfLessThan(backlog, 1);
        GoScheduler home = GoSocket.Resolve(scheduler);
        SocketAddress address = endPoint.Serialize();
        PolledSocket core = PolledSocket.Open(home, address, SocketType.Stream);
        try
        {
            if (endPoint is IPEndPoint ip)
            {
                core.AllowReuse();
                if (ip.Address.Equals(IPAddress.IPv6Any))
                {
                    core.AllowV4();
                }
            }

            core.Bind(address);
            core.Listen(backlog);
            return new GoListener(core, endPoint is IPEndPoint ? core.GetEndPoint(isPeer: false) : endPoint, PathOf(endPoint));
        }
        catch
        {
            core.Close(isAbort: false);
            throw;
        }
    }

    /// <summary>Returns a listener for the same socket of the system as a listening <see cref="Socket"/>.</summary>
    /// <param name="socket">The listening socket. It is closed on its own, and its plain calls do not wait any more.</param>
    /// <param name="scheduler">Polls the listener; null for the one the caller runs on, else <see cref="GoScheduler.Shared"/>.</param>
    /// <exception cref="ArgumentNullException"><paramref name="socket"/> is null.</exception>
    /// <exception cref="ObjectDisposedException"><paramref name="socket"/> is disposed.</exception>
    /// <exception cref="PlatformNotSupportedException">The system is not Linux.</exception>
    /// <exception cref="SocketException">The process has no descriptor left.</exception>
    public static GoListener FromSocket(Socket socket, GoScheduler? scheduler = null)
    {
        ArgumentNullException.ThrowIfNull(socket);
        PolledSocket core = PolledSocket.Copy(
            GoSocket.Resolve(scheduler), socket.SafeHandle, socket.AddressFamily, socket.SocketType);
        try
        {
            core.MakeNonBlocking();
            return new GoListener(core, core.GetEndPoint(isPeer: false), path: null);
        }
        catch
        {
            core.Close(isAbort: false);
            throw;
        }
    }

    /// <summary>Takes the next connection, or waits for one.</summary>
    /// <param name="cancellationToken">Ends the wait at once.</param>
    /// <returns>The connected socket, on this listener's scheduler. To be awaited once.</returns>
    /// <exception cref="ObjectDisposedException">The listener was disposed, or the scheduler was and no connection is there.</exception>
    /// <exception cref="SocketException">The listener was disposed meanwhile (OperationAborted), or has failed.</exception>
    /// <exception cref="OperationCanceledException">The token was canceled.</exception>
    public async ValueTask<GoSocket> AcceptAsync(CancellationToken cancellationToken = default)
    {
        var peer = new SocketAddress(_core.Family, AddressSizeMax);
        TimeSpan delay = s_delayMin;
        while (true)
        {
            SocketException failure;
            try
            {
                SocketCore accepted = await _core.AcceptAsync(peer, cancellationToken).ConfigureAwait(false);
                return new GoSocket(accepted, EndPoints.Create(peer));
            }
            catch (SocketException e) when (IsPassing(e.SocketErrorCode))
            {
                failure = e;
            }

            if (IsShortage(failure.SocketErrorCode))
            {
                await WaitAsync(failure, delay, cancellationToken).ConfigureAwait(false);
                delay = delay * 2 < s_delayMax ? delay * 2 : s_delayMax;
            }
        }
    }

    /// <summary>Closes the listener: accepts that wait end with OperationAborted, connections that nobody has accepted are reset.</summary>
    public void Dispose()
    {
        if (_core.Close(isAbort: false))
        {
            _closed.Cancel();
            if (_path is not null)
            {
                SocketCalls.RemoveFile(_path);
            }
        }
    }

    /// <inheritdoc cref="Dispose"/>
    public ValueTask DisposeAsync()
    {
        Dispose();
        return ValueTask.CompletedTask;
    }

    private static bool IsShortage(SocketError error) =>
        error is SocketError.TooManyOpenSockets or SocketError.NoBufferSpaceAvailable;

    // accept(2): errors of a connection that waits are told by the accept, and the next one is as good as ever.
    private static bool IsPassing(SocketError error) => IsShortage(error)
        || error is SocketError.ConnectionAborted or SocketError.NetworkDown or SocketError.NetworkUnreachable
            or SocketError.HostDown or SocketError.HostUnreachable or SocketError.ProtocolOption;

    // Names of the abstract kind are no files.
    private static string? PathOf(EndPoint endPoint) =>
        endPoint is UnixDomainSocketEndPoint && endPoint.ToString() is { Length: > 0 } path && path[0] is not ('@' or '\0')
            ? System.IO.Path.GetFullPath(path)
            : null;

    private async Task WaitAsync(SocketException failure, TimeSpan delay, CancellationToken token)
    {
        Interlocked.Increment(ref _delayedAcceptCount);
        AcceptDelayed?.Invoke(this, new GoAcceptDelayedEventArgs(failure, delay));
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(token, _closed.Token);
        try
        {
            await Task.Delay(delay, Scheduler.TimeProvider, ended.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            token.ThrowIfCancellationRequested();
            throw new SocketException((int)SocketError.OperationAborted);
        }
    }
}
