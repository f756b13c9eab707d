using System;
using System.Linq;
using System.Threading;
using System.Threading.Channels;
using System.Threading.Tasks;
using Goroutines.Tests.TestSupport;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Goroutines.Tests.GoPorts;

/// <summary>What Tokio tests its multi-threaded runtime with, by behaviour.</summary>
[TestClass]
public sealed class PoolTests : SchedulerTest
{
    [TestMethod, ProcessorCounts, Timeout(LimitMs)]
    public async Task ManyOneshot_AThousandFiveTimes_AllArrive(int processorCount)
    {
        GoScheduler scheduler = CreateScheduler(processorCount);
        for (int round = 0; round < 5; round++)
        {
            var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            int left = 1_000;
            for (int i = 0; i < 1_000; i++)
            {
                scheduler.Post(() =>
                {
                    if (Interlocked.Decrement(ref left) == 0)
                    {
                        done.SetResult();
                    }
                });
            }

            await done.Task.Within();
        }
    }

    [TestMethod, ProcessorCounts, Timeout(LimitMs)]
    public async Task ManyMultishot_TracksOfChains_AllCyclesComplete(int processorCount)
    {
        const int ChainLength = 200;
        const int CycleCount = 5;
        const int TrackCount = 50;
        GoScheduler scheduler = CreateScheduler(processorCount);
        await Task.WhenAll(Enumerable.Range(0, TrackCount).Select(_ => scheduler.Run(async () =>
        {
            var first = Channel.CreateUnbounded<int>();
            Channel<int> last = first;
            for (int link = 0; link < ChainLength; link++)
            {
                Channel<int> input = last;
                var output = Channel.CreateUnbounded<int>();
                Go.Post(async () =>
                {
                    await foreach (int item in input.Reader.ReadAllAsync())
                    {
                        await output.Writer.WriteAsync(item + 1);
                    }

                    output.Writer.Complete();
                });
                last = output;
            }

            int value = 0;
            for (int cycle = 0; cycle < CycleCount; cycle++)
            {
                await first.Writer.WriteAsync(value);
                value = await last.Reader.ReadAsync();
            }

            first.Writer.Complete();
            Assert.AreEqual(ChainLength * CycleCount, value);
        }))).Within();
        await scheduler.DrainAsync().Within();
    }

    [TestMethod, ProcessorCounts, Timeout(LimitMs)]
    public async Task SpawnFromOutside_IdleScheduler_EachWakesAWorker(int processorCount)
    {
        GoScheduler scheduler = CreateScheduler(processorCount);
        for (int i = 0; i < 2_000; i++)
        {
            await scheduler.Run(() => { }).Within();
            if (i % 200 == 0)
            {
                // Long enough that every worker has parked.
                Patience.Until(() => scheduler.GetSnapshot().IdleProcessorCount == processorCount);
            }
        }
    }

    [TestMethod, ProcessorCounts, Timeout(LimitMs)]
    public async Task SpawnFromOutside_UnderLoad_AllComplete(int processorCount)
    {
        GoScheduler scheduler = CreateScheduler(processorCount);
        bool stop = false;
        Task[] load = [.. Enumerable.Range(0, processorCount + 2).Select(_ => scheduler.Run(async () =>
        {
            while (!Volatile.Read(ref stop))
            {
                await Task.Yield();
            }
        }))];
        for (int i = 0; i < 200; i++)
        {
            await scheduler.Run(async () => await Task.Yield()).Within();
        }

        Volatile.Write(ref stop, true);
        await Task.WhenAll(load).Within();
    }

