using System;
using System.Net;
using System.Net.Sockets;

namespace Goroutines.Net;

/// <summary>Turns the system's addresses into end points.</summary>
internal static class EndPoints
{
    private static readonly IPEndPoint s_v4 = new(IPAddress.Any, 0);
    private static readonly IPEndPoint s_v6 = new(IPAddress.IPv6Any, 0);
    private static readonly UnixDomainSocketEndPoint s_unix = new("unnamed");

    /// <summary>Returns an end point for an address that the system has written.</summary>
    public static EndPoint Create(SocketAddress address) => address.Family switch
    {
        AddressFamily.InterNetwork => s_v4.Create(address),
        AddressFamily.InterNetworkV6 => s_v6.Create(address),
        AddressFamily.Unix => s_unix.Create(address),
        _ => throw new NotSupportedException($"There is no end point for address family {address.Family}."),
    };
}
