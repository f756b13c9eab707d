using System;
using System.Threading;
using System.Threading.Tasks;
using Goroutines.Tests.TestSupport;
using Goroutines.Tests.Verbs;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Goroutines.Tests.Stacks;

/// <summary>Go.EnsureStackAsync, queued and on segments.</summary>
[TestClass]
public sealed class EnsureStackAsyncTests : SchedulerTest
{
    private static readonly AsyncLocal<string?> s_local = new();

    // A Debug build makes an object for each level, and a collection with a million frames takes long.
    [TestMethod, ProcessorCounts, Timeout(LimitMs)]
    public async Task EnsureStackAsync_ManyLevelsOnSegments_CountsThemAll(int processorCount)
    {
        GoScheduler scheduler = CreateScheduler(processorCount);
        var counter = new Deep.Counter();
        await scheduler.Run(() => Deep.CountAsync(300_000, onSegment: true, counter)).Within();
        Assert.AreEqual(300_000, counter.Value);
    }

    [TestMethod, ProcessorCounts, Timeout(LimitMs)]
    public async Task EnsureStackAsync_ManyLevelsQueued_CountsThemAll(int processorCount)
    {
        GoScheduler scheduler = CreateScheduler(processorCount);
        var counter = new Deep.Counter();
        await scheduler.Run(() => Deep.CountAsync(300_000, onSegment: false, counter)).Within();
        Assert.AreEqual(300_000, counter.Value);
    }

    [TestMethod, Timeout(LimitMs)]
    [DataRow(false)]
    [DataRow(true)]
    public async Task EnsureStackAsync_WithResultOffTheScheduler_SumsUp(bool onSegment)
    {
        Assert.AreEqual(30_000, await Task.Run(async () => await Deep.SumAsync(30_000, onSegment)).Within());
    }

    [TestMethod, Timeout(LimitMs)]
    public void EnsureStackAsync_RoomLeft_CompletesAtOnceAndAllocatesNothing()
    {
        Assert.IsTrue(Go.EnsureStackAsync().GetAwaiter().IsCompleted);
        Assert.IsTrue(Go.EnsureStackAsync(onSegment: true).GetAwaiter().IsCompleted);
        long least = long.MaxValue;
        for (int round = 0; round < 5; round++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < 1_000; i++)
            {
                // As the compiler writes an await: in a Debug build the method itself would be an object.
                StackAwaitable.StackAwaiter awaiter = Go.EnsureStackAsync().GetAwaiter();
                if (awaiter.IsCompleted)
                {
                    awaiter.GetResult();
                }
            }

            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        Assert.AreEqual(0, least);
    }

    [TestMethod, Timeout(LimitMs)]
    [DataRow(false)]
    [DataRow(true)]
    public async Task EnsureStackAsync_AtTheEndOfTheStack_StaysInEveryLane(bool onSegment)
    {
        GoScheduler scheduler = CreateScheduler(2);
        await scheduler.Run(() => Deep.AtTheEndOfTheStack(async () =>
        {
            await Go.EnsureStackAsync(onSegment);
            Lane.Capture().AssertIsGoroutineOf(scheduler);
            await Task.Yield();
            Lane.Capture().AssertIsAwaitedOf(scheduler);
        })).Within();
        await Lanes.LaneTests.StartContextFree(scheduler, () => Deep.AtTheEndOfTheStack(async () =>
        {
            await Go.EnsureStackAsync(onSegment);
            Lane.Capture().AssertIsContextFreeOf(scheduler);
            await Task.Yield();
            Lane.Capture().AssertIsContextFreeOf(scheduler);
        })).Unwrap().Within();
        await RunRaw(scheduler, () => Deep.AtTheEndOfTheStack(async () =>
        {
            await Go.EnsureStackAsync(onSegment);
            Lane.Capture().AssertIsRawOf(scheduler);
        })).Within();
        await Task.Run(() => Deep.AtTheEndOfTheStack(async () =>
        {
            await Go.EnsureStackAsync(onSegment);
            Assert.IsNull(GoScheduler.Current);
        })).Within();
    }

    [TestMethod, Timeout(LimitMs)]
    [DataRow(false)]
    [DataRow(true)]
    public async Task EnsureStackAsync_AtTheEndOfTheStack_KeepsAsyncLocals(bool onSegment)
    {
        GoScheduler scheduler = CreateScheduler(1);
        await scheduler.Run(() => Deep.AtTheEndOfTheStack(async () =>
        {
            s_local.Value = "kept";
            await Go.EnsureStackAsync(onSegment);
            Assert.AreEqual("kept", s_local.Value);
            s_local.Value = "changed";
            await Task.Yield();
            Assert.AreEqual("changed", s_local.Value);
        })).Within();
        Assert.IsNull(s_local.Value);
    }

    [TestMethod, Timeout(LimitMs)]
    [DataRow(false)]
    [DataRow(true)]
    public async Task EnsureStackAsync_ThrowsAfterwards_FaultsTheTask(bool onSegment)
    {
        GoScheduler scheduler = CreateScheduler(2);
        var thrown = new MarkedException();
        Task task = scheduler.Run(() => Deep.AtTheEndOfTheStack(async () =>
        {
            await Go.EnsureStackAsync(onSegment);
            throw thrown;
        }));
        Assert.AreSame(thrown, await Assert.ThrowsExactlyAsync<MarkedException>(() => task.Within()));
    }

    [TestMethod, Timeout(LimitMs)]
    [DataRow(false, true)]
    [DataRow(true, false)]
    public async Task EnsureStackAsync_AtTheEndOfTheStack_SuspendsOnlyWhenQueued(bool onSegment, bool isSuspended)
    {
        GoScheduler scheduler = CreateScheduler(1);
        await scheduler.Run(() => Deep.AtTheEndOfTheStack(() =>
        {
            Task task = EnsureAsync();
            Assert.AreEqual(isSuspended, !task.IsCompleted);
            return task;
        })).Within();

        async Task EnsureAsync() => await Go.EnsureStackAsync(onSegment);
    }

    [TestMethod, Timeout(LimitMs)]
    [DataRow(false)]
    [DataRow(true)]
    public async Task EnsureStackAsync_PlainCallback_RunsWithTheFlow(bool onSegment)
    {
        GoScheduler scheduler = CreateScheduler(1);
        var seen = new TaskCompletionSource<string?>(TaskCreationOptions.RunContinuationsAsynchronously);
        await scheduler.Run(() => Deep.AtTheEndOfTheStack(() =>
        {
            s_local.Value = "flows";
            Go.EnsureStackAsync(onSegment).GetAwaiter().OnCompleted(() => seen.SetResult(s_local.Value));
            s_local.Value = null;
        })).Within();
        Assert.AreEqual("flows", await seen.Task.Within());
    }

    [TestMethod, Timeout(LimitMs)]
    public void EnsureStackAsync_Equality_IsByTheWayToGoOn()
    {
        Assert.IsTrue(Go.EnsureStackAsync() == default);
        Assert.IsTrue(Go.EnsureStackAsync() != Go.EnsureStackAsync(onSegment: true));
        Assert.AreEqual(Go.EnsureStackAsync(true), Go.EnsureStackAsync(true));
        Assert.AreNotEqual(Go.EnsureStackAsync(true).GetAwaiter(), default);
    }

    private static Task RunRaw(GoScheduler scheduler, Func<Task> work)
    {
        var started = new TaskCompletionSource<Task>(TaskCreationOptions.RunContinuationsAsynchronously);
        scheduler.UnsafeQueueUserWorkItem(new RawItem(() => started.SetResult(work())), preferLocal: false);
        return started.Task.Unwrap();
    }
}
