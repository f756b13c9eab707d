using System;
using System.Threading;
using System.Threading.Tasks;
using Goroutines.Tests.TestSupport;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Goroutines.Tests.Lanes;

/// <summary>The three environments code can find itself in, before and after awaits.</summary>
[TestClass]
public sealed class LaneTests : SchedulerTest
{
    [TestMethod, ProcessorCounts, Timeout(LimitMs)]
    public async Task Run_BeforeAndAfterAwaits_IsAGoroutine(int processorCount)
    {
        GoScheduler scheduler = CreateScheduler(processorCount);
        await scheduler.Run(async () =>
        {
            Lane.Capture().AssertIsTaskOf(scheduler);
            for (int i = 0; i < 10; i++)
            {
                await Task.Yield();
                Lane.Capture().AssertIsAwaitedOf(scheduler);
                await Go.Yield();
                Lane.Capture().AssertIsAwaitedOf(scheduler);
                await Task.Delay(1);
                Lane.Capture().AssertIsAwaitedOf(scheduler);
            }
        }).Within();
    }

    [TestMethod, ProcessorCounts, Timeout(LimitMs)]
    public async Task Post_BeforeAndAfterAwaits_IsAGoroutine(int processorCount)
    {
        GoScheduler scheduler = CreateScheduler(processorCount);
        var done = new TaskCompletionSource<(Lane Before, Lane After)>(TaskCreationOptions.RunContinuationsAsynchronously);
        scheduler.Post(async () =>
        {
            Lane before = Lane.Capture();
            await Task.Yield();
            done.SetResult((before, Lane.Capture()));
        });
        (Lane before, Lane after) = await done.Task.Within();
        before.AssertIsGoroutineOf(scheduler);
        after.AssertIsAwaitedOf(scheduler);
    }

    [TestMethod, ProcessorCounts, Timeout(LimitMs)]
    public async Task ContextFree_BeforeAndAfterAwaits_KeepsItsSchedulerAndNoContext(int processorCount)
    {
        GoScheduler scheduler = CreateScheduler(processorCount);
        await StartContextFree(scheduler, async () =>
        {
            Lane.Capture().AssertIsContextFreeOf(scheduler);
            for (int i = 0; i < 10; i++)
            {
                await Task.Yield();
                Lane.Capture().AssertIsContextFreeOf(scheduler);
                await Task.Delay(1);
                Lane.Capture().AssertIsContextFreeOf(scheduler);
                await scheduler.Run(() => { });
                Lane.Capture().AssertIsContextFreeOf(scheduler);
                await Task.Run(() => { });
                Lane.Capture().AssertIsContextFreeOf(scheduler);
            }
        }).Unwrap().Within();
    }

    [TestMethod, ProcessorCounts, Timeout(LimitMs)]
    public async Task ContextFree_Always_IsOneInstanceOfItsOwn(int processorCount)
    {
        GoScheduler scheduler = CreateScheduler(processorCount);
        TaskScheduler lane = scheduler.ContextFree;
        Assert.AreSame(lane, scheduler.ContextFree);
        Assert.AreNotSame(lane, scheduler);
        Assert.AreSame(lane, await StartContextFree(scheduler, () => TaskScheduler.Current).Within());
    }

    [TestMethod, ProcessorCounts, Timeout(LimitMs)]
    public async Task Raw_FromOutside_IsThePoolsEnvironment(int processorCount)
    {
        GoScheduler scheduler = CreateScheduler(processorCount);
        foreach (bool preferLocal in new[] { false, true })
        {
            (await QueueRawAsync(scheduler, Lane.Capture, preferLocal).Within()).AssertIsRawOf(scheduler);
        }
    }

    [TestMethod, ProcessorCounts, Timeout(LimitMs)]
    public async Task Raw_FromEachLane_IsThePoolsEnvironment(int processorCount)
    {
        GoScheduler scheduler = CreateScheduler(processorCount);
        foreach (bool preferLocal in new[] { false, true })
        {
            (await scheduler.Run(() => QueueRawAsync(scheduler, Lane.Capture, preferLocal)).Within()).AssertIsRawOf(scheduler);
            (await StartContextFree(scheduler, () => QueueRawAsync(scheduler, Lane.Capture, preferLocal)).Unwrap().Within())
                .AssertIsRawOf(scheduler);
            Task<Lane> nested = await QueueRawAsync(
                scheduler, () => QueueRawAsync(scheduler, Lane.Capture, preferLocal), preferLocal).Within();
            (await nested.Within()).AssertIsRawOf(scheduler);
        }
    }

    [TestMethod, ProcessorCounts, Timeout(LimitMs)]
    public async Task Raw_CompletingASource_LetsUncapturedAwaitsRunInside(int processorCount)
    {
        // The ThreadPool's environment is what makes ConfigureAwait(false) chains stay on the completing thread.
        GoScheduler scheduler = CreateScheduler(processorCount);
        var source = new TaskCompletionSource();
        async Task<Lane> WaitAsync()
        {
            await source.Task.ConfigureAwait(false);
            return Lane.Capture();
        }

        Task<Lane> waiter = WaitAsync();
        int thread = await QueueRawAsync(
            scheduler,
            () =>
            {
                source.SetResult();
                return System.Environment.CurrentManagedThreadId;
            },
            preferLocal: false).Within();
        Lane lane = await waiter.Within();
        Assert.AreEqual(thread, lane.ThreadId);
        lane.AssertIsRawOf(scheduler);
    }

    [TestMethod, ProcessorCounts, Timeout(LimitMs)]
    public async Task Current_OutsideTheScheduler_IsNull(int processorCount)
    {
        GoScheduler scheduler = CreateScheduler(processorCount);
        await scheduler.Run(() => { }).Within();
        var thread = new Thread(() => Assert.IsNull(GoScheduler.Current));
        thread.Start();
        thread.JoinWithin();
        Assert.IsNull(await Task.Run(() => GoScheduler.Current).Within());
    }

    [TestMethod, ProcessorCounts, Timeout(LimitMs)]
    public async Task Current_SeveralSchedulers_IsTheOneTheCodeRunsFor(int processorCount)
    {
        GoScheduler first = CreateScheduler(processorCount);
        GoScheduler second = CreateScheduler(processorCount);
        await first.Run(async () =>
        {
            await Task.Yield();
            Assert.AreSame(first, GoScheduler.Current);
            await second.Run(() => Assert.AreSame(second, GoScheduler.Current));
            Assert.AreSame(first, GoScheduler.Current);
        }).Within();
    }

    internal static Task<T> StartContextFree<T>(GoScheduler scheduler, Func<T> work) =>
        Task.Factory.StartNew(work, CancellationToken.None, TaskCreationOptions.None, scheduler.ContextFree);

    internal static Task<T> QueueRawAsync<T>(GoScheduler scheduler, Func<T> work, bool preferLocal)
    {
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        scheduler.UnsafeQueueUserWorkItem(
            new RawItem(() =>
            {
                try
                {
                    done.SetResult(work());
                }
                catch (Exception exception)
                {
                    done.SetException(exception);
                }
            }),
            preferLocal);
        return done.Task;
    }
}
