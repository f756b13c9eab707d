using System;
using System.Buffers;
using System.Collections.Generic;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;
using Goroutines.Net;
using Goroutines.Tests.TestSupport;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Goroutines.Tests.Net;

[TestClass]
public sealed class TcpTests : NetTest
{
    [TestMethod, Timeout(LimitMs), ProcessorCounts]
    public async Task ReceiveAsync_ManyPingPongs_EachComesBack(int processorCount)
    {
        GoScheduler scheduler = CreateScheduler(processorCount);
        using SocketPair pair = await ConnectAsync(scheduler);
        const int RoundCount = 2_000;
        Task echo = scheduler.Run(() => EchoAsync(pair.Server));
        await scheduler.Run(async () =>
        {
            byte[] buffer = new byte[64];
            for (int round = 0; round < RoundCount; round++)
            {
                buffer[0] = (byte)round;
                Assert.AreEqual(64, await pair.Client.SendAsync(buffer));
                Array.Clear(buffer);
                Assert.AreEqual(64, await ReceiveAllAsync(pair.Client, buffer));
                Assert.AreEqual((byte)round, buffer[0]);
            }

            pair.Client.Shutdown(SocketShutdown.Send);
        }).Within();
        await echo.Within();
    }

    [TestMethod, Timeout(LimitMs), ProcessorCounts]
    public async Task ReceiveAsync_ManyConnections_AllEcho(int processorCount)
    {
        GoScheduler scheduler = CreateScheduler(processorCount);
        await using GoListener listener = GoListener.Listen(Loopback, scheduler: scheduler);
        const int ConnectionCount = 100;
        Task server = scheduler.Run(async () =>
        {
            var echoes = new List<Task>();
            for (int i = 0; i < ConnectionCount; i++)
            {
                GoSocket accepted = await listener.AcceptAsync();
                echoes.Add(scheduler.Run(() => EchoAsync(accepted)));
            }

            await Task.WhenAll(echoes);
        });
        Task[] clients = Enumerable.Range(0, ConnectionCount).Select(i => scheduler.Run(async () =>
        {
            using GoSocket client = await GoSocket.ConnectAsync(listener.LocalEndPoint);
            byte[] buffer = new byte[100];
            for (int round = 0; round < 20; round++)
            {
                buffer.AsSpan().Fill((byte)(i + round));
                await client.SendAsync(buffer);
                Assert.AreEqual(100, await ReceiveAllAsync(client, buffer));
                Assert.AreEqual((byte)(i + round), buffer[99]);
            }
        })).ToArray();
        await Task.WhenAll(clients).Within();
        await server.Within();
    }

    [TestMethod, Timeout(LimitMs), ProcessorCounts]
    public async Task SendAsync_LargeBufferSlowReader_AllArrivesInOrder(int processorCount)
    {
        GoScheduler scheduler = CreateScheduler(processorCount);
        using SocketPair pair = await ConnectAsync(scheduler);
        byte[] sent = new byte[8 << 20];
        CreateRandom().NextBytes(sent);
        Task<int> sending = scheduler.Run(async () =>
        {
            int count = await pair.Client.SendAsync(sent);
            pair.Client.Shutdown(SocketShutdown.Send);
            return count;
        });
        byte[] received = new byte[sent.Length + 1];
        int receivedCount = await scheduler.Run(async () =>
        {
            int count = 0;
            int step = 1;
            int size = 1;
            while (step > 0)
            {
                step = await pair.Server.ReceiveAsync(received.AsMemory(count, Math.Min(size, received.Length - count)));
                count += step;
                size = Math.Min(2 * size, 100_000);
                await Go.Yield();
            }

            return count;
        }).Within();
        Assert.AreEqual(sent.Length, receivedCount);
        Assert.AreEqual(sent.Length, await sending.Within());
        Assert.IsTrue(sent.AsSpan().SequenceEqual(received.AsSpan(0, sent.Length)));
    }

    [TestMethod, Timeout(LimitMs)]
    public async Task ReceiveAsync_OtherSideEnds_ReturnsZeroAgainAndAgain()
    {
        using SocketPair pair = await ConnectAsync(CreateScheduler(2));
        await pair.Client.SendAsync(new byte[10]);
        pair.Client.Shutdown(SocketShutdown.Send);
        byte[] buffer = new byte[100];
        Assert.AreEqual(10, await ReceiveAllAsync(pair.Server, buffer).Within());
        Assert.AreEqual(0, await pair.Server.ReceiveAsync(buffer).AsTask().Within());
        Assert.AreEqual(0, await pair.Server.ReceiveAsync(Memory<byte>.Empty).AsTask().Within());

        // The other direction is still open.
        await pair.Server.SendAsync(new byte[7]);
        Assert.AreEqual(7, await pair.Client.ReceiveAsync(buffer).AsTask().Within());
    }