    [TestMethod, ProcessorCounts, Timeout(LimitMs)]
    public async Task PingPongSaturation_AHundredPairs_AFreshTaskFinishes(int processorCount)
    {
        GoScheduler scheduler = CreateScheduler(processorCount);
        using var stop = new CancellationTokenSource();
        int playing = 0;
        Task[] pairs = [.. Enumerable.Range(0, 100).Select(_ => scheduler.Run(async () =>
        {
            var ping = Channel.CreateUnbounded<int>();
            var pong = Channel.CreateUnbounded<int>();
            Task echo = Go.Run(async () =>
            {
                await foreach (int item in ping.Reader.ReadAllAsync())
                {
                    pong.Writer.TryWrite(item);
                }
            });
            Interlocked.Increment(ref playing);
            while (!stop.IsCancellationRequested)
            {
                ping.Writer.TryWrite(1);
                await pong.Reader.ReadAsync();
            }

            ping.Writer.Complete();
            await echo;
        }))];
        Patience.Until(() => Volatile.Read(ref playing) == 100);
        for (int i = 0; i < 20; i++)
        {
            await scheduler.Run(async () =>
            {
                await Task.Yield();
                await Go.Run(() => { });
            }).Within();
        }

        await stop.CancelAsync();
        await Task.WhenAll(pairs).Within();
    }

    [TestMethod, ProcessorCounts, Timeout(LimitMs)]
    public async Task Yields_ManyGoroutines_AllComplete(int processorCount)
    {
        GoScheduler scheduler = CreateScheduler(processorCount);
        int steps = 0;
        await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => scheduler.Run(async () =>
        {
            for (int i = 0; i < 200; i++)
            {
                await Task.Yield();
                Interlocked.Increment(ref steps);
            }
        }))).Within();
        Assert.AreEqual(20_000, steps);
    }

    [TestMethod, ProcessorCounts, Timeout(LimitMs)]
    public async Task SeveralSchedulers_TalkingToEachOther_KeepTheirOwn(int processorCount)
    {
        GoScheduler[] schedulers = [.. Enumerable.Range(0, 4).Select(_ => CreateScheduler(processorCount))];
        await Task.WhenAll(Enumerable.Range(0, 100).Select(async i =>
        {
            for (int hop = 0; hop < 20; hop++)
            {
                GoScheduler here = schedulers[(i + hop) % 4];
                GoScheduler there = schedulers[(i + hop + 1) % 4];
                await here.Run(async () =>
                {
                    (await there.Run(Lane.Capture)).AssertIsTaskOf(there);
                    Lane.Capture().AssertIsGoroutineOf(here);
                });
            }
        })).Within();
    }

    [TestMethod, ProcessorCounts, Timeout(LimitMs)]
    public async Task AwaitChain_Deep_UnwindsWithoutOverflow(int processorCount)
    {
        GoScheduler scheduler = CreateScheduler(processorCount);
        static async Task<int> DescendAsync(int depth)
        {
            if (depth == 0)
            {
                await Task.Yield();
                return 0;
            }

            return 1 + await DescendAsync(depth - 1);
        }

        Assert.AreEqual(5_000, await scheduler.Run(() => DescendAsync(5_000)).Within());
    }

    [TestMethod, ProcessorCounts, Timeout(LimitMs)]
    public async Task SpawnTree_FromOneGoroutine_AllNodesRun(int processorCount)
    {
        GoScheduler scheduler = CreateScheduler(processorCount);
        static async Task<long> CountAsync(int depth)
        {
            if (depth == 0)
            {
                return 1;
            }

            Task<long>[] children = [.. Enumerable.Range(0, 10).Select(_ => Go.Run(() => CountAsync(depth - 1)))];
            return (await Task.WhenAll(children)).Sum();
        }

        Assert.AreEqual(10_000, await scheduler.Run(() => CountAsync(4)).Within());
    }

    [TestMethod, ProcessorCounts, Timeout(LimitMs)]
    public void Submit_FromManyThreads_NothingIsLostOrDoubled(int processorCount)
    {
        GoScheduler scheduler = CreateScheduler(processorCount);
        int[] runs = new int[20_000];
        using var left = new CountdownEvent(runs.Length);
        Thread[] threads = [.. Enumerable.Range(0, 8).Select(submitter => new Thread(() =>
        {
            for (int i = submitter; i < runs.Length; i += 8)
            {
                int index = i;
                scheduler.Post(() =>
                {
                    Interlocked.Increment(ref runs[index]);
                    left.Signal();
                });
            }
        }))];
        Array.ForEach(threads, thread => thread.Start());
        Array.ForEach(threads, thread => thread.JoinWithin());
        left.WaitWithin();
        Assert.IsTrue(runs.All(count => count == 1));
    }
}
