using System;
using System.IO;
using System.Net.Sockets;
using System.Threading;
using Goroutines.Internal.Netpoll;

namespace Goroutines.Net;

/// <summary>How operations end that fail: by an error number of the system, or by one of these, which no system has.</summary>
internal static class SocketFailure
{
    /// <summary>The token was canceled.</summary>
    public const int Canceled = 1_000_001;

    /// <summary>The socket was closed meanwhile.</summary>
    public const int Closed = 1_000_002;

    /// <summary>The scheduler was disposed, and nobody waits for sockets any more.</summary>
    public const int SchedulerDisposed = 1_000_003;

    /// <summary>A buffer has thrown.</summary>
    public const int Thrown = 1_000_004;

    /// <summary>Returns the exception of a socket.</summary>
    public static Exception Create(int error, GoScheduler scheduler, CancellationToken token) => error switch
    {
        Canceled => new OperationCanceledException(token),
        Closed => new SocketException((int)SocketError.OperationAborted),
        SchedulerDisposed => new ObjectDisposedException(
            typeof(GoScheduler).FullName, $"The scheduler \"{scheduler.Name}\" is disposed: its sockets cannot wait any more."),
        _ => SocketErrors.CreateException(error),
    };

    /// <summary>Returns the exception of a stream over a socket for that of the socket.</summary>
    public static Exception ForStream(Exception failure, bool isReading)
    {
        if (failure is not SocketException)
        {
            return failure;
        }

        string what = isReading ? "Unable to read data from" : "Unable to write data to";
        return new IOException($"{what} the transport connection: {failure.Message}.", failure);
    }
}
