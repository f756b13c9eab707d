using System;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Goroutines.Tests.TestSupport;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Goroutines.Tests.ContextDoor;

/// <summary>Post and Send of the scheduler's SynchronizationContext.</summary>
[TestClass]
public sealed class SynchronizationContextTests : SchedulerTest
{
    [TestMethod, ProcessorCounts, Timeout(LimitMs)]
    public async Task SynchronizationContext_Everywhere_IsOneInstance(int processorCount)
    {
        GoScheduler scheduler = CreateScheduler(processorCount);
        SynchronizationContext context = scheduler.SynchronizationContext;
        Assert.AreSame(context, scheduler.SynchronizationContext);
        Assert.AreSame(context, context.CreateCopy());
        Assert.AreSame(context, await scheduler.Run(() => SynchronizationContext.Current).Within());
        Assert.AreNotSame(context, CreateScheduler(1).SynchronizationContext);
    }

    [TestMethod, ProcessorCounts, Timeout(LimitMs)]
    public async Task Post_FromOutside_RunsWithTheContextCurrent(int processorCount)
    {
        GoScheduler scheduler = CreateScheduler(processorCount);
        (await PostAsync(scheduler).Within()).AssertIsGoroutineOf(scheduler);
    }

    [TestMethod, ProcessorCounts, Timeout(LimitMs)]
    public async Task Post_FromAWorker_RunsWithTheContextCurrent(int processorCount)
    {
        GoScheduler scheduler = CreateScheduler(processorCount);
        (await scheduler.Run(() => PostAsync(scheduler)).Within()).AssertIsGoroutineOf(scheduler);
    }

    [TestMethod, ProcessorCounts, Timeout(LimitMs)]
    public void Post_Many_EachRunsOnceWithItsState(int processorCount)
    {
        GoScheduler scheduler = CreateScheduler(processorCount);
        int[] runs = new int[10_000];
        using var left = new CountdownEvent(runs.Length);
        for (int i = 0; i < runs.Length; i++)
        {
            scheduler.SynchronizationContext.Post(
                state =>
                {
                    Interlocked.Increment(ref runs[(int)state!]);
                    left.Signal();
                },
                i);
        }

        left.WaitWithin();
        Assert.IsTrue(runs.All(count => count == 1));
    }

    [TestMethod, ProcessorCounts, Timeout(LimitMs)]
    public void Send_FromOutside_RunsOnAWorkerBeforeItReturns(int processorCount)
    {
        GoScheduler scheduler = CreateScheduler(processorCount);
        Lane? lane = null;
        object? seen = null;
        object state = new();
        scheduler.SynchronizationContext.Send(
            s =>
            {
                lane = Lane.Capture();
                seen = s;
            },
            state);
        Assert.IsNotNull(lane);
        lane.AssertIsGoroutineOf(scheduler);
        Assert.AreSame(state, seen);
    }

    [TestMethod, ProcessorCounts, Timeout(LimitMs)]
    public async Task Send_OnAWorker_RunsRightThere(int processorCount)
    {
        GoScheduler scheduler = CreateScheduler(processorCount);
        (Lane Outer, Lane? Inner) lanes = await scheduler.Run(() => SendFromHere(scheduler)).Within();
        Assert.AreEqual(lanes.Outer.ThreadId, lanes.Inner?.ThreadId);
        lanes.Inner?.AssertIsGoroutineOf(scheduler);
    }

    [TestMethod, ProcessorCounts, Timeout(LimitMs)]
    public async Task Send_OnAWorkerInTheRawLane_RunsRightThereWithTheContextAndRestores(int processorCount)
    {
        GoScheduler scheduler = CreateScheduler(processorCount);
        var done = new TaskCompletionSource<(Lane Outer, Lane? Inner, Lane After)>(TaskCreationOptions.RunContinuationsAsynchronously);
        scheduler.UnsafeQueueUserWorkItem(
            new RawItem(() =>
            {
                (Lane outer, Lane? inner) = SendFromHere(scheduler);
                done.SetResult((outer, inner, Lane.Capture()));
            }),
            preferLocal: false);
        (Lane outer, Lane? inner, Lane after) = await done.Task.Within();
        Assert.AreEqual(outer.ThreadId, inner?.ThreadId);
        inner?.AssertIsGoroutineOf(scheduler);
        after.AssertIsRawOf(scheduler);
    }

