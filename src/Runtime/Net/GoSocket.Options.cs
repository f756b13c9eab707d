using System;
using System.Net.Sockets;

namespace Goroutines.Net;

public sealed partial class GoSocket
{
    /// <summary>Gets or sets whether small pieces of a TCP connection are sent at once (TCP_NODELAY). The default is false.</summary>
    /// <exception cref="ObjectDisposedException">The socket was disposed.</exception>
    /// <exception cref="SocketException">The socket is not TCP.</exception>
    public bool NoDelay
    {
        get => Core.NoDelay;
        set => Core.NoDelay = value;
    }

    /// <summary>Gets or sets whether TCP asks a silent other side whether it is still there. The default is false.</summary>
    /// <exception cref="ObjectDisposedException">The socket was disposed.</exception>
    /// <exception cref="SocketException">The system refuses.</exception>
    public bool KeepAlive
    {
        get => (int)GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive)! != 0;
        set => SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, value ? 1 : 0);
    }

    /// <summary>Gets or sets for how long the system goes on sending after the socket was closed.</summary>
    /// <value>Off by default: as long as it takes. With a time of 0 seconds closing resets the connection.</value>
    /// <exception cref="ArgumentNullException">The value is null.</exception>
    /// <exception cref="ObjectDisposedException">The socket was disposed.</exception>
    /// <exception cref="SocketException">The system refuses.</exception>
    public LingerOption LingerState
    {
        get => Core.Ask(static (view, _) => view.LingerState!, 0);
        set
        {
            ArgumentNullException.ThrowIfNull(value);
            Core.Ask(static (view, linger) => view.LingerState = linger, value);
        }
    }

    /// <summary>Gets or sets how many bytes the system keeps for the next receives. The default and the limits are the system's.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative.</exception>
    /// <exception cref="ObjectDisposedException">The socket was disposed.</exception>
    /// <exception cref="SocketException">The system refuses.</exception>
    public int ReceiveBufferSize
    {
        get => Core.Ask(static (view, _) => view.ReceiveBufferSize, 0);
        set => Core.Ask(static (view, size) => view.ReceiveBufferSize = size, value);
    }

    /// <summary>Gets or sets how many bytes of sends the system takes ahead. The default and the limits are the system's.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative.</exception>
    /// <exception cref="ObjectDisposedException">The socket was disposed.</exception>
    /// <exception cref="SocketException">The system refuses.</exception>
    public int SendBufferSize
    {
        get => Core.Ask(static (view, _) => view.SendBufferSize, 0);
        set => Core.Ask(static (view, size) => view.SendBufferSize = size, value);
    }

    /// <summary>Gets how many bytes may be received without waiting.</summary>
    /// <exception cref="ObjectDisposedException">The socket was disposed.</exception>
    /// <exception cref="SocketException">The system refuses.</exception>
    public int Available => Core.Ask(static (view, _) => view.Available, 0);

    /// <summary>Returns a socket option, as <see cref="Socket.GetSocketOption(SocketOptionLevel, SocketOptionName)"/> does.</summary>
    /// <param name="optionLevel">The level.</param>
    /// <param name="optionName">The name.</param>
    /// <exception cref="ObjectDisposedException">The socket was disposed.</exception>
    /// <exception cref="SocketException">The socket has no such option.</exception>
    public object? GetSocketOption(SocketOptionLevel optionLevel, SocketOptionName optionName) =>
        Core.Ask(static (view, option) => view.GetSocketOption(option.optionLevel, option.optionName), (optionLevel, optionName));

    /// <summary>Sets a socket option, as <see cref="Socket.SetSocketOption(SocketOptionLevel, SocketOptionName, int)"/> does.</summary>
    /// <param name="optionLevel">The level.</param>
    /// <param name="optionName">The name.</param>
    /// <param name="optionValue">The value.</param>
    /// <exception cref="ObjectDisposedException">The socket was disposed.</exception>
    /// <exception cref="SocketException">The socket has no such option, or does not take the value.</exception>
    public void SetSocketOption(SocketOptionLevel optionLevel, SocketOptionName optionName, int optionValue) =>
        Core.Ask(
            static (view, option) =>
            {
                view.SetSocketOption(option.optionLevel, option.optionName, option.optionValue);
                return 0;
            },
            (optionLevel, optionName, optionValue));
}
