using System;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Threading.Tasks;
using Goroutines.Net;
using Goroutines.Tests.TestSupport;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Goroutines.Tests.Net;

/// <summary>Unix domain sockets, datagrams, IPv6, and sockets that come from elsewhere.</summary>
[TestClass]
public sealed class OtherFamilyTests : NetTest
{
    [TestMethod, Timeout(LimitMs), ProcessorCounts]
    public async Task Unix_PingPong_ComesBackAndFileGoes(int processorCount)
    {
        GoScheduler scheduler = CreateScheduler(processorCount);
        string path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        await using (GoListener listener = GoListener.Listen(new UnixDomainSocketEndPoint(path), scheduler: scheduler))
        {
            using SocketPair pair = await ConnectAsync(listener);
            Assert.AreEqual(path, pair.Client.RemoteEndPoint.ToString());
            Task echo = scheduler.Run(() => TcpTests.EchoAsync(pair.Server));
            byte[] buffer = new byte[100];
            for (int round = 0; round < 200; round++)
            {
                buffer.AsSpan().Fill((byte)round);
                await pair.Client.SendAsync(buffer);
                Assert.AreEqual(100, await ReceiveAllAsync(pair.Client, buffer).Within());
                Assert.AreEqual((byte)round, buffer[99]);
            }

            pair.Client.Shutdown(SocketShutdown.Send);
            await echo.Within();
            Assert.IsTrue(File.Exists(path));
        }

        Assert.IsFalse(File.Exists(path));
    }

    [TestMethod, Timeout(LimitMs)]
    public async Task Unix_BacklogFull_ConnectWaits()
    {
        GoScheduler scheduler = CreateScheduler(2);
        var endPoint = new UnixDomainSocketEndPoint("@" + Path.GetRandomFileName());
        await using GoListener listener = GoListener.Listen(endPoint, backlog: 1, scheduler);
        Task<GoSocket>[] clients = Enumerable.Range(0, 10)
            .Select(_ => GoSocket.ConnectAsync(endPoint, scheduler).AsTask())
            .ToArray();
        for (int i = 0; i < clients.Length; i++)
        {
            (await listener.AcceptAsync().AsTask().Within()).Dispose();
        }

        foreach (Task<GoSocket> client in clients)
        {
            (await client.Within()).Dispose();
        }
    }

    [TestMethod, Timeout(LimitMs), ProcessorCounts]
    public async Task Datagrams_SentTo_ArriveWithSender(int processorCount)
    {
        GoScheduler scheduler = CreateScheduler(processorCount);
        using GoSocket near = GoSocket.BindDatagram(Loopback, scheduler);
        using GoSocket far = GoSocket.BindDatagram(Loopback, scheduler);
        await scheduler.Run(async () =>
        {
            byte[] buffer = new byte[100];
            for (int round = 1; round < 50; round++)
            {
                ValueTask<SocketReceiveFromResult> receiving = far.ReceiveFromAsync(buffer);
                Assert.AreEqual(round, await near.SendToAsync(new byte[round], far.LocalEndPoint));
                SocketReceiveFromResult received = await receiving;
                Assert.AreEqual(round, received.ReceivedBytes);
                Assert.AreEqual(near.LocalEndPoint, received.RemoteEndPoint);

                // And back, with the address as the system has it.
                var sender = new SocketAddress(AddressFamily.InterNetwork, 128);
                await far.SendToAsync(buffer.AsMemory(0, round), received.RemoteEndPoint.Serialize());
                Assert.AreEqual(round, await near.ReceiveFromAsync(buffer, sender));
                Assert.AreEqual(far.LocalEndPoint, Loopback.Create(sender));
            }
        }).Within();
    }

    [TestMethod, Timeout(LimitMs)]
    public async Task ConnectDatagram_NobodyThere_IsRefused()
    {
        GoScheduler scheduler = CreateScheduler(1);
        EndPoint endPoint;
        using (GoSocket gone = GoSocket.BindDatagram(Loopback, scheduler))
        {
            endPoint = gone.LocalEndPoint;
        }

        using GoSocket socket = GoSocket.ConnectDatagram(endPoint, scheduler);
        Assert.AreEqual(endPoint, socket.RemoteEndPoint);
        Task<int> receiving = socket.ReceiveAsync(new byte[1]).AsTask();
        await socket.SendAsync(new byte[1]);
        SocketException refused = await Assert.ThrowsExactlyAsync<SocketException>(() => receiving.Within());
        Assert.AreEqual(SocketError.ConnectionRefused, refused.SocketErrorCode);
    }

