using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;
using Goroutines.Net;
using Goroutines.Tests.TestSupport;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Goroutines.Tests.Net;

/// <summary>Connections that fail, and sockets that are disposed or canceled in the middle of every kind of wait.</summary>
[TestClass]
public sealed class BadWeatherTests : NetTest
{
    // What other tests of the process may have open at the moment.
    private const int ForeignSocketCountMax = 20;

    // More than the system takes ahead, on both sides together.
    private static readonly byte[] s_large = new byte[32 << 20];

    [TestMethod, Timeout(LimitMs), ProcessorCounts]
    public async Task Reset_InMidReadAndMidWrite_BothEnd(int processorCount)
    {
        GoScheduler scheduler = CreateScheduler(processorCount);
        for (int round = 0; round < 50; round++)
        {
            using SocketPair pair = await ConnectAsync(scheduler);
            Task<int> reading = scheduler.Run(async () => await pair.Server.ReceiveAsync(new byte[10]));
            Task<int> writing = scheduler.Run(async () => await pair.Server.SendAsync(s_large));
            byte[] some = new byte[1 + (round * 100)];
            await ReceiveAllAsync(pair.Client, some).Within();
            pair.Client.Abort();

            // The system tells the reset to the first that asks, and to the other one that the connection is closed.
            SocketError read = await EndOf(reading) is SocketException readFailure ? readFailure.SocketErrorCode : SocketError.Success;
            SocketError written = Assert.IsInstanceOfType<SocketException>(await EndOf(writing)).SocketErrorCode;
            Assert.IsTrue(
                (read, written) is (SocketError.ConnectionReset, SocketError.Shutdown)
                    or (SocketError.Success, SocketError.ConnectionReset),
                $"{read} {written}");
        }
    }

    [TestMethod, Timeout(LimitMs), ProcessorCounts]
    public async Task Dispose_DuringEveryWait_EachEnds(int processorCount)
    {
        GoScheduler scheduler = CreateScheduler(processorCount);
        Random random = CreateRandom();
        for (int round = 0; round < 150; round++)
        {
            using SocketPair pair = await ConnectAsync(scheduler);
            GoListener listener = GoListener.Listen(Loopback, scheduler: scheduler);
            Task[] waits =
            [
                scheduler.Run(async () => await pair.Server.ReceiveAsync(new byte[10])),
                scheduler.Run(async () => await pair.Server.ReceiveAsync(Memory<byte>.Empty)),
                scheduler.Run(async () => await pair.Server.SendAsync(s_large)),
                scheduler.Run(() => pair.Client.Receive(new byte[10])),
                scheduler.Run(() => pair.Client.Send(s_large)),
                scheduler.Run(async () => await listener.AcceptAsync()),
                scheduler.Run(async () => await listener.AcceptAsync()),
            ];
            Thread.SpinWait(random.Next(20_000));
            Parallel.Invoke(pair.Dispose, pair.Dispose, listener.Dispose);
            foreach (Task wait in waits)
            {
                Exception? failure = await EndOf(wait);

                // Closing with data that nobody has read resets the connection.
                Assert.IsTrue(failure is null or ObjectDisposedException || IsEndOfConnection(failure), failure?.ToString());
            }
        }
    }

    [TestMethod, Timeout(LimitMs), ProcessorCounts]
    public async Task ReceiveAsync_CanceledAndSentAtOnce_NothingIsLost(int processorCount)
    {
        GoScheduler scheduler = CreateScheduler(processorCount);
        Random random = CreateRandom();
        using SocketPair pair = await ConnectAsync(scheduler);
        byte[] one = new byte[1];
        byte expected = 0;
        for (int round = 0; round < 500; round++)
        {
            using var cancellation = new CancellationTokenSource();
            Task<int> receiving = scheduler.Run(async () => await pair.Server.ReceiveAsync(one, cancellation.Token));
            Thread.SpinWait(random.Next(5_000));
            Task sending = scheduler.Run(async () => await pair.Client.SendAsync(new[] { (byte)round }));
            await cancellation.CancelAsync();
            Exception? failure = await EndOf(receiving);
            if (failure is not null)
            {
                Assert.IsInstanceOfType<OperationCanceledException>(failure);
                Assert.AreEqual(1, await pair.Server.ReceiveAsync(one).AsTask().Within());
            }

            await sending.Within();
            Assert.AreEqual(expected++, one[0]);
        }
    }

