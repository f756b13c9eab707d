using System;
using System.Net;
using Microsoft.Extensions.Logging;

namespace Goroutines.AspNetCore;

/// <summary>Every message this package logs, in one list.</summary>
internal static partial class TransportLog
{
    [LoggerMessage(1, LogLevel.Debug, "A connection was lost before it was accepted.")]
    public static partial void ConnectionLost(ILogger logger, Exception exception);

    [LoggerMessage(2, LogLevel.Warning,
        "There is no descriptor or memory for the next connection at {EndPoint}: accepting waits {DelayMs} ms and tries again.")]
    public static partial void AcceptDelayed(ILogger logger, EndPoint endPoint, double delayMs, Exception exception);

    [LoggerMessage(3, LogLevel.Debug, "Connection {ConnectionId} was reset by its peer.")]
    public static partial void ConnectionReset(ILogger logger, string connectionId);

    [LoggerMessage(4, LogLevel.Debug, "Connection {ConnectionId} has failed.")]
    public static partial void ConnectionFailed(ILogger logger, string connectionId, Exception exception);

    [LoggerMessage(5, LogLevel.Debug, "Connection {ConnectionId} is reset: {Reason}")]
    public static partial void ConnectionAborted(ILogger logger, string connectionId, string reason);

    [LoggerMessage(6, LogLevel.Error, "What was registered for the end of connection {ConnectionId} has thrown an exception.")]
    public static partial void ClosedCallbackFailed(ILogger logger, string connectionId, Exception exception);

    [LoggerMessage(7, LogLevel.Trace, "Connection {ConnectionId} was gone before its peer could be told of the end.")]
    public static partial void EndNotTold(ILogger logger, string connectionId, Exception exception);
}
