using System;
using System.Collections.Generic;
using System.Linq;
using System.Reflection;
using System.Threading;
using System.Threading.Tasks;
using Goroutines.Tests.TestSupport;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Goroutines.Tests.TaskSchedulerDoor;

/// <summary>What debuggers and Parallel ask a TaskScheduler for: its queued tasks and its concurrency level.</summary>
[TestClass]
public sealed class SchedulerViewTests : SchedulerTest
{
    private static readonly MethodInfo s_getScheduledTasks =
        typeof(TaskScheduler).GetMethod("GetScheduledTasks", BindingFlags.Instance | BindingFlags.NonPublic)!;

    [TestMethod, Timeout(LimitMs)]
    public async Task GetScheduledTasks_PreferFairness_ListsTheGlobalQueue()
    {
        GoScheduler scheduler = CreateScheduler(1);
        Task[] queued = [];
        Task[] seen = await scheduler.Run(() =>
        {
            queued = [.. Enumerable.Range(0, 20).Select(
                _ => scheduler.Factory.StartNew(() => { }, TaskCreationOptions.PreferFairness))];
            return GetScheduledTasks(scheduler).ToArray();
        }).Within();
        CollectionAssert.IsSubsetOf(queued, seen);
        await Task.WhenAll(queued).Within();
    }

    [TestMethod, ProcessorCounts, Timeout(LimitMs)]
    public async Task GetScheduledTasks_Idle_IsEmpty(int processorCount)
    {
        GoScheduler scheduler = CreateScheduler(processorCount);
        await scheduler.Run(() => { }).Within();
        await scheduler.DrainAsync().Within();
        Assert.IsFalse(GetScheduledTasks(scheduler).Any());
        Assert.IsFalse(GetScheduledTasks(scheduler.ContextFree).Any());
    }

    [TestMethod, ProcessorCounts, Timeout(LimitMs)]
    public async Task GetScheduledTasks_QueuesBusy_ReturnsOwnTasksOnly(int processorCount)
    {
        GoScheduler scheduler = CreateScheduler(processorCount);
        bool stop = false;
        bool ran = false;
        Task flood = scheduler.Run(async () =>
        {
            while (!Volatile.Read(ref stop))
            {
                await Task.WhenAll(Enumerable.Range(0, 400).Select(
                    _ => scheduler.Factory.StartNew(() => Volatile.Write(ref ran, true))));
            }
        });
        Patience.Until(() => Volatile.Read(ref ran));
        for (int i = 0; i < 500; i++)
        {
            foreach (Task task in GetScheduledTasks(scheduler))
            {
                Assert.IsNotNull(task);
            }
        }

        Volatile.Write(ref stop, true);
        await flood.Within();
    }

    [TestMethod, ProcessorCounts, Timeout(LimitMs)]
    public void MaximumConcurrencyLevel_Always_IsTheProcessorCount(int processorCount)
    {
        GoScheduler scheduler = CreateScheduler(processorCount);
        Assert.AreEqual(processorCount, scheduler.MaximumConcurrencyLevel);
        Assert.AreEqual(processorCount, scheduler.ContextFree.MaximumConcurrencyLevel);
        scheduler.ProcessorCount = 3;
        Assert.AreEqual(3, scheduler.MaximumConcurrencyLevel);
        Assert.AreEqual(3, scheduler.ContextFree.MaximumConcurrencyLevel);
    }

    [TestMethod, ProcessorCounts, Timeout(LimitMs)]
    public async Task Run_MoreWorkThanProcessors_NeverExceedsTheProcessorCount(int processorCount)
    {
        // The slice is so long that nobody is taken for one that never ends.
        GoScheduler scheduler = CreateScheduler(
            new GoSchedulerOptions { ProcessorCount = processorCount, TimeSlice = TimeSpan.FromMinutes(1) });
        int running = 0;
        int highest = 0;
        await Task.WhenAll(Enumerable.Range(0, 500).Select(_ => scheduler.Run(() =>
        {
            int now = Interlocked.Increment(ref running);
            InterlockedMax(ref highest, now);
            Thread.SpinWait(2_000);
            Interlocked.Decrement(ref running);
        }))).Within();
        Assert.IsLessThanOrEqualTo(processorCount, highest);
    }

    private static IEnumerable<Task> GetScheduledTasks(TaskScheduler scheduler) =>
        (IEnumerable<Task>)s_getScheduledTasks.Invoke(scheduler, null)!;

    private static void InterlockedMax(ref int target, int value)
    {
        int seen = Volatile.Read(ref target);
        while (value > seen)
        {
            int found = Interlocked.CompareExchange(ref target, value, seen);
            if (found == seen)
            {
                return;
            }

            seen = found;
        }
    }
}