    [TestMethod, ProcessorCounts, Timeout(LimitMs)]
    public void Send_ThrowingFromOutside_RethrowsToTheCaller(int processorCount)
    {
        GoScheduler scheduler = CreateScheduler(processorCount);
        var expected = new InvalidOperationException("sent");
        Exception actual = Assert.ThrowsExactly<InvalidOperationException>(
            () => scheduler.SynchronizationContext.Send(_ => throw expected, null));
        Assert.AreSame(expected, actual);
    }

    [TestMethod, ProcessorCounts, Timeout(LimitMs)]
    public async Task Send_ThrowingOnAWorker_RethrowsToTheCaller(int processorCount)
    {
        GoScheduler scheduler = CreateScheduler(processorCount);
        bool caught = await scheduler.Run(() =>
        {
            try
            {
                scheduler.SynchronizationContext.Send(_ => throw new InvalidOperationException("sent"), null);
                return false;
            }
            catch (InvalidOperationException)
            {
                return true;
            }
        }).Within();
        Assert.IsTrue(caught);
    }

    [TestMethod, Timeout(LimitMs)]
    public void PostAndSend_NullCallback_NameTheParameter()
    {
        GoScheduler scheduler = CreateScheduler(1);
        Assert.AreEqual("d", Assert.ThrowsExactly<ArgumentNullException>(
            () => scheduler.SynchronizationContext.Post(null!, null)).ParamName);
        Assert.AreEqual("d", Assert.ThrowsExactly<ArgumentNullException>(
            () => scheduler.SynchronizationContext.Send(null!, null)).ParamName);
    }

    [TestMethod, ProcessorCounts, Timeout(LimitMs)]
    public async Task SetOnAForeignThread_AwaitsComeToTheScheduler(int processorCount)
    {
        GoScheduler scheduler = CreateScheduler(processorCount);
        var done = new TaskCompletionSource<Lane>(TaskCreationOptions.RunContinuationsAsynchronously);
        async Task WorkAsync()
        {
            await Task.Yield();
            done.SetResult(Lane.Capture());
        }

        var thread = new Thread(() =>
        {
            SynchronizationContext.SetSynchronizationContext(scheduler.SynchronizationContext);
            _ = WorkAsync();
        });
        thread.Start();
        thread.JoinWithin();
        (await done.Task.Within()).AssertIsAwaitedOf(scheduler);
    }

    [TestMethod, ProcessorCounts, Timeout(LimitMs)]
    public async Task FromCurrentSynchronizationContext_OnAWorker_ComesBackToTheScheduler(int processorCount)
    {
        GoScheduler scheduler = CreateScheduler(processorCount);
        Task<Lane> task = await scheduler.Run(() => Task.Factory.StartNew(
            Lane.Capture, CancellationToken.None, TaskCreationOptions.None, TaskScheduler.FromCurrentSynchronizationContext())
            .ContinueWith(t => t.Result, TaskScheduler.Default)).Within().ContinueWith(t => t, TaskScheduler.Default);
        (await task.Within()).AssertIsGoroutineOf(scheduler);
    }

    private static Task<Lane> PostAsync(GoScheduler scheduler)
    {
        var done = new TaskCompletionSource<Lane>(TaskCreationOptions.RunContinuationsAsynchronously);
        scheduler.SynchronizationContext.Post(_ => done.SetResult(Lane.Capture()), null);
        return done.Task;
    }

    private static (Lane Outer, Lane? Inner) SendFromHere(GoScheduler scheduler)
    {
        Lane? inner = null;
        scheduler.SynchronizationContext.Send(_ => inner = Lane.Capture(), null);
        return (Lane.Capture(), inner);
    }
}
