using System;
using System.IO;
using System.Net;
using System.Net.Http;
using System.Threading;
using System.Threading.Tasks;

namespace Goroutines.Net;

/// <summary>Lets HttpClient use connections that the scheduler's own workers poll.</summary>
/// <remarks>
/// TLS, HTTP/1.1 and HTTP/2 are the handler's and go on above the connection; HTTP/3 has connections of its own kind. A handler with a
/// ConnectCallback makes each connection where it likes, so the scheduler is not that of the request but the one chosen here.
/// </remarks>
/// <example>
/// <code>
/// var client = new HttpClient(new SocketsHttpHandler { ConnectCallback = GoHttp.ConnectCallback });
/// </code>
/// </example>
public static class GoHttp
{
    /// <summary>
    /// Gets what <see cref="SocketsHttpHandler.ConnectCallback"/> takes: it connects on <see cref="GoScheduler.Shared"/>.
    /// </summary>
    /// <value>
    /// A delegate, the same each time, for any number of handlers and threads. It connects by TCP to the address of the context, as
    /// <see cref="GoSocket.ConnectAsync(EndPoint, CancellationToken)"/> does, sends small pieces at once (NoDelay), and returns a
    /// <see cref="GoNetworkStream"/> that owns its socket. It throws what ConnectAsync throws, which the handler wraps into an
    /// HttpRequestException.
    /// </value>
    public static Func<SocketsHttpConnectionContext, CancellationToken, ValueTask<Stream>> ConnectCallback { get; } =
        static (context, cancellationToken) => ConnectAsync(context, GoScheduler.Shared, cancellationToken);

    /// <summary>Makes a <see cref="SocketsHttpHandler.ConnectCallback"/> that connects on a scheduler of your choice.</summary>
    /// <param name="scheduler">Polls the connections.</param>
    /// <returns>A delegate as that of <see cref="ConnectCallback"/>.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="scheduler"/> is null.</exception>
    public static Func<SocketsHttpConnectionContext, CancellationToken, ValueTask<Stream>> CreateConnectCallback(GoScheduler scheduler)
    {
        ArgumentNullException.ThrowIfNull(scheduler);
        return (context, cancellationToken) => ConnectAsync(context, scheduler, cancellationToken);
    }

    private static async ValueTask<Stream> ConnectAsync(
        SocketsHttpConnectionContext context, GoScheduler scheduler, CancellationToken cancellationToken)
    {
        GoSocket socket = await GoSocket.ConnectAsync(context.DnsEndPoint, scheduler, cancellationToken).ConfigureAwait(false);
        try
        {
            socket.NoDelay = true;
            return new GoNetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            // A connection that was reset at once takes no options.
            socket.Dispose();
            throw;
        }
    }
}
