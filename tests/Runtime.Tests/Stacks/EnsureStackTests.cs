using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using Goroutines.Tests.TestSupport;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Goroutines.Tests.Stacks;

/// <summary>Go.EnsureStack: results, depth, what runs inside.</summary>
[TestClass]
public sealed class EnsureStackTests : SchedulerTest
{
    [TestMethod, ProcessorCounts, Timeout(LimitMs)]
    public async Task EnsureStack_MillionLevels_CountsThemAll(int processorCount)
    {
        GoScheduler scheduler = CreateScheduler(processorCount);
        for (int round = 0; round < 2; round++)
        {
            Assert.AreEqual(Deep.MillionLevels, await scheduler.Run(() => Deep.Count(Deep.MillionLevels)).Within());
        }
    }

    [TestMethod, ProcessorCounts, Timeout(LimitMs)]
    public async Task EnsureStack_SeveralRecursionsAtOnce_CountThemAll(int processorCount)
    {
        GoScheduler scheduler = CreateScheduler(processorCount);
        var recursions = new List<Task<int>>();
        for (int i = 0; i < 10; i++)
        {
            recursions.Add(scheduler.Run(() => Deep.Count(100_000)));
        }

        foreach (int count in await Task.WhenAll(recursions).Within())
        {
            Assert.AreEqual(100_000, count);
        }
    }

    [TestMethod, Timeout(LimitMs)]
    public void EnsureStack_OnAThreadOfNobodys_CountsThemAll()
    {
        Assert.AreEqual(Deep.MillionLevels, Deep.Count(Deep.MillionLevels));
        int count = 0;
        var thread = new Thread(() => count = Deep.Count(300_000), 256 * 1024);
        thread.Start();
        thread.JoinWithin();
        Assert.AreEqual(300_000, count);
    }

    [TestMethod, Timeout(LimitMs)]
    public async Task EnsureStack_WorkersWithSmallStacks_CountThemAll()
    {
        GoScheduler scheduler = CreateScheduler(new GoSchedulerOptions { ProcessorCount = 2, WorkerStackSize = 256 * 1024 });
        Assert.AreEqual(300_000, await scheduler.Run(() => Deep.Count(300_000)).Within());
    }

    [TestMethod, Timeout(LimitMs)]
    public void EnsureStack_RoomLeft_StaysOnTheThread()
    {
        int own = Environment.CurrentManagedThreadId;
        Assert.AreEqual(own, Go.EnsureStack(() => Environment.CurrentManagedThreadId));
    }

    [TestMethod, Timeout(LimitMs)]
    public void EnsureStack_EveryOverloadAtTheEnd_RunsOnASegmentAndReturns()
    {
        int own = Environment.CurrentManagedThreadId;
        var seen = new List<int>();
        Deep.AtTheEndOfTheStack(() =>
        {
            Go.EnsureStack(() => seen.Add(Environment.CurrentManagedThreadId));
            Go.EnsureStack(list => list.Add(Environment.CurrentManagedThreadId), seen);
            seen.Add(Go.EnsureStack(() => Environment.CurrentManagedThreadId));
            Assert.AreEqual("7", Go.EnsureStack(number => number.ToString(System.Globalization.CultureInfo.InvariantCulture), 7));
        });
        Assert.HasCount(3, seen);
        Assert.DoesNotContain(own, seen);
        Assert.AreEqual(seen[0], seen[2], "The segment is warm and taken again.");
    }

    [TestMethod, Timeout(LimitMs)]
    public void EnsureStack_RoomLeft_AllocatesNothing()
    {
        Action<int> action = static _ => { };
        Func<int, int> function = static number => number;
        Action plain = static () => { };
        Func<int> plainFunction = static () => 1;
        long least = long.MaxValue;
        for (int round = 0; round < 5; round++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < 1_000; i++)
            {
                Go.EnsureStack(plain);
                Go.EnsureStack(plainFunction);
                Go.EnsureStack(action, i);
                Go.EnsureStack(function, i);
            }

            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        Assert.AreEqual(0, least);
    }

