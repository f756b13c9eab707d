using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Goroutines.Tests.TestSupport;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Goroutines.Tests.LifeCycle;

/// <summary>Disposal from anywhere: it never waits, and what is queued before, meanwhile or later still runs.</summary>
[TestClass]
public sealed class DisposeTests : SchedulerTest
{
    /// <summary>Each way onto the scheduler, given what to run.</summary>
    internal static readonly Dictionary<string, Action<GoScheduler, Action>> Doors = new()
    {
        ["Run"] = (scheduler, work) => scheduler.Run(work),
        ["Run async"] = (scheduler, work) => scheduler.Run(async () =>
        {
            await Task.Yield();
            work();
        }),
        ["Post"] = (scheduler, work) => scheduler.Post(work),
        ["Post with state"] = (scheduler, work) => scheduler.Post(static w => w(), work),
        ["Post async"] = (scheduler, work) => scheduler.Post(async () =>
        {
            await Task.Yield();
            work();
        }),
        ["StartNew"] = (scheduler, work) => scheduler.Factory.StartNew(work),
        ["StartNew fair"] = (scheduler, work) => scheduler.Factory.StartNew(work, TaskCreationOptions.PreferFairness),
        ["ContinueWith"] = (scheduler, work) => Task.CompletedTask.ContinueWith(_ => work(), scheduler),
        ["context-free"] = (scheduler, work) => Task.Factory.StartNew(
            work, CancellationToken.None, TaskCreationOptions.None, scheduler.ContextFree),
        ["exclusive"] = (scheduler, work) => Task.Factory.StartNew(
            work, CancellationToken.None, TaskCreationOptions.None, new ConcurrentExclusiveSchedulerPair(scheduler).ExclusiveScheduler),
        ["context Post"] = (scheduler, work) => scheduler.SynchronizationContext.Post(_ => work(), null),
        ["raw, global"] = (scheduler, work) => scheduler.UnsafeQueueUserWorkItem(new RawItem(work), preferLocal: false),
        ["raw, local"] = (scheduler, work) => scheduler.UnsafeQueueUserWorkItem(new RawItem(work), preferLocal: true),
    };

    [TestMethod, ProcessorCounts, Timeout(LimitMs)]
    public void Dispose_EveryDoorAfterwards_StillRuns(int processorCount)
    {
        GoScheduler scheduler = CreateScheduler(processorCount);
        scheduler.Dispose();
        Assert.IsTrue(scheduler.IsDisposed);
        foreach ((string name, Action<GoScheduler, Action> door) in Doors)
        {
            using var ran = new ManualResetEventSlim();
            door(scheduler, ran.Set);
            Assert.IsTrue(ran.Wait(Patience.Limit), name);
        }

        bool sent = false;
        scheduler.SynchronizationContext.Send(_ => sent = true, null);
        Assert.IsTrue(sent);
        using var longRunning = new ManualResetEventSlim();
        scheduler.Factory.StartNew(longRunning.Set, TaskCreationOptions.LongRunning);
        longRunning.WaitWithin();
    }

    [TestMethod, ProcessorCounts, Timeout(LimitMs)]
    public async Task Dispose_EveryDoorAfterwards_SeesItsLane(int processorCount)
    {
        GoScheduler scheduler = CreateScheduler(processorCount);
        await scheduler.DisposeAsync();
        Lane task = await scheduler.Run(Lane.Capture).Within();
        Assert.AreSame(scheduler, task.TaskScheduler);
        Assert.AreSame(scheduler.SynchronizationContext, task.Context);
        Lane free = await Lanes.LaneTests.StartContextFree(scheduler, Lane.Capture).Within();
        Assert.AreSame(scheduler.ContextFree, free.TaskScheduler);
        Assert.IsNull(free.Context);
        Lane raw = await Lanes.LaneTests.QueueRawAsync(scheduler, Lane.Capture, preferLocal: false).Within();
        Assert.AreSame(TaskScheduler.Default, raw.TaskScheduler);
        Assert.IsNull(raw.Context);

        // And the pool's threads are given back clean.
        for (int i = 0; i < 50; i++)
        {
            Lane pool = await Task.Run(Lane.Capture).Within();
            Assert.IsNull(pool.Context);
            Assert.IsNull(pool.Scheduler);
        }
    }

