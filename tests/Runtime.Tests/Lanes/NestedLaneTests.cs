using System;
using System.Threading;
using System.Threading.Tasks;
using Goroutines.Tests.TestSupport;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Goroutines.Tests.Lanes;

/// <summary>One lane running inside a wait of another: the inner sees its own environment, the outer gets its own back.</summary>
[TestClass]
public sealed class NestedLaneTests : SchedulerTest
{
    [TestMethod, ProcessorCounts, Timeout(LimitMs)]
    public async Task WaitInRaw_OnAMainDoorTask_SeesItsLaneAndRestores(int processorCount)
    {
        GoScheduler scheduler = CreateScheduler(processorCount);
        await RepeatAsync(async () => (await LaneTests.QueueRawAsync(
            scheduler,
            () =>
            {
                scheduler.Factory.StartNew(Lane.Capture).GetAwaiter().GetResult().AssertIsTaskOf(scheduler);
                return Lane.Capture();
            },
            preferLocal: false).Within()).AssertIsRawOf(scheduler));
    }

    [TestMethod, ProcessorCounts, Timeout(LimitMs)]
    public async Task WaitInRaw_OnAContextFreeTask_SeesItsLaneAndRestores(int processorCount)
    {
        GoScheduler scheduler = CreateScheduler(processorCount);
        await RepeatAsync(async () => (await LaneTests.QueueRawAsync(
            scheduler,
            () =>
            {
                LaneTests.StartContextFree(scheduler, Lane.Capture).GetAwaiter().GetResult().AssertIsContextFreeOf(scheduler);
                return Lane.Capture();
            },
            preferLocal: false).Within()).AssertIsRawOf(scheduler));
    }

    [TestMethod, ProcessorCounts, Timeout(LimitMs)]
    public async Task WaitInATask_OnAContextFreeTask_SeesItsLaneAndRestores(int processorCount)
    {
        GoScheduler scheduler = CreateScheduler(processorCount);
        await RepeatAsync(async () => (await scheduler.Run(() =>
        {
            LaneTests.StartContextFree(scheduler, Lane.Capture).GetAwaiter().GetResult().AssertIsContextFreeOf(scheduler);
            return Lane.Capture();
        }).Within()).AssertIsTaskOf(scheduler));
    }

    [TestMethod, ProcessorCounts, Timeout(LimitMs)]
    public async Task WaitInContextFree_OnAMainDoorTask_SeesItsLaneAndRestores(int processorCount)
    {
        GoScheduler scheduler = CreateScheduler(processorCount);
        await RepeatAsync(async () => (await LaneTests.StartContextFree(scheduler, () =>
        {
            scheduler.Factory.StartNew(Lane.Capture).GetAwaiter().GetResult().AssertIsTaskOf(scheduler);
            return Lane.Capture();
        }).Within()).AssertIsContextFreeOf(scheduler));
    }

    [TestMethod, ProcessorCounts, Timeout(LimitMs)]
    public async Task WaitInATask_OnAThrowingContextFreeTask_Restores(int processorCount)
    {
        GoScheduler scheduler = CreateScheduler(processorCount);
        await RepeatAsync(async () => (await scheduler.Run(() =>
        {
            Task inner = LaneTests.StartContextFree<int>(scheduler, () => throw new InvalidOperationException("inner"));
            Assert.ThrowsExactly<InvalidOperationException>(() => inner.GetAwaiter().GetResult());
            return Lane.Capture();
        }).Within()).AssertIsTaskOf(scheduler));
    }

    [TestMethod, ProcessorCounts, Timeout(LimitMs)]
    public async Task WaitInATask_InnerChangesItsContext_OuterKeepsItsOwn(int processorCount)
    {
        GoScheduler scheduler = CreateScheduler(processorCount);
        await RepeatAsync(async () => (await scheduler.Run(() =>
        {
            scheduler.Factory.StartNew(() => SynchronizationContext.SetSynchronizationContext(null)).GetAwaiter().GetResult();
            Lane lane = Lane.Capture();
            scheduler.Factory.StartNew(
                () => SynchronizationContext.SetSynchronizationContext(new SynchronizationContext())).GetAwaiter().GetResult();
            lane.AssertIsTaskOf(scheduler);
            return Lane.Capture();
        }).Within()).AssertIsTaskOf(scheduler));
    }

    [TestMethod, ProcessorCounts, Timeout(LimitMs)]
    public async Task WaitInATask_WithAForeignContextSet_InnerSeesTheSchedulersAndOuterGetsItsOwnBack(int processorCount)
    {
        GoScheduler scheduler = CreateScheduler(processorCount);
        var foreign = new SynchronizationContext();
        await RepeatAsync(async () => Assert.AreSame(foreign, await scheduler.Run(() =>
        {
            SynchronizationContext.SetSynchronizationContext(foreign);
            scheduler.Factory.StartNew(Lane.Capture).GetAwaiter().GetResult().AssertIsTaskOf(scheduler);
            return SynchronizationContext.Current;
        }).Within()));
    }

    [TestMethod, ProcessorCounts, Timeout(LimitMs)]
    public async Task Complete_OtherLanesWaiter_ContinuationsRunInTheirOwnLane(int processorCount)
    {
        GoScheduler scheduler = CreateScheduler(processorCount);
        for (int round = 0; round < 50; round++)
        {
            var source = new TaskCompletionSource();
            async Task WaitAsync(Action<Lane> check)
            {
                await source.Task;
                check(Lane.Capture());
            }

            // The outer tasks end when their waiters are suspended.
            Task main = await scheduler.Factory.StartNew(() => WaitAsync(lane => lane.AssertIsAwaitedOf(scheduler))).Within();
            Task free = await LaneTests.StartContextFree(
                scheduler, () => WaitAsync(lane => lane.AssertIsContextFreeOf(scheduler))).Within();
            Lane after = (round % 3) switch
            {
                0 => await scheduler.Run(() => CompleteAndLook(source)).Within(),
                1 => await LaneTests.StartContextFree(scheduler, () => CompleteAndLook(source)).Within(),
                _ => await LaneTests.QueueRawAsync(scheduler, () => CompleteAndLook(source), preferLocal: true).Within(),
            };
            Task.WaitAll(main, free);
            switch (round % 3)
            {
                case 0: after.AssertIsTaskOf(scheduler); break;
                case 1: after.AssertIsContextFreeOf(scheduler); break;
                default: after.AssertIsRawOf(scheduler); break;
            }
        }
    }

    private static Lane CompleteAndLook(TaskCompletionSource source)
    {
        source.SetResult();
        return Lane.Capture();
    }

    /// <summary>Several rounds, so that inlined and stolen runs both happen.</summary>
    private static async Task RepeatAsync(Func<Task> round)
    {
        for (int i = 0; i < 50; i++)
        {
            await round();
        }
    }
}