    [TestMethod, Timeout(LimitMs)]
    public void EnsureStack_NoWork_Throws()
    {
        Assert.AreEqual("work", Assert.ThrowsExactly<ArgumentNullException>(() => Go.EnsureStack((Action)null!)).ParamName);
        Assert.AreEqual("work", Assert.ThrowsExactly<ArgumentNullException>(() => Go.EnsureStack((Func<int>)null!)).ParamName);
        Assert.AreEqual("work", Assert.ThrowsExactly<ArgumentNullException>(() => Go.EnsureStack(null!, 1)).ParamName);
        Assert.AreEqual(
            "work", Assert.ThrowsExactly<ArgumentNullException>(() => Go.EnsureStack((Func<int, int>)null!, 1)).ParamName);
    }

    [TestMethod, Timeout(LimitMs)]
    public async Task EnsureStack_SpawnInsideOnOneProcessor_QueuesBehindTheCaller()
    {
        // The slice is so long that a caller the system has put aside is not taken for one that computes on, and loses its processor.
        GoScheduler scheduler = CreateScheduler(new GoSchedulerOptions { ProcessorCount = 1, TimeSlice = TimeSpan.FromMinutes(1) });
        var order = new List<string>();
        Task<Task> outer = scheduler.Run(() => Task.FromResult(Deep.AtTheEndOfTheStack(() =>
        {
            Task spawned = Go.EnsureStack(() =>
            {
                // The processor is the caller's and held: what is spawned here waits in its own queue.
                Assert.IsTrue(scheduler.Core.RunsGoroutine);
                Internal.Scheduling.Processor processor = Internal.Scheduling.Machine.Current!.Processor!;
                int queued = processor.Queue.Count;
                Task task = Go.Run(() => order.Add("spawned"));
                Assert.AreEqual(queued + 1, processor.Queue.Count);
                order.Add("inside");
                return task;
            });
            order.Add("after");
            return spawned;
        })));
        await (await outer.Within()).Within();
        Assert.AreEqual("inside after spawned", string.Join(' ', order));
    }

    [TestMethod, Timeout(LimitMs)]
    public async Task EnsureStack_WaitInsideForWhatIsSpawnedOnOneProcessor_RunsItInPlace()
    {
        GoScheduler scheduler = CreateScheduler(1);
        int result = await scheduler.Run(() => Deep.AtTheEndOfTheStack(
            () => Go.EnsureStack(() => Go.Run(() => 42).GetAwaiter().GetResult()))).Within();
        Assert.AreEqual(42, result);
    }

    [TestMethod, ProcessorCounts, Timeout(LimitMs)]
    public async Task EnsureStack_AsyncWork_ReturnsItsTaskAndComesBackToTheScheduler(int processorCount)
    {
        GoScheduler scheduler = CreateScheduler(processorCount);
        await scheduler.Run(() => Deep.AtTheEndOfTheStack(() => Go.EnsureStack(async () =>
        {
            await Task.Yield();
            Lane.Capture().AssertIsAwaitedOf(scheduler);
            await Task.Delay(1);
            Lane.Capture().AssertIsAwaitedOf(scheduler);
        }))).Within();
    }

    [TestMethod, Timeout(LimitMs)]
    public async Task EnsureStack_Canceled_CancelsTheGoroutine()
    {
        GoScheduler scheduler = CreateScheduler(2);
        using var source = new CancellationTokenSource();
        Action cancel = () =>
        {
            source.Cancel();
            source.Token.ThrowIfCancellationRequested();
        };
        Task<int> task = scheduler.Run(() => Deep.CountTo((200_000, cancel)), source.Token);
        await Assert.ThrowsAsync<OperationCanceledException>(() => task.Within());
        Assert.IsTrue(task.IsCanceled);
    }

    [TestMethod, Timeout(LimitMs)]
    public async Task EnsureStack_SchedulerDisposedMeanwhile_EndsAsUsual()
    {
        GoScheduler scheduler = CreateScheduler(1);
        int count = await scheduler.Run(() => Deep.CountTo((200_000, scheduler.Dispose))).Within();
        Assert.AreEqual(200_000, count);
    }
}