    [TestMethod, ProcessorCounts, Timeout(LimitMs)]
    public async Task Dispose_WorkQueued_RunsAll(int processorCount)
    {
        GoScheduler scheduler = CreateScheduler(processorCount);
        using var left = new CountdownEvent(Doors.Count * 100);
        await scheduler.Run(() =>
        {
            for (int i = 0; i < 100; i++)
            {
                foreach (Action<GoScheduler, Action> door in Doors.Values)
                {
                    door(scheduler, () => left.Signal());
                }
            }

            scheduler.Dispose();
        }).Within();
        left.WaitWithin();
    }

    [TestMethod, ProcessorCounts, Timeout(LimitMs)]
    public async Task Dispose_SuspendedGoroutines_RunToTheirEnd(int processorCount)
    {
        GoScheduler scheduler = CreateScheduler(processorCount);
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Task[] goroutines = [.. Enumerable.Range(0, 200).Select(_ => scheduler.Run(async () =>
        {
            await release.Task;
            await Task.Yield();
            await Go.Yield();
            await scheduler.Run(() => { });
        }))];
        await scheduler.Run(() => { }).Within();
        await scheduler.DisposeAsync();
        release.SetResult();
        await Task.WhenAll(goroutines).Within();
    }

    [TestMethod, ProcessorCounts, Timeout(LimitMs)]
    public async Task Dispose_FromAWorkerTwiceAndConcurrently_NeverHangs(int processorCount)
    {
        for (int round = 0; round < 50; round++)
        {
            GoScheduler scheduler = CreateScheduler(processorCount);
            int ran = 0;
            Task[] work = [.. Enumerable.Range(0, 20).Select(i => scheduler.Run(() =>
            {
                if (i % 5 == 0)
                {
                    scheduler.Dispose();
                }

                Interlocked.Increment(ref ran);
            }))];
            Task[] disposers = [.. Enumerable.Range(0, 3).Select(_ => Task.Run(async () => await scheduler.DisposeAsync()))];
            scheduler.Dispose();
            scheduler.Dispose();
            await Task.WhenAll(disposers).Within();
            await Task.WhenAll(work).Within();
            Assert.AreEqual(20, ran);
        }
    }

    [TestMethod, ProcessorCounts, Timeout(LimitMs)]
    public async Task Dispose_GoroutinesBlocked_DoesNotWaitForThem(int processorCount)
    {
        GoScheduler scheduler = CreateScheduler(processorCount);
        using var release = new ManualResetEventSlim();
        using var blocked = new CountdownEvent(1);
        Task[] blockers = [.. Enumerable.Range(0, processorCount).Select(_ => scheduler.Run(() =>
        {
            if (!blocked.IsSet)
            {
                blocked.Signal();
            }

            release.Wait();
        }))];
        Task behind = scheduler.Run(() => { });
        try
        {
            blocked.WaitWithin();
            scheduler.Dispose();
            await scheduler.DisposeAsync();

            // What waited behind the blocked worker moves to the pool although nobody lets the worker go.
            await behind.Within();
            Assert.IsFalse(blockers.All(t => t.IsCompleted));
        }
        finally
        {
            release.Set();
        }

        await Task.WhenAll(blockers).Within();
    }

    [TestMethod, ProcessorCounts, Timeout(LimitMs)]
    public async Task Dispose_WhileWaitingForATaskOnAWorker_TheWaitEnds(int processorCount)
    {
        for (int round = 0; round < 50; round++)
        {
            GoScheduler scheduler = CreateScheduler(processorCount);
            Task<int> outer = scheduler.Run(() =>
            {
                Task<int> inner = scheduler.Factory.StartNew(() => 7);
                scheduler.Dispose();
                return inner.GetAwaiter().GetResult();
            });
            Assert.AreEqual(7, await outer.Within());
        }
    }

    [TestMethod, ProcessorCounts, Timeout(LimitMs)]
    public async Task Dispose_OneOfTwo_TheOtherWorksOn(int processorCount)
    {
        GoScheduler first = CreateScheduler(processorCount);
        GoScheduler second = CreateScheduler(processorCount);
        await second.Run(async () =>
        {
            await first.DisposeAsync();
            await first.Run(() => { });
            Lane.Capture().AssertIsGoroutineOf(second);
        }).Within();
        (await second.Run(Lane.Capture).Within()).AssertIsTaskOf(second);
        Assert.IsFalse(second.IsDisposed);
    }

    [TestMethod, Timeout(LimitMs)]
    public void ProcessorCount_SetAfterDisposal_ThrowsObjectDisposed()
    {
        GoScheduler scheduler = CreateScheduler(2);
        scheduler.Dispose();
        Assert.ThrowsExactly<ObjectDisposedException>(() => scheduler.ProcessorCount = 3);
    }
}