    [TestMethod, Timeout(LimitMs)]
    public async Task ReceiveAsync_EmptyBuffer_WaitsAndTakesNothing()
    {
        using SocketPair pair = await ConnectAsync(CreateScheduler(2));
        Task<int> waiting = pair.Server.ReceiveAsync(Memory<byte>.Empty).AsTask();
        Assert.IsFalse(waiting.IsCompleted);
        await pair.Client.SendAsync(new byte[] { 42 });
        Assert.AreEqual(0, await waiting.Within());
        byte[] buffer = new byte[10];

        // A short read, so that the next one begins by waiting.
        Assert.AreEqual(1, await pair.Server.ReceiveAsync(buffer).AsTask().Within());
        Assert.AreEqual(42, buffer[0]);
        waiting = pair.Server.ReceiveAsync(Memory<byte>.Empty).AsTask();
        await pair.Client.SendAsync(new byte[] { 43 });
        Assert.AreEqual(0, await waiting.Within());
        Assert.AreEqual(1, await pair.Server.ReceiveAsync(buffer).AsTask().Within());
        Assert.AreEqual(43, buffer[0]);
    }

    [TestMethod, Timeout(LimitMs)]
    public async Task ReceiveAsync_EndBehindShortRead_IsSeen()
    {
        GoScheduler scheduler = CreateScheduler(2);
        byte[] buffer = new byte[100];
        for (int round = 0; round < 200; round++)
        {
            using SocketPair pair = await ConnectAsync(scheduler);

            // Has the server's side watched before anything comes.
            Task<int> first = pair.Server.ReceiveAsync(buffer).AsTask();
            await pair.Client.SendAsync(new byte[3]);
            pair.Client.Shutdown(SocketShutdown.Send);
            Assert.AreEqual(3, await first.Within());
            Assert.AreEqual(0, await pair.Server.ReceiveAsync(buffer).AsTask().Within());
        }
    }

    [TestMethod, Timeout(LimitMs)]
    public async Task ReceiveAsync_UrgentByteAmongOthers_OthersArrive()
    {
        using SocketPair pair = await ConnectAsync(CreateScheduler(2));
        byte[] buffer = new byte[100];
        for (int round = 0; round < 200; round++)
        {
            Task<int> receiving = ReceiveAllAsync(pair.Server, buffer.AsMemory(0, 20));
            await pair.Client.SendAsync(new byte[10]);
            await pair.Client.SendAsync(new byte[1], SocketFlags.OutOfBand, CancellationToken.None);
            await pair.Client.SendAsync(new byte[10]);
            Assert.AreEqual(20, await receiving.Within());
        }
    }

    [TestMethod, Timeout(LimitMs)]
    public async Task ReceiveAsync_FiveAtOnce_TakeTurnsInOrder()
    {
        GoScheduler scheduler = CreateScheduler(2);
        using SocketPair pair = await ConnectAsync(scheduler);
        byte[][] buffers = Enumerable.Range(0, 5).Select(_ => new byte[1]).ToArray();
        Task<int>[] receives = buffers.Select(buffer => pair.Server.ReceiveAsync(buffer).AsTask()).ToArray();
        foreach (byte value in (byte[])[1, 2, 3, 4, 5])
        {
            await pair.Client.SendAsync(new[] { value });
        }

        await Task.WhenAll(receives).Within();
        CollectionAssert.AreEqual((byte[])[1, 2, 3, 4, 5], buffers.Select(buffer => buffer[0]).ToArray());
    }

