using System;
using System.Net.Sockets;
using System.Threading.Tasks;
using Goroutines.Net;

namespace Goroutines.Compare.Load;

/// <summary>The server's end of a connection, whatever socket is under it. Structs, so that nothing virtual is measured.</summary>
internal interface IConnection : IDisposable
{
    ValueTask<int> ReceiveAsync(Memory<byte> buffer);

    ValueTask<int> SendAsync(ReadOnlyMemory<byte> buffer);
}

/// <summary>What a server does with a connection, on any side.</summary>
internal interface IConnectionHandler
{
    /// <summary>Serves a connection to its end.</summary>
    static abstract Task ServeAsync<TConnection>(TConnection connection)
        where TConnection : struct, IConnection;
}

/// <summary>A connection on the BCL's socket.</summary>
internal readonly struct SocketConnection(Socket socket) : IConnection
{
    public ValueTask<int> ReceiveAsync(Memory<byte> buffer) => socket.ReceiveAsync(buffer, SocketFlags.None);

    public ValueTask<int> SendAsync(ReadOnlyMemory<byte> buffer) => socket.SendAsync(buffer, SocketFlags.None);

    public void Dispose() => socket.Dispose();
}

/// <summary>A connection on our socket.</summary>
internal readonly struct GoSocketConnection(GoSocket socket) : IConnection
{
    public ValueTask<int> ReceiveAsync(Memory<byte> buffer) => socket.ReceiveAsync(buffer);

    public ValueTask<int> SendAsync(ReadOnlyMemory<byte> buffer) => socket.SendAsync(buffer);

    public void Dispose() => socket.Dispose();
}
