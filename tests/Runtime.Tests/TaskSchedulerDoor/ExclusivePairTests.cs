using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Goroutines.Tests.TestSupport;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Goroutines.Tests.TaskSchedulerDoor;

/// <summary>ConcurrentExclusiveSchedulerPair layered on both task doors: exclusivity must survive awaits.</summary>
[TestClass]
public sealed class ExclusivePairTests : SchedulerTest
{
    [TestMethod, ProcessorCounts, Timeout(LimitMs)]
    public async Task Exclusive_OverTheScheduler_StaysExclusiveAcrossAwaits(int processorCount)
    {
        GoScheduler scheduler = CreateScheduler(processorCount);
        await CountExclusivelyAsync(scheduler, new ConcurrentExclusiveSchedulerPair(scheduler)).Within();
    }

    [TestMethod, ProcessorCounts, Timeout(LimitMs)]
    public async Task Exclusive_OverContextFree_StaysExclusiveAcrossAwaits(int processorCount)
    {
        GoScheduler scheduler = CreateScheduler(processorCount);
        await CountExclusivelyAsync(scheduler, new ConcurrentExclusiveSchedulerPair(scheduler.ContextFree)).Within();
    }

    [TestMethod, ProcessorCounts, Timeout(LimitMs)]
    public async Task Exclusive_StartedByAGoroutine_StaysExclusiveAcrossAwaits(int processorCount)
    {
        // The goroutine has our context; the exclusive tasks it starts must not inherit it.
        GoScheduler scheduler = CreateScheduler(processorCount);
        await scheduler.Run(() => CountExclusivelyAsync(scheduler, new ConcurrentExclusiveSchedulerPair(scheduler))).Within();
    }

    [TestMethod, ProcessorCounts, Timeout(LimitMs)]
    public async Task Exclusive_WaitedForByATask_RunsInThePairsEnvironment(int processorCount)
    {
        GoScheduler scheduler = CreateScheduler(processorCount);
        var pair = new ConcurrentExclusiveSchedulerPair(scheduler);

        // The pair never runs a task inside a foreign wait, so the waiter must not hold the only processor: it is long-running.
        (Lane Inside, Lane After) lanes = await scheduler.Factory.StartNew(
            () =>
            {
                Task<Lane> inner = Task.Factory.StartNew(
                    Lane.Capture, CancellationToken.None, TaskCreationOptions.None, pair.ExclusiveScheduler);
                Lane inside = inner.GetAwaiter().GetResult();
                return (inside, Lane.Capture());
            },
            TaskCreationOptions.LongRunning).Within();
        Assert.IsNull(lanes.Inside.Context);
        Assert.AreSame(pair.ExclusiveScheduler, lanes.Inside.TaskScheduler);
        lanes.After.AssertIsTaskOf(scheduler);
    }

    [TestMethod, ProcessorCounts, Timeout(LimitMs)]
    public async Task Concurrent_OverTheScheduler_NeverExceedsItsMaximum(int processorCount)
    {
        GoScheduler scheduler = CreateScheduler(processorCount);
        await CountConcurrentlyAsync(new ConcurrentExclusiveSchedulerPair(scheduler, 3)).Within();
    }

    [TestMethod, ProcessorCounts, Timeout(LimitMs)]
    public async Task Concurrent_OverContextFree_NeverExceedsItsMaximum(int processorCount)
    {
        GoScheduler scheduler = CreateScheduler(processorCount);
        await CountConcurrentlyAsync(new ConcurrentExclusiveSchedulerPair(scheduler.ContextFree, 3)).Within();
    }

    [TestMethod, ProcessorCounts, Timeout(LimitMs)]
    public async Task Exclusive_BesideConcurrent_NeverOverlaps(int processorCount)
    {
        GoScheduler scheduler = CreateScheduler(processorCount);
        var pair = new ConcurrentExclusiveSchedulerPair(scheduler);
        int readers = 0;
        int writers = 0;
        Task Start(TaskScheduler door, System.Action body) =>
            Task.Factory.StartNew(body, CancellationToken.None, TaskCreationOptions.None, door);
        await Task.WhenAll(Enumerable.Range(0, 2_000).Select(i => i % 4 == 0
            ? Start(pair.ExclusiveScheduler, () =>
            {
                Assert.AreEqual(1, Interlocked.Increment(ref writers));
                Assert.AreEqual(0, Volatile.Read(ref readers));
                Interlocked.Decrement(ref writers);
            })
            : Start(pair.ConcurrentScheduler, () =>
            {
                Interlocked.Increment(ref readers);
                Assert.AreEqual(0, Volatile.Read(ref writers));
                Interlocked.Decrement(ref readers);
            }))).Within();
    }

    [TestMethod, ProcessorCounts, Timeout(LimitMs)]
    public async Task Complete_AfterWork_CompletesThePair(int processorCount)
    {
        GoScheduler scheduler = CreateScheduler(processorCount);
        var pair = new ConcurrentExclusiveSchedulerPair(scheduler);
        Task work = Task.Factory.StartNew(() => { }, CancellationToken.None, TaskCreationOptions.None, pair.ExclusiveScheduler);
        pair.Complete();
        await work.Within();
        await pair.Completion.Within();
    }

    private static async Task CountExclusivelyAsync(GoScheduler scheduler, ConcurrentExclusiveSchedulerPair pair)
    {
        const int TaskCount = 200;
        const int StepCount = 10;
        int unprotected = 0;
        int inside = 0;

        async Task IncrementAsync()
        {
            for (int step = 0; step < StepCount; step++)
            {
                Assert.AreEqual(1, Interlocked.Increment(ref inside), "Two exclusive pieces ran at once.");
                int read = unprotected;
                Thread.SpinWait(20);
                unprotected = read + 1;
                Interlocked.Decrement(ref inside);
                await Task.Yield();
                Assert.AreSame(pair.ExclusiveScheduler, TaskScheduler.Current);
                Assert.IsNull(SynchronizationContext.Current);
                Assert.AreSame(scheduler, GoScheduler.Current);
            }
        }

        await Task.WhenAll(Enumerable.Range(0, TaskCount).Select(_ => Task.Factory.StartNew(
            IncrementAsync, CancellationToken.None, TaskCreationOptions.None, pair.ExclusiveScheduler).Unwrap()));
        Assert.AreEqual(TaskCount * StepCount, unprotected);
    }

    private static async Task CountConcurrentlyAsync(ConcurrentExclusiveSchedulerPair pair)
    {
        int running = 0;
        int highest = 0;
        object gate = new();

        void Step()
        {
            lock (gate)
            {
                running++;
                highest = System.Math.Max(highest, running);
            }

            Thread.SpinWait(500);
            lock (gate)
            {
                running--;
            }
        }

        await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => Task.Factory.StartNew(
            async () =>
            {
                for (int i = 0; i < 5; i++)
                {
                    Step();
                    await Task.Yield();
                }
            },
            CancellationToken.None, TaskCreationOptions.None, pair.ConcurrentScheduler).Unwrap()));
        Assert.IsLessThanOrEqualTo(3, highest);
    }
}
