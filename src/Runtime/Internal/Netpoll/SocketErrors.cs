using System.Net.Sockets;

namespace Goroutines.Internal.Netpoll;

/// <summary>Makes of the system's error numbers what users of sockets know.</summary>
internal static class SocketErrors
{
    /// <summary>The call was interrupted by a signal: it is made again (EINTR).</summary>
    public const int Interrupted = 4;

    /// <summary>There is nothing now, or no room: who wants it waits (EAGAIN).</summary>
    public const int WouldBlock = 11;

    /// <summary>A connection is being made (EINPROGRESS).</summary>
    public const int InProgress = 115;

    /// <summary>Returns the exception for an error number of the system (errno).</summary>
    public static SocketException CreateException(int number) => new((int)Translate(number));

    /// <summary>Returns the BCL's name for an error number of Linux, by the BCL's own table.</summary>
    public static SocketError Translate(int number) => number switch
    {
        0 => SocketError.Success,
        1 => SocketError.AccessDenied,
        2 => SocketError.AddressNotAvailable,
        4 => SocketError.Interrupted,
        6 => SocketError.HostNotFound,
        9 => SocketError.OperationAborted,
        11 => SocketError.WouldBlock,
        12 => SocketError.NoBufferSpaceAvailable,
        13 => SocketError.AccessDenied,
        14 => SocketError.Fault,
        22 => SocketError.InvalidArgument,
        23 => SocketError.TooManyOpenSockets,
        24 => SocketError.TooManyOpenSockets,
        32 => SocketError.Shutdown,
        61 => SocketError.NoData,
        88 => SocketError.NotSocket,
        89 => SocketError.DestinationAddressRequired,
        90 => SocketError.MessageSize,
        91 => SocketError.ProtocolType,
        92 => SocketError.ProtocolOption,
        93 => SocketError.ProtocolNotSupported,
        94 => SocketError.SocketNotSupported,
        95 => SocketError.OperationNotSupported,
        96 => SocketError.ProtocolFamilyNotSupported,
        97 => SocketError.AddressFamilyNotSupported,
        98 => SocketError.AddressAlreadyInUse,
        99 => SocketError.AddressNotAvailable,
        100 => SocketError.NetworkDown,
        101 => SocketError.NetworkUnreachable,
        102 => SocketError.NetworkReset,
        103 => SocketError.ConnectionAborted,
        104 => SocketError.ConnectionReset,
        105 => SocketError.NoBufferSpaceAvailable,
        106 => SocketError.IsConnected,
        107 => SocketError.NotConnected,
        108 => SocketError.Disconnecting,
        110 => SocketError.TimedOut,
        111 => SocketError.ConnectionRefused,
        112 => SocketError.HostDown,
        113 => SocketError.HostUnreachable,
        114 => SocketError.AlreadyInProgress,
        115 => SocketError.InProgress,
        125 => SocketError.OperationAborted,
        _ => SocketError.SocketError,
    };
}
