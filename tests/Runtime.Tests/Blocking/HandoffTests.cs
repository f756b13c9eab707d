using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Goroutines.Diagnostics;
using Goroutines.Tests.TestSupport;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Goroutines.Tests.Blocking;

/// <summary>A goroutine that blocks its thread, or never stops computing, keeps nobody from running.</summary>
[TestClass]
public sealed class HandoffTests : SchedulerTest
{
    public static IEnumerable<object[]> Ways =>
        from way in BlockingWays.Names
        from processorCount in Enumerable.Range(1, 2)
        select new object[] { way, processorCount };

    // More goroutines block than there are processors, and what releases them runs on the same scheduler, queued behind them.
    [TestMethod, Timeout(LimitMs)]
    [DynamicData(nameof(Ways))]
    public async Task Goroutine_AllProcessorsBlock_OthersRun(string way, int processorCount)
    {
        GoScheduler scheduler = CreateScheduler(processorCount);
        (Action Wait, Action Release)[] pairs = [.. Enumerable.Range(0, processorCount + 1).Select(_ => BlockingWays.Create(way))];
        var tasks = pairs.Select(pair => scheduler.Run(pair.Wait)).ToList();
        tasks.AddRange(pairs.Select(pair => scheduler.Run(pair.Release)));
        await Task.WhenAll(tasks).Within();
        await AssertComesToRestAsync(scheduler);
    }

    [TestMethod, Timeout(LimitMs)]
    [DataRow("Thread.Sleep")]
    [DataRow("pipe")]
    [DataRow("ManualResetEvent")]
    [DataRow("spinning")]
    public async Task RawItem_AllProcessorsBlock_OthersRun(string way)
    {
        GoScheduler scheduler = CreateScheduler(1);
        (Action wait, Action release) = BlockingWays.Create(way);
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        scheduler.UnsafeQueueUserWorkItem(
            new RawItem(() =>
            {
                wait();
                done.SetResult();
            }),
            preferLocal: false);
        scheduler.UnsafeQueueUserWorkItem(new RawItem(release), preferLocal: false);
        await done.Task.Within();
        await AssertComesToRestAsync(scheduler);
    }

    [TestMethod, Timeout(LimitMs)]
    [ProcessorCounts]
    public async Task Run_SyncOverAsyncChain_Completes(int processorCount)
    {
        GoScheduler scheduler = CreateScheduler(processorCount);
        static async Task<int> DescendAsync(int depth)
        {
            await Go.Yield();
#pragma warning disable CA1849, xUnit1031 // To block is the point.
            return depth == 0 ? 0 : 1 + Go.Run(() => DescendAsync(depth - 1)).Result;
#pragma warning restore CA1849, xUnit1031
        }

        Assert.AreEqual(100, await scheduler.Run(() => DescendAsync(100)).Within());
        await AssertComesToRestAsync(scheduler);
    }

    [TestMethod, Timeout(LimitMs)]
    [ProcessorCounts]
    public async Task Run_ThousandConstructorsThatWait_Complete(int processorCount)
    {
        GoScheduler scheduler = CreateScheduler(processorCount);
        Task<WaitsInConstructor>[] made =
            [.. Enumerable.Range(0, 1_000).Select(number => scheduler.Run(() => new WaitsInConstructor(number)))];
        WaitsInConstructor[] all = await Task.WhenAll(made).Within();
        Assert.AreEqual(499_500, all.Sum(one => one.Number));
        await AssertComesToRestAsync(scheduler);
    }

    [TestMethod, Timeout(LimitMs)]
    [ProcessorCounts]
    public async Task Lock_HeldAcrossABlockedGoroutine_OthersWaitAndGoOn(int processorCount)
    {
        GoScheduler scheduler = CreateScheduler(processorCount);
        object gate = new();
        using var release = new ManualResetEventSlim();
        int count = 0;
        Task holder = scheduler.Run(() =>
        {
            lock (gate)
            {
                release.WaitWithin();
                count++;
            }
        });
        Task[] waiters = [.. Enumerable.Range(0, 50).Select(_ => scheduler.Run(() =>
        {
            lock (gate)
            {
                count++;
            }
        }))];
        Task releaser = scheduler.Run(release.Set);
        await Task.WhenAll([holder, releaser, .. waiters]).Within();
        Assert.AreEqual(51, count);
        await AssertComesToRestAsync(scheduler);
    }

    // At the limit nobody can run beside the blocked: what waits stays queued until one of them comes back.
    [TestMethod, Timeout(LimitMs)]
    public async Task MaxThreads_AllBlocked_NothingIsLost()
    {
        GoScheduler scheduler = CreateScheduler(new GoSchedulerOptions { ProcessorCount = 2, MaxThreads = 3 });
        using var release = new ManualResetEventSlim();
        Task[] blocked = [.. Enumerable.Range(0, 20).Select(_ => scheduler.Run(() => release.WaitWithin()))];
        Patience.Until(() => scheduler.GetSnapshot().RefusedThreadCount > 0);
        Assert.IsLessThanOrEqualTo(3, scheduler.GetSnapshot().ThreadCount);
        release.Set();
        await Task.WhenAll(blocked).Within();
        await AssertComesToRestAsync(scheduler);
    }