    [TestMethod, Timeout(LimitMs)]
    public async Task Listen_AllIPv6_TakesIPv4Too()
    {
        GoScheduler scheduler = CreateScheduler(1);
        if (!Socket.OSSupportsIPv6)
        {
            Assert.Inconclusive("No IPv6 here.");
        }

        await using GoListener listener = GoListener.Listen(new IPEndPoint(IPAddress.IPv6Any, 0), scheduler: scheduler);
        int port = ((IPEndPoint)listener.LocalEndPoint).Port;
        Task<GoSocket> accepting = listener.AcceptAsync().AsTask();
        using GoSocket client = await GoSocket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, port), scheduler).AsTask().Within();
        using GoSocket server = await accepting.Within();
        Assert.IsTrue(((IPEndPoint)server.RemoteEndPoint).Address.IsIPv4MappedToIPv6);
    }

    [TestMethod, Timeout(LimitMs)]
    public async Task FromSocketAndToSocket_BothEnds_CarryTheSame()
    {
        GoScheduler scheduler = CreateScheduler(2);
        using var listening = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listening.Bind(Loopback);
        listening.Listen();
        await using GoListener listener = GoListener.FromSocket(listening, scheduler);
        Assert.AreEqual(listening.LocalEndPoint, listener.LocalEndPoint);
        Task<GoSocket> accepting = listener.AcceptAsync().AsTask();

        using var theirs = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await theirs.ConnectAsync(listener.LocalEndPoint);
        using GoSocket server = await accepting.Within();
        using GoSocket client = GoSocket.FromSocket(theirs, scheduler);
        using GoSocket again = GoSocket.FromHandle(theirs.SafeHandle, scheduler);
        using Socket plain = server.ToSocket();
        Assert.AreEqual(AddressFamily.InterNetwork, again.AddressFamily);
        Assert.AreEqual(SocketType.Stream, again.SocketType);

        Task<int> receiving = client.ReceiveAsync(new byte[1]).AsTask();
        Assert.AreEqual(1, plain.Send(new byte[1]));
        Assert.AreEqual(1, await receiving.Within());
        await again.SendAsync(new byte[2]);

        // It waits, as any Socket does.
        Assert.AreEqual(2, plain.Receive(new byte[3]));
        Assert.AreEqual(3, await plain.SendAsync(new byte[3]));
        Assert.AreEqual(3, await ReceiveAllAsync(client, new byte[3]).Within());
    }

    [TestMethod, Timeout(LimitMs)]
    public async Task Options_SetAndRead_AreThoseOfTheSystem()
    {
        using SocketPair pair = await ConnectAsync(CreateScheduler(1));
        GoSocket socket = pair.Client;
        Assert.IsFalse(socket.NoDelay);
        socket.NoDelay = true;
        Assert.IsTrue(socket.NoDelay);
        socket.KeepAlive = true;
        Assert.IsTrue(socket.KeepAlive);
        socket.LingerState = new LingerOption(enable: true, seconds: 3);
        Assert.AreEqual(3, socket.LingerState.LingerTime);
        socket.ReceiveBufferSize = 20_000;
        Assert.IsGreaterThanOrEqualTo(20_000, socket.ReceiveBufferSize);
        socket.SendBufferSize = 30_000;
        Assert.IsGreaterThanOrEqualTo(30_000, socket.SendBufferSize);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, 77);
        Assert.AreEqual(77, socket.GetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime));
        await pair.Server.SendAsync(new byte[5]);
        Patience.Until(() => socket.Available == 5);
        socket.Dispose();
        Assert.ThrowsExactly<ObjectDisposedException>(() => socket.NoDelay);
        Assert.ThrowsExactly<ObjectDisposedException>(() => socket.KeepAlive);
    }

    [TestMethod, Timeout(LimitMs)]
    public async Task Listen_EndPointInUse_Throws()
    {
        GoScheduler scheduler = CreateScheduler(1);
        await using GoListener listener = GoListener.Listen(Loopback, scheduler: scheduler);
        SocketException used = Assert.ThrowsExactly<SocketException>(
            () => GoListener.Listen(listener.LocalEndPoint, scheduler: scheduler));
        Assert.AreEqual(SocketError.AddressAlreadyInUse, used.SocketErrorCode);
        Assert.ThrowsExactly<ArgumentNullException>(() => GoListener.Listen(null!));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => GoListener.Listen(Loopback, backlog: 0));
    }
}
