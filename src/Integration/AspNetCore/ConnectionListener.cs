using System;
using System.Net;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;
using Goroutines.Net;
using Microsoft.AspNetCore.Connections;

namespace Goroutines.AspNetCore;

/// <summary>Accepts the connections of one end point.</summary>
internal sealed class ConnectionListener : IConnectionListener
{
    private readonly GoListener _listener;
    private readonly ConnectionSettings _settings;

    public ConnectionListener(GoListener listener, EndPoint requested, ConnectionSettings settings)
    {
        _listener = listener;
        _settings = settings;

        // With the port that the system has chosen; a Unix end point stays the object that it was.
        EndPoint = requested is IPEndPoint ? listener.LocalEndPoint : requested;
        listener.AcceptDelayed += OnAcceptDelayed;
    }

    public EndPoint EndPoint { get; }

    public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
    {
        while (true)
        {
            GoSocket socket;
            try
            {
                socket = await _listener.AcceptAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (ObjectDisposedException)
            {
                return null;
            }
            catch (SocketException e) when (e.SocketErrorCode == SocketError.OperationAborted)
            {
                return null;
            }

            if (TryStart(socket) is { } connection)
            {
                return connection;
            }
        }
    }

    public ValueTask UnbindAsync(CancellationToken cancellationToken = default) => _listener.DisposeAsync();

    public async ValueTask DisposeAsync()
    {
        await _listener.DisposeAsync().ConfigureAwait(false);
        _listener.AcceptDelayed -= OnAcceptDelayed;
        _settings.Dispose();
    }

    // Null if the connection was reset while it waited to be accepted; the listener is as good as before.
    private Connection? TryStart(GoSocket socket)
    {
        try
        {
            if (_settings.NoDelay && EndPoint is IPEndPoint)
            {
                socket.NoDelay = true;
            }

            var connection = new Connection(socket, _settings);
            connection.Start();
            return connection;
        }
        catch (SocketException e)
        {
            TransportLog.ConnectionLost(_settings.Logger, e);
            socket.Dispose();
            return null;
        }
    }

    private void OnAcceptDelayed(object? sender, GoAcceptDelayedEventArgs delayed) =>
        TransportLog.AcceptDelayed(_settings.Logger, EndPoint, delayed.Delay.TotalMilliseconds, delayed.Exception);
}
