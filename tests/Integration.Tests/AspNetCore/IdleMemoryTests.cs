using System;
using System.Buffers;
using System.Collections.Generic;
using System.Net.Http;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Goroutines.IntegrationTests;

/// <summary>What connections hold on to while nothing comes.</summary>
[TestClass]
public sealed class IdleMemoryTests : TransportTest
{
    private const int ConnectionCount = 50;

    [TestMethod]
    [Timeout(120_000)]
    public async Task Connections_BetweenRequests_HoldNoBuffer() =>
        Assert.AreEqual(0, await CountIdleBuffersAsync(waitsForData: true, until: 0));

    [TestMethod]
    [Timeout(120_000)]
    public async Task Connections_ToldNotToWait_HoldOneBufferEach() =>
        Assert.AreEqual(ConnectionCount, await CountIdleBuffersAsync(waitsForData: false, until: ConnectionCount));

    // Connections become idle some time after their last answer: waits for the count, and returns another if it does not come.
    private static async Task<int> CountIdleBuffersAsync(bool waitsForData, int until)
    {
        var pool = new CountingPool();
        await using WebServer server = await WebServer.StartAsync(
            static app => app.MapGet("/", static () => "ok"),
            set: builder =>
            {
                builder.Services.AddSingleton<IMemoryPoolFactory<byte>>(pool);
                builder.WebHost.UseGoTransport(
                    WebServer.SchedulerName, options => options.WaitForDataBeforeAllocatingBuffer = waitsForData);
            });
        var clients = new List<HttpClient>();
        try
        {
            for (int number = 0; number < ConnectionCount; number++)
            {
                clients.Add(server.CreateClient());
                Assert.AreEqual("ok", await clients[^1].GetStringAsync("/"));
            }

            for (int look = 0; look < 1_000 && pool.RentedCount != until; look++)
            {
                await Task.Delay(10);
            }

            Assert.IsGreaterThan(0, pool.EverRentedCount, "The transport takes its buffers from here.");
            return pool.RentedCount;
        }
        finally
        {
            clients.ForEach(client => client.Dispose());
        }
    }

    private sealed class CountingPool : MemoryPool<byte>, IMemoryPoolFactory<byte>
    {
        private int _rentedCount;
        private int _everRentedCount;

        public int RentedCount => Volatile.Read(ref _rentedCount);

        public int EverRentedCount => Volatile.Read(ref _everRentedCount);

        public override int MaxBufferSize => 4_096;

        public MemoryPool<byte> Create(MemoryPoolOptions? options = null) => this;

        public override IMemoryOwner<byte> Rent(int minBufferSize = -1)
        {
            Interlocked.Increment(ref _everRentedCount);
            Interlocked.Increment(ref _rentedCount);
            return new Block(this);
        }

        protected override void Dispose(bool disposing)
        {
        }

        private sealed class Block(CountingPool pool) : IMemoryOwner<byte>
        {
            public Memory<byte> Memory { get; } = new byte[4_096];

            public void Dispose() => Interlocked.Decrement(ref pool._rentedCount);
        }
    }
}