    [TestMethod, Timeout(LimitMs)]
    public async Task ReceiveAsync_OneOfThreeCanceled_OthersGoOn()
    {
        using SocketPair pair = await ConnectAsync(CreateScheduler(2));
        foreach (int canceledIndex in (int[])[0, 1, 2])
        {
            byte[][] buffers = Enumerable.Range(0, 3).Select(_ => new byte[1]).ToArray();
            using var cancellation = new CancellationTokenSource();
            Task<int>[] receives = buffers
                .Select((buffer, i) => pair.Server.ReceiveAsync(buffer, i == canceledIndex ? cancellation.Token : default).AsTask())
                .ToArray();
            await cancellation.CancelAsync();
            OperationCanceledException canceled =
                await Assert.ThrowsAsync<OperationCanceledException>(() => receives[canceledIndex].Within());
            Assert.AreEqual(cancellation.Token, canceled.CancellationToken);
            await pair.Client.SendAsync(new byte[] { 1, 2 });
            await Task.WhenAll(receives.Where((_, i) => i != canceledIndex)).Within();
            CollectionAssert.AreEqual(
                (byte[])[1, 2], buffers.Where((_, i) => i != canceledIndex).Select(buffer => buffer[0]).ToArray());
        }
    }

    [TestMethod, Timeout(LimitMs)]
    public async Task SendAsync_Sequence_ArrivesInOrder()
    {
        GoScheduler scheduler = CreateScheduler(2);
        using SocketPair pair = await ConnectAsync(scheduler);
        byte[] expected = new byte[3 << 20];
        CreateRandom().NextBytes(expected);
        ReadOnlySequence<byte> sequence = Segments.Of(expected, partCount: 100);
        Task<int> sending = pair.Client.SendAsync(sequence).AsTask();
        byte[] received = new byte[expected.Length];
        Assert.AreEqual(received.Length, await ReceiveAllAsync(pair.Server, received).Within());
        Assert.AreEqual(received.Length, await sending.Within());
        Assert.IsTrue(expected.AsSpan().SequenceEqual(received));
    }

    [TestMethod, Timeout(LimitMs)]
    public async Task ReceiveAsync_SeveralBuffers_AreFilledInOrder()
    {
        using SocketPair pair = await ConnectAsync(CreateScheduler(2));
        byte[] first = new byte[2];
        byte[] second = new byte[3];
        Task<int> receiving = pair.Server.ReceiveAsync([new ArraySegment<byte>(first), new ArraySegment<byte>(second)]).AsTask();
        await pair.Client.SendAsync(new byte[] { 1, 2, 3, 4 });
        Assert.AreEqual(4, await receiving.Within());
        CollectionAssert.AreEqual((byte[])[1, 2], first);
        CollectionAssert.AreEqual((byte[])[3, 4, 0], second);
    }

    [TestMethod, Timeout(LimitMs)]
    public async Task ConnectAsync_NobodyListens_IsRefused()
    {
        GoScheduler scheduler = CreateScheduler(2);
        EndPoint endPoint;
        await using (GoListener listener = GoListener.Listen(Loopback, scheduler: scheduler))
        {
            endPoint = listener.LocalEndPoint;
        }

        SocketException refused = await Assert.ThrowsExactlyAsync<SocketException>(
            () => GoSocket.ConnectAsync(endPoint, scheduler).AsTask().Within());
        Assert.AreEqual(SocketError.ConnectionRefused, refused.SocketErrorCode);
        Assert.AreEqual(new SocketException((int)SocketError.ConnectionRefused).Message, refused.Message);
    }

    [TestMethod, Timeout(LimitMs)]
    [DataRow("localhost")]
    [DataRow("127.0.0.1")]
    public async Task ConnectAsync_HostName_Connects(string host)
    {
        GoScheduler scheduler = CreateScheduler(2);
        await using GoListener listener = GoListener.Listen(Loopback, scheduler: scheduler);
        int port = ((IPEndPoint)listener.LocalEndPoint).Port;
        Task<GoSocket> accepting = listener.AcceptAsync().AsTask();
        using GoSocket client = await GoSocket.ConnectAsync(new DnsEndPoint(host, port), scheduler).AsTask().Within();
        using GoSocket server = await accepting.Within();
        Assert.AreEqual(client.LocalEndPoint, server.RemoteEndPoint);
        Assert.AreEqual(client.RemoteEndPoint, server.LocalEndPoint);
    }

    [TestMethod, Timeout(LimitMs)]
    public async Task ConnectAsync_HostRefuses_Throws()
    {
        GoScheduler scheduler = CreateScheduler(2);
        int port;
        await using (GoListener listener = GoListener.Listen(Loopback, scheduler: scheduler))
        {
            port = ((IPEndPoint)listener.LocalEndPoint).Port;
        }

        SocketException refused = await Assert.ThrowsExactlyAsync<SocketException>(
            () => GoSocket.ConnectAsync(new DnsEndPoint("localhost", port), scheduler).AsTask().Within());
        Assert.AreEqual(SocketError.ConnectionRefused, refused.SocketErrorCode);
    }

