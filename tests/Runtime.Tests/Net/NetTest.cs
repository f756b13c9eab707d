using System;
using System.Net;
using System.Threading.Tasks;
using Goroutines.Net;
using Goroutines.Tests.TestSupport;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Goroutines.Tests.Net;

/// <summary>Base of the tests of sockets, which there are on Linux only.</summary>
public abstract class NetTest : SchedulerTest
{
    protected static readonly IPEndPoint Loopback = new(IPAddress.Loopback, 0);

    [TestInitialize]
    public void SkipElsewhere()
    {
        if (!OperatingSystem.IsLinux())
        {
            Assert.Inconclusive("There is a poller for Linux only.");
        }
    }

    /// <summary>Returns both ends of a TCP connection.</summary>
    protected static async Task<SocketPair> ConnectAsync(GoScheduler scheduler)
    {
        await using GoListener listener = GoListener.Listen(Loopback, scheduler: scheduler);
        return await ConnectAsync(listener);
    }

    /// <summary>Returns both ends of a connection by way of a listener.</summary>
    protected static async Task<SocketPair> ConnectAsync(GoListener listener)
    {
        ArgumentNullException.ThrowIfNull(listener);
        Task<GoSocket> accepted = listener.AcceptAsync().AsTask();
        GoSocket client = await GoSocket.ConnectAsync(listener.LocalEndPoint, listener.Scheduler).AsTask().Within();
        return new SocketPair(client, await accepted.Within());
    }

    /// <summary>Receives until the buffer is full or the other side has ended; returns how much it was.</summary>
    protected static async Task<int> ReceiveAllAsync(GoSocket socket, Memory<byte> buffer)
    {
        ArgumentNullException.ThrowIfNull(socket);
        int count = 0;
        int received = 1;
        while (received > 0 && count < buffer.Length)
        {
            received = await socket.ReceiveAsync(buffer[count..]);
            count += received;
        }

        return count;
    }

    /// <summary>Both ends of a connection.</summary>
    protected sealed record SocketPair(GoSocket Client, GoSocket Server) : IDisposable
    {
        public void Dispose()
        {
            Client.Dispose();
            Server.Dispose();
        }
    }
}
