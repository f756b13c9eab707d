using System;
using System.Collections.Concurrent;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Goroutines.Tests.TestSupport;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Goroutines.Tests.TaskSchedulerDoor;

/// <summary>The Parallel loops given our scheduler, on both task doors.</summary>
[TestClass]
public sealed class ParallelTests : SchedulerTest
{
    [TestMethod, ProcessorCounts, Timeout(LimitMs)]
    public void For_FromOutside_EveryIndexOnceOnTheScheduler(int processorCount)
    {
        GoScheduler scheduler = CreateScheduler(processorCount);
        int[] runs = new int[10_000];
        Parallel.For(0, runs.Length, new ParallelOptions { TaskScheduler = scheduler }, i =>
        {
            Interlocked.Increment(ref runs[i]);
            Assert.AreSame(scheduler, GoScheduler.Current);
        });
        Assert.IsTrue(runs.All(count => count == 1));
    }

    [TestMethod, ProcessorCounts, Timeout(LimitMs)]
    public async Task For_InsideATask_NestedLoopsFinish(int processorCount)
    {
        GoScheduler scheduler = CreateScheduler(processorCount);
        int count = 0;
        var inherit = new ParallelOptions { TaskScheduler = null };
        await scheduler.Run(() => Parallel.For(0, 8, inherit, _ => Parallel.For(0, 8, inherit, _ =>
        {
            Interlocked.Increment(ref count);
            Assert.AreSame(scheduler, GoScheduler.Current);
        }))).Within();
        Assert.AreEqual(64, count);
    }

    [TestMethod, ProcessorCounts, Timeout(LimitMs)]
    public void For_BodyThrows_AggregatesTheExceptions(int processorCount)
    {
        GoScheduler scheduler = CreateScheduler(processorCount);
        AggregateException thrown = Assert.ThrowsExactly<AggregateException>(() => Parallel.For(
            0, 100, new ParallelOptions { TaskScheduler = scheduler }, i =>
            {
                if (i == 50)
                {
                    throw new InvalidOperationException("fifty");
                }
            }));
        Assert.AreEqual("fifty", thrown.InnerException?.Message);
    }

    [TestMethod, ProcessorCounts, Timeout(LimitMs)]
    public void For_Cancelled_Throws(int processorCount)
    {
        GoScheduler scheduler = CreateScheduler(processorCount);
        using var cancellation = new CancellationTokenSource();
        var options = new ParallelOptions { TaskScheduler = scheduler, CancellationToken = cancellation.Token };
        Assert.ThrowsExactly<OperationCanceledException>(() => Parallel.For(0, int.MaxValue, options, i =>
        {
            if (i > 100)
            {
                cancellation.Cancel();
            }
        }));
    }

    [TestMethod, ProcessorCounts, Timeout(LimitMs)]
    public void ForEach_OnContextFree_EveryItemOnceOnTheLane(int processorCount)
    {
        GoScheduler scheduler = CreateScheduler(processorCount);
        var seen = new ConcurrentBag<int>();
        Parallel.ForEach(Enumerable.Range(0, 5_000), new ParallelOptions { TaskScheduler = scheduler.ContextFree }, i =>
        {
            seen.Add(i);
            Lane.Capture().AssertIsContextFreeOf(scheduler);
        });
        CollectionAssert.AreEqual(Enumerable.Range(0, 5_000).ToArray(), seen.Order().ToArray());
    }

    [TestMethod, ProcessorCounts, Timeout(LimitMs)]
    public void Invoke_ManyActions_AllRunOnTheScheduler(int processorCount)
    {
        GoScheduler scheduler = CreateScheduler(processorCount);
        int count = 0;
        Action[] actions = [.. Enumerable.Repeat<Action>(
            () =>
            {
                Assert.AreSame(scheduler, GoScheduler.Current);
                Interlocked.Increment(ref count);
            },
            50)];
        Parallel.Invoke(new ParallelOptions { TaskScheduler = scheduler }, actions);
        Assert.AreEqual(50, count);
    }

    [TestMethod, ProcessorCounts, Timeout(LimitMs)]
    public async Task ForEachAsync_FromOutside_BodiesStartAndResumeOnTheScheduler(int processorCount)
    {
        GoScheduler scheduler = CreateScheduler(processorCount);
        int[] runs = new int[2_000];
        var lanes = new ConcurrentBag<(Lane Before, Lane After)>();
        await Parallel.ForEachAsync(
            Enumerable.Range(0, runs.Length),
            new ParallelOptions { TaskScheduler = scheduler, MaxDegreeOfParallelism = 8 },
            async (i, _) =>
            {
                Lane before = Lane.Capture();
                await Task.Yield();
                lanes.Add((before, Lane.Capture()));
                Interlocked.Increment(ref runs[i]);
            }).Within();
        Assert.IsTrue(runs.All(count => count == 1));
        foreach ((Lane before, Lane after) in lanes)
        {
            before.AssertIsGoroutineOf(scheduler);
            after.AssertIsGoroutineOf(scheduler);
        }
    }

    [TestMethod, ProcessorCounts, Timeout(LimitMs)]
    public async Task ForEachAsync_OnContextFree_EveryItemOnce(int processorCount)
    {
        GoScheduler scheduler = CreateScheduler(processorCount);
        int[] runs = new int[2_000];
        await Parallel.ForEachAsync(
            Enumerable.Range(0, runs.Length),
            new ParallelOptions { TaskScheduler = scheduler.ContextFree, MaxDegreeOfParallelism = 8 },
            async (i, _) =>
            {
                Lane.Capture().AssertIsContextFreeOf(scheduler);
                await Task.Yield();
                Lane.Capture().AssertIsContextFreeOf(scheduler);
                Interlocked.Increment(ref runs[i]);
            }).Within();
        Assert.IsTrue(runs.All(count => count == 1));
    }
}
