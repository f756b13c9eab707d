using System;
using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Threading;
using System.Threading.Tasks;
using Goroutines.Internal.Netpoll;

// Overloads with optional parameters, as the BCL has them on these names.
#pragma warning disable RS0026, RS0027

namespace Goroutines.Net;

public sealed partial class GoSocket
{
    // Arbitrary: a listener whose backlog is full takes the next one in such a time.
    private static readonly TimeSpan s_backlogDelayMin = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan s_backlogDelayMax = TimeSpan.FromMilliseconds(50);

    /// <summary>Connects to a TCP or Unix end point, on the caller's scheduler, else on <see cref="GoScheduler.Shared"/>.</summary>
    /// <param name="endPoint">
    /// An IPEndPoint, a UnixDomainSocketEndPoint, or a DnsEndPoint. The addresses of a name are tried IPv6 and IPv4 in turn, the next
    /// one after 250 ms or as soon as one has failed, and the first that answers is taken.
    /// </param>
    /// <param name="cancellationToken">Ends the attempt at once.</param>
    /// <returns>The connected socket. To be awaited once.</returns>
    /// <remarks>Names are looked up on the ThreadPool, as the system's function for it blocks.</remarks>
    /// <exception cref="ArgumentNullException"><paramref name="endPoint"/> is null.</exception>
    /// <exception cref="PlatformNotSupportedException">The system is not Linux.</exception>
    /// <exception cref="SocketException">There is no such host, or it does not take the connection.</exception>
    /// <exception cref="OperationCanceledException">The token was canceled.</exception>
    [OverloadResolutionPriority(1)]
    public static ValueTask<GoSocket> ConnectAsync(EndPoint endPoint, CancellationToken cancellationToken = default) =>
        ConnectAsync(endPoint, scheduler: null, cancellationToken);

    /// <inheritdoc cref="ConnectAsync(EndPoint, CancellationToken)"/>
    /// <param name="endPoint">An IPEndPoint, a UnixDomainSocketEndPoint, or a DnsEndPoint.</param>
    /// <param name="scheduler">Polls the socket; null for the one the caller runs on, else <see cref="GoScheduler.Shared"/>.</param>
    /// <param name="cancellationToken">Ends the attempt at once.</param>
    public static ValueTask<GoSocket> ConnectAsync(
        EndPoint endPoint, GoScheduler? scheduler, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(endPoint);
        GoScheduler home = Resolve(scheduler);
        return endPoint is DnsEndPoint host
            ? HostConnector.ConnectAsync(host, home, cancellationToken)
            : ConnectToAddressAsync(endPoint, home, cancellationToken);
    }

    /// <summary>Opens a socket for datagrams (UDP or Unix) at an end point of this machine.</summary>
    /// <param name="localEndPoint">Where it receives; port 0 for any free one.</param>
    /// <param name="scheduler">Polls the socket; null for the one the caller runs on, else <see cref="GoScheduler.Shared"/>.</param>
    /// <exception cref="ArgumentNullException"><paramref name="localEndPoint"/> is null.</exception>
    /// <exception cref="PlatformNotSupportedException">The system is not Linux.</exception>
    /// <exception cref="SocketException">The end point is in use, or not to be had.</exception>
    public static GoSocket BindDatagram(EndPoint localEndPoint, GoScheduler? scheduler = null)
    {
        ArgumentNullException.ThrowIfNull(localEndPoint);
        return OpenDatagram(localEndPoint, static (core, address) => core.Bind(address), scheduler);
    }

    /// <summary>Opens a socket for datagrams that sends to one end point, and receives from it only.</summary>
    /// <param name="remoteEndPoint">The other side.</param>
    /// <param name="scheduler">Polls the socket; null for the one the caller runs on, else <see cref="GoScheduler.Shared"/>.</param>
    /// <exception cref="ArgumentNullException"><paramref name="remoteEndPoint"/> is null.</exception>
    /// <exception cref="PlatformNotSupportedException">The system is not Linux.</exception>
    /// <exception cref="SocketException">There is no way to the end point.</exception>
    public static GoSocket ConnectDatagram(EndPoint remoteEndPoint, GoScheduler? scheduler = null)
    {
        ArgumentNullException.ThrowIfNull(remoteEndPoint);

        return OpenDatagram(remoteEndPoint, static (core, address) => core.Connect(address), scheduler);
    }

