namespace Goroutines.Net;

/// <summary>What an operation does with its socket each time it is tried.</summary>
internal enum SocketAction
{
    /// <summary>Waits until there is something to receive, and leaves it there.</summary>
    AwaitReadable,

    /// <summary>Waits until something may be sent.</summary>
    AwaitWritable,

    Receive,
    ReceiveFrom,
    ReceiveBuffers,

    /// <summary>Sends all of it.</summary>
    Send,

    SendTo,

    /// <summary>Sends all of them.</summary>
    SendBuffers,

    Accept,

    /// <summary>Waits for the end of what connect has begun.</summary>
    Connect,
}