    // What a blocked machine has left in its processor's ring moves on with the processor's removal.
    [TestMethod, Timeout(LimitMs)]
    public async Task ProcessorCount_LoweredWhileABlockedMachineLeftWork_WorkRuns()
    {
        GoScheduler scheduler = CreateScheduler(new GoSchedulerOptions { ProcessorCount = 2, MaxThreads = 2 });
        using var release = new ManualResetEventSlim();
        using var bothRun = new Barrier(2);
        var spawned = new List<Task>();
        void SpawnAndBlock()
        {
            // Both hold a processor here; nobody can take over what they leave, for want of a thread.
            bothRun.SignalAndWait();
            lock (spawned)
            {
                spawned.AddRange(Enumerable.Range(0, 10).Select(_ => Go.Run(() => { })));
            }

            release.WaitWithin();
        }

        Task[] blockers = [scheduler.Run(SpawnAndBlock), scheduler.Run(SpawnAndBlock)];
        Patience.Until(() => scheduler.GetSnapshot() is { IdleProcessorCount: 2, DetachedMachineCount: 2 });
        scheduler.ProcessorCount = 1;
        release.Set();
        await Task.WhenAll(blockers).Within();
        Assert.HasCount(20, spawned);
        await Task.WhenAll(spawned).Within();
        await AssertComesToRestAsync(scheduler);
    }

    // A goroutine that sits in a native call for long keeps nobody awake, the monitor neither.
    [TestMethod, Timeout(LimitMs)]
    [OSCondition(OperatingSystems.Linux)]
    public async Task Monitor_GoroutineSitsInANativeCall_ComesToSleep()
    {
        GoScheduler scheduler = CreateScheduler(new GoSchedulerOptions { Name = "sitting", ProcessorCount = 2 });
        (Action wait, Action release) = BlockingWays.Create("pipe");
        Task sitting = scheduler.Run(wait);
        Patience.Until(() => scheduler.GetSnapshot() is { RetakeCount: 1, IdleProcessorCount: 2 });
        long last = -1;
        Patience.Until(() =>
        {
            // Ten looks of a dozing monitor, five hundred of one that never rests.
            Thread.Sleep(10);
            long before = last;
            last = CountSwitches("sitting");
            return last == before;
        });
        release();
        await sitting.Within();
    }

    private static long CountSwitches(string threadName) =>
        (from thread in Directory.GetDirectories("/proc/self/task")
         where File.ReadAllText(Path.Combine(thread, "comm")).StartsWith(threadName, StringComparison.Ordinal)
         from line in File.ReadAllLines(Path.Combine(thread, "status"))
         where line.Contains("ctxt_switches", StringComparison.Ordinal)
         select long.Parse(line.Split('\t')[1], CultureInfo.InvariantCulture)).Sum();

    [TestMethod, Timeout(LimitMs)]
    public async Task Dispose_WhileGoroutinesBlock_TheyFinish()
    {
        GoScheduler scheduler = CreateScheduler(2);
        using var release = new ManualResetEventSlim();
        using var begun = new CountdownEvent(10);
        Task[] blocked = [.. Enumerable.Range(0, 10).Select(_ => scheduler.Run(() =>
        {
            begun.Signal();
            release.WaitWithin();
        }))];
        begun.WaitWithin();
        scheduler.Dispose();
        release.Set();
        await Task.WhenAll(blocked).Within();
        Patience.Until(() => scheduler.GetSnapshot().ThreadCount == 0);
    }

    [TestMethod, Timeout(LimitMs)]
    public async Task DrainAsync_GoroutineBlocks_WaitsForIt()
    {
        GoScheduler scheduler = CreateScheduler(1);
        using var release = new ManualResetEventSlim();
        using var begun = new ManualResetEventSlim();
        bool hasEnded = false;
        scheduler.Post(() =>
        {
            begun.Set();
            release.WaitWithin();
            hasEnded = true;
        });
        begun.WaitWithin();
        Task drain = scheduler.DrainAsync();
        Patience.Until(() => scheduler.GetSnapshot().DetachedMachineCount == 1);
        Assert.IsFalse(drain.IsCompleted, "A blocked goroutine has not finished.");
        release.Set();
        await drain.Within();
        Assert.IsTrue(hasEnded);
    }

    private static async Task AssertComesToRestAsync(GoScheduler scheduler)
    {
        await scheduler.DrainAsync().Within();
        Patience.Until(() => scheduler.GetSnapshot() is { DetachedMachineCount: 0 } snapshot
            && snapshot.IdleProcessorCount == snapshot.ProcessorCount);
        SchedulerSnapshot end = scheduler.GetSnapshot();
        Assert.AreEqual(0, end.GlobalQueueLength);
        Assert.AreEqual(0, end.Processors.Sum(processor => processor.QueueLength));
    }

    private sealed class WaitsInConstructor
    {
        public WaitsInConstructor(int number) => Number = Go.Run(async () =>
        {
            await Task.Yield();
            return number;
        }).Result;

        public int Number { get; }
    }
}
