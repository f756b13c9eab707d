using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Goroutines.Tests.TestSupport;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Goroutines.Tests.TaskSchedulerDoor;

/// <summary>LongRunning tasks: a thread each, no processor, otherwise like every task of the main door.</summary>
[TestClass]
public sealed class LongRunningTests : SchedulerTest
{
    [TestMethod, ProcessorCounts, Timeout(LimitMs)]
    public async Task LongRunning_Environment_IsATaskOfTheScheduler(int processorCount)
    {
        GoScheduler scheduler = CreateScheduler(processorCount);
        Lane lane = await scheduler.Factory.StartNew(Lane.Capture, TaskCreationOptions.LongRunning).Within();
        lane.AssertIsTaskOf(scheduler);
    }

    [TestMethod, ProcessorCounts, Timeout(LimitMs)]
    public async Task LongRunning_ContextFree_IsATaskOfThatLane(int processorCount)
    {
        GoScheduler scheduler = CreateScheduler(processorCount);
        Lane lane = await Task.Factory.StartNew(
            Lane.Capture, CancellationToken.None, TaskCreationOptions.LongRunning, scheduler.ContextFree).Within();
        lane.AssertIsContextFreeOf(scheduler);
    }

    [TestMethod, ProcessorCounts, Timeout(LimitMs)]
    public async Task LongRunning_MoreThanProcessors_AllRunAtOnceAndLeaveTheProcessorsFree(int processorCount)
    {
        GoScheduler scheduler = CreateScheduler(processorCount);
        int count = processorCount + 8;
        using var allIn = new Barrier(count + 1);
        using var release = new ManualResetEventSlim();
        Task<int>[] blockers = [.. Enumerable.Range(0, count).Select(_ => scheduler.Factory.StartNew(
            () =>
            {
                // Passes only if every one of them has a thread of its own.
                allIn.SignalAndWait();
                release.Wait();
                return System.Environment.CurrentManagedThreadId;
            },
            TaskCreationOptions.LongRunning))];
        Assert.IsTrue(allIn.SignalAndWait(Patience.Limit), "All long-running tasks run at once.");

        // Every long-running thread is blocked now, and the processors still work.
        int[] workers = await Task.WhenAll(Enumerable.Range(0, 100).Select(
            _ => scheduler.Run(() => System.Environment.CurrentManagedThreadId))).Within();
        Assert.AreEqual(processorCount, scheduler.GetSnapshot().ProcessorCount);
        release.Set();
        int[] threads = await Task.WhenAll(blockers).Within();
        Assert.AreEqual(count, threads.Distinct().Count());
        Assert.IsFalse(workers.Intersect(threads).Any(), "A long-running thread is no worker.");
    }

    [TestMethod, ProcessorCounts, Timeout(LimitMs)]
    public async Task LongRunning_StartedByAWorker_DoesNotRunOnIt(int processorCount)
    {
        GoScheduler scheduler = CreateScheduler(processorCount);
        (int Worker, Task<int> Inner) started = await scheduler.Run(() => (
            System.Environment.CurrentManagedThreadId,
            scheduler.Factory.StartNew(() => System.Environment.CurrentManagedThreadId, TaskCreationOptions.LongRunning))).Within();
        Assert.AreNotEqual(started.Worker, await started.Inner.Within());
    }

    [TestMethod, ProcessorCounts, Timeout(LimitMs)]
    public async Task LongRunning_AfterAnAwait_ContinuesOnAWorker(int processorCount)
    {
        GoScheduler scheduler = CreateScheduler(processorCount);
        (Lane Before, Lane After) lanes = await scheduler.Factory.StartNew(
            async () =>
            {
                Lane before = Lane.Capture();
                await Task.Yield();
                return (before, Lane.Capture());
            },
            TaskCreationOptions.LongRunning).Unwrap().Within();
        lanes.After.AssertIsAwaitedOf(scheduler);
        Assert.AreNotEqual(lanes.Before.ThreadId, lanes.After.ThreadId);
    }

    [TestMethod, ProcessorCounts, Timeout(LimitMs)]
    public async Task LongRunning_StartingWork_ItRunsOnTheProcessors(int processorCount)
    {
        GoScheduler scheduler = CreateScheduler(processorCount);
        int sum = await scheduler.Factory.StartNew(
            () => Enumerable.Range(0, 1_000).Select(i => scheduler.Run(() => i)).Sum(t => t.GetAwaiter().GetResult()),
            TaskCreationOptions.LongRunning).Within();
        Assert.AreEqual(499_500, sum);
    }

    [TestMethod, ProcessorCounts, Timeout(LimitMs)]
    public async Task LongRunning_Throwing_FaultsItsTask(int processorCount)
    {
        GoScheduler scheduler = CreateScheduler(processorCount);
        Task task = scheduler.Factory.StartNew(
            () => throw new System.InvalidOperationException("long"), TaskCreationOptions.LongRunning);
        await Assert.ThrowsExactlyAsync<System.InvalidOperationException>(() => task.Within());
        Assert.AreEqual(1, await scheduler.Run(() => 1).Within());
    }
}
