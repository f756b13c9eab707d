using System.Collections.Concurrent;
using System.Linq;
using System.Threading.Tasks;
using System.Threading.Tasks.Dataflow;
using Goroutines.Tests.TestSupport;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Goroutines.Tests.TaskSchedulerDoor;

/// <summary>Dataflow blocks given our scheduler or its context-free lane.</summary>
[TestClass]
public sealed class DataflowTests : SchedulerTest
{
    [TestMethod, ProcessorCounts, Timeout(LimitMs)]
    public async Task Blocks_OnTheScheduler_PassEverythingInOrder(int processorCount)
    {
        GoScheduler scheduler = CreateScheduler(processorCount);
        int[] results = await PipeAsync(scheduler, scheduler).Within();
        CollectionAssert.AreEqual(Enumerable.Range(0, 2_000).Select(i => i * 2).ToArray(), results);
    }

    [TestMethod, ProcessorCounts, Timeout(LimitMs)]
    public async Task Blocks_OnContextFree_PassEverythingInOrder(int processorCount)
    {
        GoScheduler scheduler = CreateScheduler(processorCount);
        int[] results = await PipeAsync(scheduler, scheduler.ContextFree).Within();
        CollectionAssert.AreEqual(Enumerable.Range(0, 2_000).Select(i => i * 2).ToArray(), results);
    }

    [TestMethod, ProcessorCounts, Timeout(LimitMs)]
    public async Task ActionBlock_FaultingBody_FaultsTheBlock(int processorCount)
    {
        GoScheduler scheduler = CreateScheduler(processorCount);
        var block = new ActionBlock<int>(
            i => throw new System.InvalidOperationException("body"),
            new ExecutionDataflowBlockOptions { TaskScheduler = scheduler });
        block.Post(1);
        await Assert.ThrowsExactlyAsync<System.InvalidOperationException>(() => block.Completion.Within());
    }

    [TestMethod, ProcessorCounts, Timeout(LimitMs)]
    public async Task ActionBlock_OneAtATime_NeverRunsTwoBodies(int processorCount)
    {
        GoScheduler scheduler = CreateScheduler(processorCount);
        int inside = 0;
        int unprotected = 0;
        var block = new ActionBlock<int>(
            async _ =>
            {
                Assert.AreEqual(1, System.Threading.Interlocked.Increment(ref inside));
                int read = unprotected;
                await Task.Yield();
                unprotected = read + 1;
                System.Threading.Interlocked.Decrement(ref inside);
            },
            new ExecutionDataflowBlockOptions { TaskScheduler = scheduler, MaxDegreeOfParallelism = 1 });
        for (int i = 0; i < 2_000; i++)
        {
            Assert.IsTrue(block.Post(i));
        }

        block.Complete();
        await block.Completion.Within();
        Assert.AreEqual(2_000, unprotected);
    }

    private static async Task<int[]> PipeAsync(GoScheduler scheduler, TaskScheduler door)
    {
        var options = new ExecutionDataflowBlockOptions { TaskScheduler = door, MaxDegreeOfParallelism = 4, EnsureOrdered = true };
        var results = new ConcurrentQueue<int>();
        var twice = new TransformBlock<int, int>(
            async i =>
            {
                Assert.AreSame(scheduler, GoScheduler.Current);
                await Task.Yield();
                Assert.AreSame(scheduler, GoScheduler.Current);
                return i * 2;
            },
            options);
        var collect = new ActionBlock<int>(
            results.Enqueue, new ExecutionDataflowBlockOptions { TaskScheduler = door, MaxDegreeOfParallelism = 1 });
        twice.LinkTo(collect, new DataflowLinkOptions { PropagateCompletion = true });
        for (int i = 0; i < 2_000; i++)
        {
            Assert.IsTrue(twice.Post(i));
        }

        twice.Complete();
        await collect.Completion;
        return [.. results];
    }
}
