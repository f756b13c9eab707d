using System.Diagnostics;
using System.Linq;
using System.Threading;
using System.Threading.Channels;
using System.Threading.Tasks;
using Goroutines.Tests.TestSupport;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Goroutines.Tests.GoPorts;

/// <summary>Go's tests that every goroutine gets on: yielding loops, spinning goroutines, floods and hogs.</summary>
[TestClass]
public sealed class ProgressTests : SchedulerTest
{
    [TestMethod, ProcessorCounts, Timeout(LimitMs)]
    public async Task YieldProgress_ALoopThatYields_LetsAnotherSend(int processorCount)
    {
        // TestYieldProgress: one loops and yields until the other, spawned behind it, has sent.
        GoScheduler scheduler = CreateScheduler(processorCount);
        bool stop = false;
        Task<long> loop = scheduler.Run(async () =>
        {
            long rounds = 0;
            while (!Volatile.Read(ref stop))
            {
                await Go.Yield();
                rounds++;
            }

            return rounds;
        });
        await scheduler.Run(() => Volatile.Write(ref stop, true)).Within();
        await loop.Within();
    }

    [TestMethod, ProcessorCounts, Timeout(LimitMs)]
    public async Task YieldProgress_LoopSpawnsItsRescuer_LetsItRun(int processorCount)
    {
        GoScheduler scheduler = CreateScheduler(processorCount);
        await scheduler.Run(async () =>
        {
            bool stop = false;
            Go.Post(() => Volatile.Write(ref stop, true));
            while (!Volatile.Read(ref stop))
            {
                await Task.Yield();
            }
        }).Within();
    }

    [TestMethod, Timeout(LimitMs)]
    [DataRow(2)]
    [DataRow(4)]
    public async Task GoroutineParallelism_SpinningGoroutines_AllRunAtOnce(int processorCount)
    {
        // TestGoroutineParallelism: they take turns without ever giving up their processors, so each needs one at once.
        GoScheduler scheduler = CreateScheduler(processorCount);
        for (int attempt = 0; attempt < 10; attempt++)
        {
            int turn = 0;
            await Task.WhenAll(
                Enumerable.Range(0, processorCount).Select(id => scheduler.Run(() => TakeTurns(id, processorCount, ref turn))))
                .Within();
        }
    }

    [TestMethod, Timeout(LimitMs)]
    [DataRow(2)]
    [DataRow(4)]
    public async Task GoroutineParallelism2_SpawnedByAGoroutineAfterLoad_AllRunAtOnce(int processorCount)
    {
        // TestGoroutineParallelism2: nested spawns, each with other work in front.
        GoScheduler scheduler = CreateScheduler(processorCount);
        for (int attempt = 0; attempt < 10; attempt++)
        {
            int turn = 0;
            Task all = await scheduler.Run(() =>
            {
                for (int i = 0; i < 100; i++)
                {
                    Go.Post(() => Thread.SpinWait(100));
                }

                return Task.FromResult(Task.WhenAll(
                    Enumerable.Range(0, processorCount).Select(id => Go.Run(() => TakeTurns(id, processorCount, ref turn)))));
            }).Within();
            await all.Within();
        }
    }

    [TestMethod, ProcessorCounts, Timeout(LimitMs)]
    public async Task TimerFairness_ChannelFlooded_TimerStillFires(int processorCount)
    {
        // TestTimerFairness: two senders flood a channel; the receiver's timer still comes through.
        GoScheduler scheduler = CreateScheduler(processorCount);
        var channel = Channel.CreateBounded<int>(1);
        using var stop = new CancellationTokenSource();
        async Task FloodAsync()
        {
            while (!stop.IsCancellationRequested)
            {
                if (!channel.Writer.TryWrite(1))
                {
                    await Task.Yield();
                }
            }
        }

        Task flood = Task.WhenAll(scheduler.Run(FloodAsync), scheduler.Run(FloodAsync));
        await scheduler.Run(async () =>
        {
            Task timer = Task.Delay(20);
            while (!timer.IsCompleted)
            {
                await channel.Reader.ReadAsync();
            }

            await timer;
        }).Within();
        await stop.CancelAsync();
        await flood.Within();
    }

    [TestMethod, ProcessorCounts, Timeout(LimitMs)]
    public async Task TimerFairness_YieldersOnEveryProcessor_TimerContinuationGetsIn(int processorCount)
    {
        GoScheduler scheduler = CreateScheduler(processorCount);
        bool stop = false;
        Task[] yielders = [.. Enumerable.Range(0, 2 * processorCount).Select(_ => scheduler.Run(async () =>
        {
            while (!Volatile.Read(ref stop))
            {
                await Go.Yield();
            }
        }))];
        await scheduler.Run(async () =>
        {
            for (int i = 0; i < 20; i++)
            {
                await Task.Delay(1);
            }
        }).Within();
        Volatile.Write(ref stop, true);
        await Task.WhenAll(yielders).Within();
    }

    [TestMethod, Timeout(LimitMs)]
    public async Task PingPongHog_HeavyAndLightPair_BothGetOn()
    {
        // TestPingPongHog: one pair works long before each send, the other hardly. On one processor neither may keep the other
        // out: round counts stay within 20 times of each other, where a runnext that is never shared gives thousands.
        GoScheduler scheduler = CreateScheduler(1);
        bool stop = false;
        async Task<long> PingPongAsync(int work)
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
            long rounds = 0;
            while (!Volatile.Read(ref stop))
            {
                Thread.SpinWait(work);
                ping.Writer.TryWrite(1);
                await pong.Reader.ReadAsync();
                rounds++;
            }

            ping.Writer.Complete();
            await echo;
            return rounds;
        }

