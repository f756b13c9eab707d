using System;
using System.IO;
using System.Threading.Tasks;
using Goroutines.Net;
using Goroutines.Tests.TestSupport;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Goroutines.Tests.Net;

/// <summary>Ours, used from threads of nobody's.</summary>
[TestClass]
public sealed class GoNetworkStreamTests : StreamContract
{
    [TestMethod, Timeout(LimitMs), ProcessorCounts]
    public async Task Read_InGoroutines_OthersHaveTheProcessor(int processorCount)
    {
        GoScheduler scheduler = CreateScheduler(processorCount);
        using SocketPair pair = await ConnectAsync(scheduler);
        using var near = new GoNetworkStream(pair.Client, ownsSocket: false);
        using var far = new GoNetworkStream(pair.Server, ownsSocket: false);
        const int RoundCount = 200;
        Task answering = scheduler.Run(() =>
        {
            for (int round = 0; round < RoundCount; round++)
            {
                far.WriteByte((byte)(far.ReadByte() + 1));
            }
        });
        await scheduler.Run(() =>
        {
            for (int round = 0; round < RoundCount; round++)
            {
                near.WriteByte((byte)round);
                Assert.AreEqual((byte)(round + 1), (byte)near.ReadByte());
            }
        }).Within();
        await answering.Within();
    }

    [TestMethod, Timeout(LimitMs)]
    public async Task Dispose_SocketNotOwned_StaysOpen()
    {
        using SocketPair pair = await ConnectAsync(CreateScheduler(2));
        await using (var stream = new GoNetworkStream(pair.Client, ownsSocket: false))
        {
            await stream.WriteAsync(new byte[1]);
        }

        await pair.Client.SendAsync(new byte[1]);
        Assert.AreEqual(2, await ReceiveAllAsync(pair.Server, new byte[2]).Within());
    }

    [TestMethod, Timeout(LimitMs)]
    public void Constructor_Datagrams_Throws()
    {
        using GoSocket socket = GoSocket.BindDatagram(Loopback, CreateScheduler(1));
        Assert.ThrowsExactly<ArgumentException>(() => new GoNetworkStream(socket, ownsSocket: false));
        Assert.ThrowsExactly<ArgumentNullException>(() => new GoNetworkStream(null!, ownsSocket: false));
    }

    protected override async Task<(Stream Near, Stream Far)> CreateAsync()
    {
        SocketPair pair = await ConnectAsync(CreateScheduler(2));
        return (new GoNetworkStream(pair.Client, ownsSocket: true), new GoNetworkStream(pair.Server, ownsSocket: true));
    }

    protected override void Reset(Stream stream) => ((GoNetworkStream)stream).Socket.Abort();
}
