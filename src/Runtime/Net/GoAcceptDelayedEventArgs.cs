using System;
using System.Net.Sockets;

namespace Goroutines.Net;

/// <summary>Tells why a listener does not take connections for a moment, and for how long.</summary>
public sealed class GoAcceptDelayedEventArgs : EventArgs
{
    internal GoAcceptDelayedEventArgs(SocketException exception, TimeSpan delay)
    {
        Exception = exception;
        Delay = delay;
    }

    /// <summary>Gets what the system has said: usually <see cref="SocketError.TooManyOpenSockets"/>.</summary>
    public SocketException Exception { get; }

    /// <summary>Gets how long the accept waits until it tries again: 5 ms to 1 s.</summary>
    public TimeSpan Delay { get; }
}
