using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Goroutines.Tests.TestSupport;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Goroutines.Tests.TaskSchedulerDoor;

/// <summary>Where a task may run inside a wait: on the scheduler's own workers, nowhere else, and never twice.</summary>
[TestClass]
public sealed class InliningTests : SchedulerTest
{
    [TestMethod, Timeout(LimitMs)]
    public async Task Wait_OnTheOnlyWorker_RunsTheQueuedTaskThere()
    {
        GoScheduler scheduler = CreateScheduler(1);
        (int Outer, int Inner) threads = await scheduler.Factory.StartNew(() =>
        {
            // Other tasks in front: the awaited one is neither the newest nor the oldest.
            Task before = scheduler.Factory.StartNew(() => { });
            Task<int> inner = scheduler.Factory.StartNew(() => System.Environment.CurrentManagedThreadId);
            Task after = scheduler.Factory.StartNew(() => { });
            int thread = inner.GetAwaiter().GetResult();
            Task.WaitAll(before, after);
            return (System.Environment.CurrentManagedThreadId, thread);
        }).Within();
        Assert.AreEqual(threads.Outer, threads.Inner);
    }

    [TestMethod, Timeout(LimitMs)]
    public async Task Wait_TaskQueuedFromOutside_RunsOnTheWaitingWorker()
    {
        // The task sits in the global queue: previously queued tasks may inline too.
        GoScheduler scheduler = CreateScheduler(1);
        using var started = new ManualResetEventSlim();
        Task<int>? outside = null;
        Task<bool> outer = scheduler.Factory.StartNew(() =>
        {
            started.Set();
            Patience.Until(() => Volatile.Read(ref outside) is not null);
            return outside!.GetAwaiter().GetResult() == System.Environment.CurrentManagedThreadId;
        });
        started.WaitWithin();
        Volatile.Write(ref outside, scheduler.Factory.StartNew(() => System.Environment.CurrentManagedThreadId));
        Assert.IsTrue(await outer.Within());
    }

    [TestMethod, ProcessorCounts, Timeout(LimitMs)]
    public async Task Wait_OnAForeignThread_NeverRunsTheTaskThere(int processorCount)
    {
        GoScheduler scheduler = CreateScheduler(processorCount);
        for (int round = 0; round < 200; round++)
        {
            Task<Lane> task = scheduler.Factory.StartNew(Lane.Capture);
            task.Wait();
            Assert.AreNotEqual(System.Environment.CurrentManagedThreadId, (await task).ThreadId);
            (await task).AssertIsTaskOf(scheduler);
        }
    }

    [TestMethod, ProcessorCounts, Timeout(LimitMs)]
    public void RunSynchronously_OnAForeignThread_RunsOnAWorker(int processorCount)
    {
        GoScheduler scheduler = CreateScheduler(processorCount);
        var task = new Task<Lane>(Lane.Capture);
        task.RunSynchronously(scheduler);
        task.Result.AssertIsTaskOf(scheduler);
        Assert.AreNotEqual(System.Environment.CurrentManagedThreadId, task.Result.ThreadId);
    }

    [TestMethod, ProcessorCounts, Timeout(LimitMs)]
    public async Task RunSynchronously_OnAWorker_RunsRightThere(int processorCount)
    {
        GoScheduler scheduler = CreateScheduler(processorCount);
        bool same = await scheduler.Run(() =>
        {
            var task = new Task<Lane>(Lane.Capture);
            task.RunSynchronously(scheduler);
            task.Result.AssertIsTaskOf(scheduler);
            return task.Result.ThreadId == System.Environment.CurrentManagedThreadId;
        }).Within();
        Assert.IsTrue(same);
    }

    [TestMethod, ProcessorCounts, Timeout(LimitMs)]
    public async Task Wait_OnAWorkerOfAnotherScheduler_RunsOnItsOwnScheduler(int processorCount)
    {
        GoScheduler first = CreateScheduler(processorCount);
        GoScheduler second = CreateScheduler(processorCount);
        Lane lane = await first.Run(() => second.Factory.StartNew(Lane.Capture).GetAwaiter().GetResult()).Within();
        lane.AssertIsTaskOf(second);
    }

    [TestMethod, ProcessorCounts, Timeout(LimitMs)]
    public async Task Wait_RacingTheThieves_NeverRunsATaskTwice(int processorCount)
    {
        GoScheduler scheduler = CreateScheduler(processorCount);
        int[] runs = new int[20_000];
        const int Batch = 100;
        await Task.WhenAll(Enumerable.Range(0, runs.Length / Batch).Select(batch => scheduler.Run(() =>
        {
            Task[] tasks = [.. Enumerable.Range(batch * Batch, Batch).Select(
                i => scheduler.Factory.StartNew(() => Interlocked.Increment(ref runs[i])))];
            for (int i = tasks.Length - 1; i >= 0; i -= 2)
            {
                tasks[i].Wait();
            }

            Task.WaitAll(tasks);
        }))).Within();
        Assert.IsTrue(runs.All(count => count == 1));
    }

    [TestMethod, ProcessorCounts, Timeout(LimitMs)]
    public async Task Wait_DeepRecursion_EveryLevelInlines(int processorCount)
    {
        GoScheduler scheduler = CreateScheduler(processorCount);
        int Fib(int n)
        {
            if (n < 2)
            {
                return n;
            }

            Task<int> left = scheduler.Factory.StartNew(() => Fib(n - 1));
            int right = Fib(n - 2);
            return left.GetAwaiter().GetResult() + right;
        }

        // Waits far deeper than there are processors: only inlining gets through.
        Assert.AreEqual(610, await scheduler.Run(() => Fib(15)).Within());
    }

    [TestMethod, Timeout(LimitMs)]
    public async Task Wait_CallbackWithTheTaskAsItsState_RunsToo()
    {
        GoScheduler scheduler = CreateScheduler(1);
        int runCount = 0;
        await scheduler.Run(() =>
        {
            Task task = scheduler.Factory.StartNew(() => { });

            // The second callback pushes the first one out of runnext, to the end of the ring: behind the task, with it as state.
            scheduler.SynchronizationContext.Post(_ => runCount++, task);
            scheduler.SynchronizationContext.Post(_ => runCount++, null);
            task.Wait();
        }).Within();
        await scheduler.DrainAsync().Within();
        Assert.AreEqual(2, runCount);
    }
}
