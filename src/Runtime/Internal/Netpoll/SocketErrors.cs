using System.Net.Sockets;

namespace Goroutines.Internal.Netpoll;

/// <summary>Makes of the system's error numbers what users of sockets know.</summary>
internal static class SocketErrors
{
    /// <summary>Returns the exception for an error number of the system (errno).</summary>
    public static SocketException CreateException(int number) => new(number);
}