    /// <summary>Returns a GoSocket for the same socket of the system as a connected <see cref="Socket"/>.</summary>
    /// <param name="socket">A connected stream socket, or one for datagrams. It stays as it is, and is closed on its own.</param>
    /// <param name="scheduler">Polls the socket; null for the one the caller runs on, else <see cref="GoScheduler.Shared"/>.</param>
    /// <exception cref="ArgumentNullException"><paramref name="socket"/> is null.</exception>
    /// <exception cref="ObjectDisposedException"><paramref name="socket"/> is disposed.</exception>
    /// <exception cref="PlatformNotSupportedException">The system is not Linux.</exception>
    /// <exception cref="SocketException">The process has no descriptor left.</exception>
    public static GoSocket FromSocket(Socket socket, GoScheduler? scheduler = null)
    {
        ArgumentNullException.ThrowIfNull(socket);
        return new GoSocket(PolledSocket.Copy(Resolve(scheduler), socket.SafeHandle, socket.AddressFamily, socket.SocketType));
    }

    /// <summary>Returns a GoSocket for the same socket of the system as a handle.</summary>
    /// <param name="handle">The handle of a connected stream socket, or of one for datagrams. It is closed on its own.</param>
    /// <param name="scheduler">Polls the socket; null for the one the caller runs on, else <see cref="GoScheduler.Shared"/>.</param>
    /// <exception cref="ArgumentNullException"><paramref name="handle"/> is null.</exception>
    /// <exception cref="ObjectDisposedException"><paramref name="handle"/> is closed.</exception>
    /// <exception cref="PlatformNotSupportedException">The system is not Linux.</exception>
    /// <exception cref="SocketException">It is no socket, or the process has no descriptor left.</exception>
    public static GoSocket FromHandle(SafeSocketHandle handle, GoScheduler? scheduler = null)
    {
        ArgumentNullException.ThrowIfNull(handle);
        GoScheduler home = Resolve(scheduler);
        PolledSocket core = PolledSocket.Copy(home, handle, AddressFamily.Unknown, SocketType.Unknown);
        try
        {
            (AddressFamily family, SocketType type) = core.Ask(static (view, _) => (view.AddressFamily, view.SocketType), 0);
            return new GoSocket(PolledSocket.Copy(home, handle, family, type));
        }
        finally
        {
            core.Close(isAbort: false);
        }
    }

    /// <summary>Returns a <see cref="Socket"/> for the same socket of the system; each is closed on its own.</summary>
    /// <exception cref="ObjectDisposedException">The socket was disposed.</exception>
    /// <exception cref="SocketException">The process has no descriptor left.</exception>
    public Socket ToSocket() => Core.Duplicate();

    internal static GoScheduler Resolve(GoScheduler? scheduler) => Poller.IsSupported
        ? scheduler ?? GoScheduler.Current ?? GoScheduler.Shared
        : throw new PlatformNotSupportedException("Goroutines.Net has a poller for Linux only.");

    internal static async ValueTask<GoSocket> ConnectToAddressAsync(
        EndPoint endPoint, GoScheduler scheduler, CancellationToken cancellationToken)
    {
        SocketAddress address = endPoint.Serialize();
        TimeSpan delay = s_backlogDelayMin;
        while (true)
        {
            PolledSocket core = PolledSocket.Open(scheduler, address, SocketType.Stream);
            try
            {
                await core.ConnectAsync(address, cancellationToken).ConfigureAwait(false);
                return new GoSocket(core, endPoint);
            }
            catch (SocketException e) when (e.SocketErrorCode == SocketError.WouldBlock)
            {
                // A Unix listener whose backlog is full. There is no event for a place in it.
                core.Close(isAbort: false);
            }
            catch
            {
                core.Close(isAbort: false);
                throw;
            }

            await Task.Delay(delay, scheduler.TimeProvider, cancellationToken).ConfigureAwait(false);
            delay = delay * 2 < s_backlogDelayMax ? delay * 2 : s_backlogDelayMax;
        }
    }

    private static GoSocket OpenDatagram(EndPoint endPoint, Action<SocketCore, SocketAddress> start, GoScheduler? scheduler)
    {
        SocketAddress address = endPoint.Serialize();
        PolledSocket core = PolledSocket.Open(Resolve(scheduler), address, SocketType.Dgram);
        try
        {
            start(core, address);
            return new GoSocket(core);
        }
        catch
        {
            core.Close(isAbort: false);
            throw;
        }
    }
}