    [TestMethod, Timeout(LimitMs)]
    public void InTurn_TwoFamilies_Alternate()
    {
        IPAddress[] addresses = [IPAddress.IPv6Loopback, IPAddress.IPv6Any, IPAddress.IPv6None, IPAddress.Loopback, IPAddress.Any];
        CollectionAssert.AreEqual(
            (IPAddress[])[addresses[0], addresses[3], addresses[1], addresses[4], addresses[2]],
            HostConnector.InTurn(addresses).ToArray());
    }

    [TestMethod, Timeout(LimitMs)]
    public async Task Task_AwaitedTwiceOrTooEarly_Throws()
    {
        using SocketPair pair = await ConnectAsync(CreateScheduler(2));
#pragma warning disable CA2012 // That is what is tested.
        ValueTask<int> receiving = pair.Server.ReceiveAsync(new byte[1]);
        Assert.ThrowsExactly<InvalidOperationException>(() => receiving.GetAwaiter().GetResult());
        await pair.Client.SendAsync(new byte[1]);
        Assert.AreEqual(1, await receiving);
        await Assert.ThrowsExactlyAsync<InvalidOperationException>(async () => await receiving);
#pragma warning restore CA2012
    }

    [TestMethod, Timeout(LimitMs)]
    public async Task ReceiveAsync_NotAwaited_EndsByItself()
    {
        using SocketPair pair = await ConnectAsync(CreateScheduler(1));
#pragma warning disable CA2012 // Looked at before it is awaited, as HttpClient does with idle connections.
        ValueTask<int> receiving = pair.Server.ReceiveAsync(new byte[1]);
        Assert.IsFalse(receiving.IsCompleted);
        await pair.Client.SendAsync(new byte[1]);
        Patience.Until(() => receiving.IsCompletedSuccessfully);
        Assert.AreEqual(1, await receiving);
#pragma warning restore CA2012
    }

    [TestMethod, Timeout(LimitMs)]
    public async Task ReceiveAsync_ContextCaptured_GoesOnThere()
    {
        // One processor and a long slice: what is posted runs when the receive waits.
        var options = new GoSchedulerOptions { ProcessorCount = 1, TimeSlice = TimeSpan.FromSeconds(30) };
        GoScheduler scheduler = CreateScheduler(options);
        GoScheduler other = CreateScheduler(options);
        using SocketPair pair = await ConnectAsync(scheduler);
        foreach (GoScheduler home in (GoScheduler[])[scheduler, other])
        {
            await home.Run(async () =>
            {
                home.Post(async () => await pair.Client.SendAsync(new byte[1]));
                await pair.Server.ReceiveAsync(new byte[1]);
                Assert.AreSame(home, GoScheduler.Current);
                Assert.AreSame(home.SynchronizationContext, SynchronizationContext.Current);

                // Without a context it goes on in the raw lane of the socket's scheduler.
                home.Post(async () => await pair.Client.SendAsync(new byte[1]));
                await pair.Server.ReceiveAsync(new byte[1]).ConfigureAwait(false);
                Assert.AreSame(scheduler, GoScheduler.Current);
                Assert.IsNull(SynchronizationContext.Current);
            }).Within();
        }
    }

    [TestMethod, Timeout(LimitMs)]
    public async Task ReceiveAsync_SocketAlwaysReady_OthersRun()
    {
        GoScheduler scheduler = CreateScheduler(new GoSchedulerOptions { ProcessorCount = 1, TimeSlice = TimeSpan.FromSeconds(30) });
        using SocketPair pair = await ConnectAsync(scheduler);
        await pair.Client.SendAsync(new byte[10_000]);
        bool hasRun = false;
        int readCount = await scheduler.Run(async () =>
        {
            scheduler.Post(() => hasRun = true);
            int count = 0;
            byte[] one = new byte[1];
            while (!hasRun && count < 1_000)
            {
                await pair.Server.ReceiveAsync(one);
                count++;
            }

            return count;
        }).Within();
        Assert.IsLessThan(100, readCount);
    }

    internal static async Task EchoAsync(GoSocket socket)
    {
        using (socket)
        {
            byte[] buffer = new byte[4_096];
            int count = 1;
            while (count > 0)
            {
                count = await socket.ReceiveAsync(buffer);
                await socket.SendAsync(buffer.AsMemory(0, count));
            }
        }
    }
}