        Task<long> heavy = scheduler.Run(() => PingPongAsync(10_000));
        Task<long> light = scheduler.Run(() => PingPongAsync(10));
        await Task.Delay(300);
        Volatile.Write(ref stop, true);
        long heavyRounds = await heavy.Within();
        long lightRounds = await light.Within();
        TestContext.WriteLine($"heavy {heavyRounds}, light {lightRounds}");
        Assert.IsLessThan(20.0, (double)(lightRounds + 1) / (heavyRounds + 1));
        Assert.IsLessThan(20.0, (double)(heavyRounds + 1) / (lightRounds + 1));
    }

    [TestMethod, ProcessorCounts, Timeout(LimitMs)]
    public async Task PingPong_OnEveryProcessor_AFreshTaskFromOutsideGetsIn(int processorCount)
    {
        // Each pair lives in its processor's runnext; the global queue must still be looked at.
        GoScheduler scheduler = CreateScheduler(processorCount);
        bool stop = false;
        Task[] pairs = [.. Enumerable.Range(0, processorCount).Select(_ => scheduler.Run(async () =>
        {
            while (!Volatile.Read(ref stop))
            {
                var source = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                Go.Post(source.SetResult);
                await source.Task;
            }
        }))];
        for (int i = 0; i < 100; i++)
        {
            await scheduler.Run(() => { }).Within();
            await scheduler.Factory.StartNew(() => { }, TaskCreationOptions.PreferFairness).Within();
        }

        Volatile.Write(ref stop, true);
        await Task.WhenAll(pairs).Within();
    }

    [TestMethod, Timeout(LimitMs)]
    [DataRow(1)]
    [DataRow(2)]
    public async Task SemaHandoff_ReadiedThenYielded_TheWaiterRunsFirst(int processorCount)
    {
        // TestSemaHandoff: who readies a waiter and yields finds that the waiter has run, in two thirds of the rounds or more.
        GoScheduler scheduler = CreateScheduler(processorCount);
        const int RoundCount = 10_000;
        int waiterFirst = await scheduler.Run(async () =>
        {
            int count = 0;
            for (int round = 0; round < RoundCount; round++)
            {
                var source = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                bool hasRun = false;
                async Task WaitAsync()
                {
                    await source.Task;
                    Volatile.Write(ref hasRun, true);
                }

                Task waiter = WaitAsync();
                source.SetResult();
                await Go.Yield();
                count += Volatile.Read(ref hasRun) ? 1 : 0;
                await waiter;
            }

            return count;
        }).Within();
        TestContext.WriteLine($"waiter first: {waiterFirst} of {RoundCount}");
        Assert.IsGreaterThanOrEqualTo(RoundCount * 2 / 3, waiterFirst);
    }

    [TestMethod, ProcessorCounts, Timeout(LimitMs)]
    public async Task GCFairness_AllocatingGoroutines_AllGetOn(int processorCount)
    {
        // TestGCFairness2: goroutines that only allocate and yield; each gets its share.
        GoScheduler scheduler = CreateScheduler(processorCount);
        long[] counts = new long[3];
        bool stop = false;
        Task[] allocators = [.. Enumerable.Range(0, 3).Select(id => scheduler.Run(async () =>
        {
            while (!Volatile.Read(ref stop))
            {
                byte[] garbage = new byte[1_024];
                counts[id] += garbage.Length;
                await Task.Yield();
            }
        }))];
        Patience.Until(() => counts.All(count => Volatile.Read(ref count) > 0));
        Volatile.Write(ref stop, true);
        await Task.WhenAll(allocators).Within();
    }

    [TestMethod, Timeout(LimitMs)]
    [DataRow(2)]
    [DataRow(4)]
    [DataRow(16)]
    public async Task Hog_OneProcessorComputing_OthersTakeItsQueue(int processorCount)
    {
        // A goroutine that never gives way holds one processor; what it queued and what it readied must run on the others.
        GoScheduler scheduler = CreateScheduler(processorCount);
        long start = Stopwatch.GetTimestamp();
        await scheduler.Run(() =>
        {
            var source = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            async Task WaitAsync() => await source.Task;
            Task readied = WaitAsync();
            Task[] spawned = [.. Enumerable.Range(0, 100).Select(_ => Go.Run(() => { }))];
            Task[] yielding = [.. Enumerable.Range(0, 10).Select(_ => Go.Run(async () => await Go.Yield()))];
            source.SetResult();
            Patience.Until(() => readied.IsCompleted && spawned.All(t => t.IsCompleted) && yielding.All(t => t.IsCompleted));
        }).Within();
        TestContext.WriteLine($"{Stopwatch.GetElapsedTime(start).TotalMilliseconds:0.0} ms");
    }

    private static void TakeTurns(int id, int count, ref int turn)
    {
        var spin = new SpinWait();
        for (int round = 0; round < 3; round++)
        {
            int mine = (round * count) + id;
            while (Volatile.Read(ref turn) != mine)
            {
                // Gives the core away, never the processor.
                spin.SpinOnce(sleep1Threshold: -1);
            }

            Volatile.Write(ref turn, mine + 1);
        }
    }
}
