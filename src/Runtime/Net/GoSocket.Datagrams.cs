using System;
using System.Net;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;

// Overloads with optional parameters, as the BCL has them on these names.
#pragma warning disable RS0026, RS0027

namespace Goroutines.Net;

public sealed partial class GoSocket
{
    private const int AddressSizeMax = 128;

    /// <summary>Receives a datagram and notes who has sent it.</summary>
    /// <param name="buffer">Takes the datagram; what does not fit is lost.</param>
    /// <param name="receivedAddress">
    /// Takes the address of the sender. To be made with the family of the socket, with a buffer that is large enough.
    /// </param>
    /// <param name="cancellationToken">Ends the wait at once.</param>
    /// <returns>How many bytes were received. To be awaited once.</returns>
    /// <remarks>Allocation: none, if the address is used again.</remarks>
    /// <exception cref="ArgumentNullException"><paramref name="receivedAddress"/> is null.</exception>
    /// <exception cref="ObjectDisposedException">The socket was disposed, or the scheduler was and there is nothing yet.</exception>
    /// <exception cref="SocketException">A datagram sent earlier was refused, or the socket was disposed meanwhile.</exception>
    /// <exception cref="OperationCanceledException">The token was canceled.</exception>
    public ValueTask<int> ReceiveFromAsync(
        Memory<byte> buffer, SocketAddress receivedAddress, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(receivedAddress);
        return Core.ReceiveFromAsync(buffer, SocketFlags.None, receivedAddress, cancellationToken);
    }

    /// <summary>Receives a datagram and tells who has sent it.</summary>
    /// <param name="buffer">Takes the datagram; what does not fit is lost.</param>
    /// <param name="cancellationToken">Ends the wait at once.</param>
    /// <returns>How many bytes were received, and from whom. To be awaited once.</returns>
    /// <exception cref="ObjectDisposedException">The socket was disposed, or the scheduler was and there is nothing yet.</exception>
    /// <exception cref="SocketException">A datagram sent earlier was refused, or the socket was disposed meanwhile.</exception>
    /// <exception cref="OperationCanceledException">The token was canceled.</exception>
    public async ValueTask<SocketReceiveFromResult> ReceiveFromAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var sender = new SocketAddress(AddressFamily, AddressSizeMax);
        int count = await Core.ReceiveFromAsync(buffer, SocketFlags.None, sender, cancellationToken).ConfigureAwait(false);
        return new SocketReceiveFromResult { ReceivedBytes = count, RemoteEndPoint = EndPoints.Create(sender) };
    }

    /// <summary>Sends a datagram.</summary>
    /// <param name="buffer">The datagram.</param>
    /// <param name="remoteEndPoint">To whom.</param>
    /// <param name="cancellationToken">Ends the wait at once.</param>
    /// <returns>How many bytes were sent. To be awaited once.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="remoteEndPoint"/> is null.</exception>
    /// <exception cref="ObjectDisposedException">The socket was disposed, or the scheduler was and there is no room yet.</exception>
    /// <exception cref="SocketException">The datagram is too large, or there is no way to the end point.</exception>
    /// <exception cref="OperationCanceledException">The token was canceled.</exception>
    public ValueTask<int> SendToAsync(
        ReadOnlyMemory<byte> buffer, EndPoint remoteEndPoint, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(remoteEndPoint);
        return Core.SendToAsync(buffer, SocketFlags.None, remoteEndPoint.Serialize(), cancellationToken);
    }

    /// <inheritdoc cref="SendToAsync(ReadOnlyMemory{byte}, EndPoint, CancellationToken)"/>
    /// <param name="buffer">The datagram.</param>
    /// <param name="remoteAddress">To whom.</param>
    /// <param name="cancellationToken">Ends the wait at once.</param>
    /// <exception cref="ArgumentNullException"><paramref name="remoteAddress"/> is null.</exception>
    public ValueTask<int> SendToAsync(
        ReadOnlyMemory<byte> buffer, SocketAddress remoteAddress, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(remoteAddress);
        return Core.SendToAsync(buffer, SocketFlags.None, remoteAddress, cancellationToken);
    }
}
