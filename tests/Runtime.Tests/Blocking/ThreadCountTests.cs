using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Goroutines.Diagnostics;
using Goroutines.Tests.TestSupport;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Goroutines.Tests.Blocking;

/// <summary>How many threads there are: no more than the limit, and few again when nobody blocks any more.</summary>
[TestClass]
public sealed class ThreadCountTests : SchedulerTest
{
    private const int BlockedCount = 100;

    // What is kept for the next burst: at least 8, and twice the processors.
    private const int KeptCount = 8;

    public static IEnumerable<object[]> Ways => [["ManualResetEventSlim"], ["pipe"], ["Thread.Sleep"]];

    // Blocked goroutines that end without a processor leave their machines parked, and the monitor may be asleep by then.
    [TestMethod, Timeout(LimitMs)]
    [DynamicData(nameof(Ways))]
    public async Task ThreadCount_AfterAStormOfBlocking_ReturnsToNormal(string way)
    {
        GoScheduler scheduler = CreateScheduler(new GoSchedulerOptions { ProcessorCount = 2, MachineIdleNs = 10_000_000 });
        for (int round = 0; round < 3; round++)
        {
            (Action Wait, Action Release)[] pairs = [.. Enumerable.Range(0, BlockedCount).Select(_ => BlockingWays.Create(way))];
            Task[] blocked = [.. pairs.Select(pair => scheduler.Run(pair.Wait))];
            Patience.Until(() => scheduler.GetSnapshot() is { DetachedMachineCount: BlockedCount, IdleProcessorCount: 2 });
            Patience.Until(() => Monitors.IsAsleep(scheduler));
            Assert.IsGreaterThanOrEqualTo(BlockedCount, scheduler.GetSnapshot().ThreadCount);
            Array.ForEach(pairs, pair => pair.Release());
            await Task.WhenAll(blocked).Within();
            Patience.Until(() => scheduler.GetSnapshot() is { ThreadCount: <= KeptCount, IdleProcessorCount: 2 });
        }
    }

    // Machines that are at work now and then come on top of those that are kept.
    [TestMethod, Timeout(LimitMs)]
    public async Task ThreadCount_WorkGoesOnAfterTheStorm_ReturnsToNormal()
    {
        GoScheduler scheduler = CreateScheduler(new GoSchedulerOptions { ProcessorCount = 2, MachineIdleNs = 10_000_000 });
        using var release = new ManualResetEventSlim();
        Task[] blocked = [.. Enumerable.Range(0, BlockedCount).Select(_ => scheduler.Run(() => release.WaitWithin()))];
        Patience.Until(() => scheduler.GetSnapshot().DetachedMachineCount == BlockedCount);
        release.Set();
        await Task.WhenAll(blocked).Within();
        var watch = Stopwatch.StartNew();
        while (scheduler.GetSnapshot().ThreadCount > KeptCount + 2)
        {
            await scheduler.Run(() => Thread.SpinWait(1_000)).Within();
            Assert.IsLessThan(Patience.Limit, watch.Elapsed);
        }
    }

    // All threads are in use, by goroutines that wait for a processor, and the processors are idle: each is given to a waiter, though
    // other work lies before it in the queues.
    [TestMethod, Timeout(LimitMs)]
    [DataRow(1, 1)]
    [DataRow(2, 2)]
    [DataRow(2, 5)]
    [DataRow(3, 4)]
    [DataRow(4, 12)]
    public async Task MaxThreads_MoreWaitForProcessorsThanThereAre_EachGetsItsTurn(int processorCount, int maxThreads)
    {
        GoScheduler scheduler = CreateScheduler(new GoSchedulerOptions
        {
            ProcessorCount = processorCount,
            MaxThreads = maxThreads,
            TimeSlice = TimeSpan.FromMilliseconds(1),
        });
        int turnCount = 0;
        void Hog()
        {
            // Half of the turns are left at a checkpoint, half by a wait.
            for (int turn = 0; turn < 20; turn++)
            {
                long start = Stopwatch.GetTimestamp();
                while (Stopwatch.GetElapsedTime(start).TotalMilliseconds < 2)
                {
                    Thread.SpinWait(100);
                    Go.Checkpoint();
                }

                Go.Blocking(() => Thread.SpinWait(1_000));
                Go.Run(() => Interlocked.Increment(ref turnCount));
            }
        }

        int hogCount = 2 * maxThreads;
        Task[] hogs = [.. Enumerable.Range(0, hogCount).Select(_ => scheduler.Run(Hog))];
        Task[] others = [.. Enumerable.Range(0, 200).Select(_ => scheduler.Run(() => { }))];
        await Task.WhenAll([.. hogs, .. others]).Within();
        await scheduler.DrainAsync().Within();
        SchedulerSnapshot end = scheduler.GetSnapshot();
        Assert.AreEqual(20 * hogCount, turnCount);
        Assert.AreEqual(processorCount, end.IdleProcessorCount);
        Assert.IsLessThanOrEqualTo(maxThreads, end.ThreadCount);
    }

    // Every thread blocks, and each that comes back has to wait for one of the processors behind a long queue.
    [TestMethod, Timeout(LimitMs)]
    public async Task MaxThreads_AllComeBackFromAWaitAtOnce_EachGoesOn()
    {
        GoScheduler scheduler = CreateScheduler(new GoSchedulerOptions
        {
            ProcessorCount = 2,
            MaxThreads = 8,
            TimeSlice = TimeSpan.FromMilliseconds(1),
        });
        for (int round = 0; round < 20; round++)
        {
            using var release = new ManualResetEventSlim();
            Task[] blocked = [.. Enumerable.Range(0, 8).Select(_ => scheduler.Run(() =>
            {
                release.WaitWithin();
                Thread.SpinWait(10_000);
                Go.Checkpoint();
            }))];
            Patience.Until(() => scheduler.GetSnapshot().DetachedMachineCount == 8);
            Task[] queued = [.. Enumerable.Range(0, 1_000).Select(_ => scheduler.Run(() => { }))];
            release.Set();
            await Task.WhenAll([.. blocked, .. queued]).Within();
        }

        await scheduler.DrainAsync().Within();
    }
}
