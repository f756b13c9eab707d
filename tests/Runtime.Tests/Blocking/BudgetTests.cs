using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using Goroutines.Internal.Scheduling;
using Goroutines.Sync;
using Goroutines.Tests.TestSupport;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Goroutines.Tests.Blocking;

/// <summary>Awaits that are ready every time are checkpoints too; that costs nothing where none is due.</summary>
[TestClass]
public sealed class BudgetTests : SchedulerTest
{
    private const int AwaitCount = 1_000;

    private static readonly WaitGroup s_done = new();

    private static readonly Dictionary<string, (Func<Task> AwaitAsync, Func<bool> IsReady)> s_ways = new(StringComparer.Ordinal)
    {
        ["WaitGroup.WaitAsync"] = (static async () => await s_done.WaitAsync(), static () => IsReady(s_done.WaitAsync())),
        ["Go.CheckpointAsync"] = (static async () => await Go.CheckpointAsync(), static () => IsReady(Go.CheckpointAsync())),
        ["Go.EnsureStackAsync"] =
            (static async () => await Go.EnsureStackAsync(), static () => Go.EnsureStackAsync().GetAwaiter().IsCompleted),
        ["Go.EnsureStackAsync on a segment"] = (
            static async () => await Go.EnsureStackAsync(onSegment: true),
            static () => Go.EnsureStackAsync(onSegment: true).GetAwaiter().IsCompleted),
    };

    public static IEnumerable<string> Names => s_ways.Keys;

    // One thread and one processor: nobody can run beside the one that loops.
    [TestMethod, Timeout(LimitMs)]
    [DynamicData(nameof(Names))]
    public async Task Await_AlwaysReady_OthersGetTheirTurn(string name)
    {
        GoScheduler scheduler = CreateScheduler(new GoSchedulerOptions { ProcessorCount = 1, MaxThreads = 1 });
        Func<Task> awaitAsync = s_ways[name].AwaitAsync;
        using var stop = new CancellationTokenSource(Patience.Limit);
        int turnCount = 0;
        Task hog = scheduler.Run(async () =>
        {
            while (Volatile.Read(ref turnCount) < 5 && !stop.IsCancellationRequested)
            {
                await awaitAsync();
                Assert.AreSame(scheduler, GoScheduler.Current);
            }
        });
        for (int turn = 0; turn < 5; turn++)
        {
            await scheduler.Run(() => Interlocked.Increment(ref turnCount)).Within();
        }

        await hog.Within();
        Assert.IsFalse(stop.IsCancellationRequested, "Others ran only after the time was over.");
    }

    [TestMethod, Timeout(LimitMs)]
    [DynamicData(nameof(Names))]
    public void Await_OffAnyScheduler_IsReadyWhateverOthersAreAskedFor(string name)
    {
        Preemption.Request();
        try
        {
            Assert.IsTrue(s_ways[name].IsReady());
        }
        finally
        {
            Preemption.Withdraw();
        }
    }

    // Somebody is asked to let others run, but not this goroutine.
    [TestMethod, Timeout(LimitMs)]
    [DynamicData(nameof(Names))]
    public async Task Await_AnotherOneIsAsked_IsReadyWithoutAllocation(string name)
    {
        GoScheduler scheduler = CreateScheduler(1);
        Func<bool> isReady = s_ways[name].IsReady;
        Preemption.Request();
        try
        {
            (int readyCount, long bytes) = await scheduler.Run(() => CountReady(isReady)).Within();
            Assert.AreEqual(AwaitCount, readyCount);
            Assert.AreEqual(0, bytes);
        }
        finally
        {
            Preemption.Withdraw();
        }
    }

    private static bool IsReady(ValueTask task) => task.IsCompletedSuccessfully;

    private static (int ReadyCount, long Bytes) CountReady(Func<bool> isReady)
    {
        int readyCount = isReady() ? 0 : -1;
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < AwaitCount; i++)
        {
            readyCount += isReady() ? 1 : 0;
        }

        return (readyCount, GC.GetAllocatedBytesForCurrentThread() - before);
    }
}