    [TestMethod, Timeout(LimitMs)]
    public async Task ConnectAsync_NoAnswer_IsCanceledAtOnce()
    {
        GoScheduler scheduler = CreateScheduler(2);
        using var listening = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listening.Bind(Loopback);
        listening.Listen(1);

        // The backlog fills, and from then on the system answers no more.
        using var cancellation = new CancellationTokenSource();
        List<Task<GoSocket>> connecting = [];
        for (int i = 0; i < 20; i++)
        {
            connecting.Add(GoSocket.ConnectAsync(listening.LocalEndPoint!, scheduler, cancellation.Token).AsTask());
        }

        Assert.Contains(task => !task.IsCompleted, connecting);
        await cancellation.CancelAsync();
        int canceledCount = 0;
        foreach (Task<GoSocket> task in connecting)
        {
            Exception? failure = await EndOf(task);
            canceledCount += failure is OperationCanceledException ? 1 : 0;
            Assert.IsTrue(failure is null or OperationCanceledException, failure?.ToString());
            if (failure is null)
            {
                (await task).Dispose();
            }
        }

        Assert.IsGreaterThan(10, canceledCount);
    }

    [TestMethod, Timeout(LimitMs), ProcessorCounts]
    public async Task Connections_ThousandThenClosed_LeaveNoDescriptor(int processorCount)
    {
        GoScheduler scheduler = CreateScheduler(processorCount);
        int before = CountSockets();
        await using (GoListener listener = GoListener.Listen(Loopback, scheduler: scheduler))
        {
            Task server = scheduler.Run(async () =>
            {
                for (int i = 0; i < 1_000; i++)
                {
                    GoSocket accepted = await listener.AcceptAsync();
                    scheduler.Post(async () =>
                    {
                        using (accepted)
                        {
                            await accepted.ReceiveAsync(new byte[1]);
                        }
                    });
                }
            });
            Task[] clients = Enumerable.Range(0, 10).Select(_ => scheduler.Run(async () =>
            {
                for (int i = 0; i < 100; i++)
                {
                    using GoSocket client = await GoSocket.ConnectAsync(listener.LocalEndPoint);
                }
            })).ToArray();
            await Task.WhenAll(clients).Within();
            await server.Within();
        }

        Patience.Until(() => CountSockets() <= before + ForeignSocketCountMax);
    }

