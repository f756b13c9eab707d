using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Goroutines.Tests.TestSupport;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Goroutines.Tests.Verbs;

/// <summary>Go.Yield on every lane and outside.</summary>
[TestClass]
public sealed class YieldTests : SchedulerTest
{
    [TestMethod, ProcessorCounts, Timeout(LimitMs)]
    public async Task Yield_InAGoroutine_LetsOthersRunAndComesBack(int processorCount)
    {
        GoScheduler scheduler = CreateScheduler(processorCount);
        int steps = 0;
        await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => scheduler.Run(async () =>
        {
            for (int i = 0; i < 100; i++)
            {
                await Go.Yield();
                Lane.Capture().AssertIsAwaitedOf(scheduler);
                Interlocked.Increment(ref steps);
            }
        }))).Within();
        Assert.AreEqual(5_000, steps);
    }

    [TestMethod, Timeout(LimitMs)]
    public async Task Yield_OneProcessor_TakesTurnsInOrder()
    {
        GoScheduler scheduler = CreateScheduler(1);
        var order = new List<int>();
        Task<Task> all = scheduler.Run(() => Task.FromResult(Task.WhenAll(Enumerable.Range(0, 3).Select(async id =>
        {
            for (int turn = 0; turn < 20; turn++)
            {
                await Go.Yield();
                order.Add(id);
            }
        }))));
        await (await all.Within()).Within();
        Assert.AreEqual(string.Concat(Enumerable.Repeat("012", 20)), string.Concat(order));
    }

    [TestMethod, ProcessorCounts, Timeout(LimitMs)]
    public async Task Yield_InTheContextFreeLane_StaysThere(int processorCount)
    {
        GoScheduler scheduler = CreateScheduler(processorCount);
        await Lanes.LaneTests.StartContextFree(scheduler, async () =>
        {
            for (int i = 0; i < 100; i++)
            {
                await Go.Yield();
                Lane.Capture().AssertIsContextFreeOf(scheduler);
            }
        }).Unwrap().Within();
    }

    [TestMethod, ProcessorCounts, Timeout(LimitMs)]
    public async Task Yield_FlowsAsyncLocals(int processorCount)
    {
        GoScheduler scheduler = CreateScheduler(processorCount);
        var local = new AsyncLocal<int>();
        await Task.WhenAll(Enumerable.Range(1, 20).Select(id => scheduler.Run(async () =>
        {
            local.Value = id;
            for (int i = 0; i < 50; i++)
            {
                await Go.Yield();
                Assert.AreEqual(id, local.Value);
            }
        }))).Within();
    }

    [TestMethod, Timeout(LimitMs)]
    public async Task Yield_OutsideEveryScheduler_ResumesOnce()
    {
        int count = 0;
        await Task.Run(async () =>
        {
            for (int i = 0; i < 100; i++)
            {
                await Go.Yield();
                count++;
            }
        }).Within();
        Assert.AreEqual(100, count);
    }
}