    [TestMethod, Timeout(LimitMs)]
    public async Task Sockets_Forgotten_AreClosed()
    {
        GoScheduler scheduler = CreateScheduler(1);
        int before = CountSockets();
        for (int i = 0; i < 50; i++)
        {
            SocketPair pair = await ConnectAsync(scheduler);
            await pair.Client.SendAsync(new byte[1]);
            await pair.Server.ReceiveAsync(new byte[2]);
        }

        Patience.Until(() =>
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            return CountSockets() <= before + ForeignSocketCountMax;
        });
    }

    [TestMethod, Timeout(LimitMs)]
    public async Task SendAsync_ByteByByte_AllArrives()
    {
        GoScheduler scheduler = CreateScheduler(2);
        using SocketPair pair = await ConnectAsync(scheduler);
        pair.Client.NoDelay = true;
        Task writing = scheduler.Run(async () =>
        {
            byte[] one = new byte[1];
            for (int i = 0; i < 5_000; i++)
            {
                one[0] = (byte)i;
                await pair.Client.SendAsync(one);
            }
        });
        byte[] all = new byte[5_000];
        Assert.AreEqual(5_000, await ReceiveAllAsync(pair.Server, all).Within());
        await writing.Within();
        CollectionAssert.AreEqual(Enumerable.Range(0, 5_000).Select(i => (byte)i).ToArray(), all);
    }

    [TestMethod, Timeout(LimitMs), ProcessorCounts]
    public async Task SchedulerDisposed_Waits_EndAndNameIt(int processorCount)
    {
        GoScheduler scheduler = CreateScheduler(new GoSchedulerOptions { ProcessorCount = processorCount, Name = "gone" });
        await using GoListener listener = GoListener.Listen(Loopback, scheduler: scheduler);
        using SocketPair pair = await ConnectAsync(listener);
        Task[] waits =
        [
            pair.Server.ReceiveAsync(new byte[1]).AsTask(),
            pair.Server.ReceiveAsync(new byte[1]).AsTask(),
            pair.Server.SendAsync(s_large).AsTask(),
            listener.AcceptAsync().AsTask(),
        ];
        scheduler.Dispose();
        foreach (Task wait in waits)
        {
            ObjectDisposedException failure = await Assert.ThrowsExactlyAsync<ObjectDisposedException>(() => wait.Within());
            Assert.Contains("\"gone\"", failure.Message);
        }

        await Assert.ThrowsExactlyAsync<ObjectDisposedException>(() => pair.Server.ReceiveAsync(new byte[1]).AsTask().Within());

        // What need not wait still works.
        Assert.AreEqual(1, await pair.Client.SendAsync(new byte[1]));
        Patience.Until(() => pair.Server.Available == 1);
        Assert.AreEqual(1, await pair.Server.ReceiveAsync(new byte[1]));
    }

    [TestMethod, Timeout(LimitMs)]
    public async Task ReceiveAsync_AllMachinesBlocked_SomebodyStillPolls()
    {
        GoScheduler scheduler = CreateScheduler(2);
        using SocketPair pair = await ConnectAsync(scheduler);
        using var release = new ManualResetEventSlim();
        using var blocked = new CountdownEvent(4);
        Task[] blocking = Enumerable.Range(0, 4).Select(_ => scheduler.Run(() =>
        {
            blocked.Signal();
            release.WaitWithin();
        })).ToArray();
        blocked.WaitWithin();
        Task<int> receiving = pair.Server.ReceiveAsync(new byte[1]).AsTask();
        await pair.Client.SendAsync(new byte[1]);
        Assert.AreEqual(1, await receiving.Within());
        release.Set();
        await Task.WhenAll(blocking).Within();
    }

    [TestMethod, Timeout(LimitMs)]
    public async Task AcceptAsync_NoDescriptorLeft_WaitsSaysSoAndRecovers()
    {
        Child child = await Child.RunAsync(null, "descriptor-limit");
        child.AssertSucceeded("accepted 30, delayed by TooManyOpenSockets, refused with TooManyOpenSockets");
    }

    private static bool IsEndOfConnection(Exception failure) =>
        failure is SocketException socket
        && (socket.SocketErrorCode is SocketError.OperationAborted or SocketError.ConnectionReset or SocketError.Shutdown);

    private static int CountSockets() => Directory.EnumerateFileSystemEntries("/proc/self/fd").Count(IsSocket);

    // A descriptor may be closed while it is looked at.
    private static bool IsSocket(string path)
    {
        try
        {
            return new FileInfo(path).LinkTarget?.StartsWith("socket:", StringComparison.Ordinal) ?? false;
        }
        catch (IOException)
        {
            return false;
        }
    }

    private static async Task<Exception?> EndOf(Task task)
    {
        try
        {
            await task.Within();
            return null;
        }
        catch (Exception e) when (e is not AssertFailedException)
        {
            return e;
        }
    }
}
