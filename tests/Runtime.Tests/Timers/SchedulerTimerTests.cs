using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Goroutines.Internal.Primitives;
using Goroutines.Tests.TestSupport;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Goroutines.Tests.Timers;

/// <summary>Timers of a scheduler: where they expire, in which order, and that they do when its processors are not free.</summary>
[TestClass]
public sealed class SchedulerTimerTests : SchedulerTest
{
    [TestMethod, Timeout(LimitMs)]
    [ProcessorCounts]
    public async Task Timers_ManyRandomOnes_NoneIsEarlyAndEachExpires(int processorCount)
    {
        GoScheduler scheduler = CreateScheduler(processorCount);
        Random random = CreateRandom();
        const int Count = 20_000;
        int early = 0;
        using var expired = new CountdownEvent(Count);
        for (int i = 0; i < Count; i++)
        {
            var time = TimeSpan.FromMicroseconds(random.Next(200_000));
            long start = Stopwatch.GetTimestamp();
            _ = scheduler.TimeProvider.CreateTimer(
                _ =>
                {
                    if (Stopwatch.GetElapsedTime(start) < time)
                    {
                        Interlocked.Increment(ref early);
                    }

                    expired.Signal();
                },
                null,
                time,
                Timeout.InfiniteTimeSpan);
        }

        await Task.Run(() => expired.WaitWithin());
        Assert.AreEqual(0, early);
        Assert.AreEqual(0, scheduler.GetSnapshot().TimerCount);
    }

    [TestMethod, Timeout(LimitMs)]
    public async Task Timers_OneProcessor_ExpireSorted()
    {
        GoScheduler scheduler = CreateScheduler(1);
        Random random = CreateRandom();
        int[] times = [.. Enumerable.Range(0, 500)];
        random.Shuffle(times);
        var order = new ConcurrentQueue<TimeSpan>();
        long start = Stopwatch.GetTimestamp();
        await scheduler.Run(() => Task.WhenAll(times.Select(async time =>
        {
            var delay = TimeSpan.FromMilliseconds(50 + (0.2 * time));
            TimeSpan due = Stopwatch.GetElapsedTime(start) + delay;
            await Go.Delay(delay);
            order.Enqueue(due);
        }))).Within();

        // The monitor and the machine may each have queued some, and a few come between; in any other order half of them would.
        TimeSpan[] seen = [.. order];
        int sortedCount = seen.Zip(seen.Skip(1)).Count(pair => pair.First <= pair.Second);
        Assert.IsGreaterThan(400, sortedCount);
    }

    [TestMethod, Timeout(LimitMs)]
    public async Task Timer_Callback_RunsInTheRawLaneOfAWorker()
    {
        GoScheduler scheduler = CreateScheduler(1);
        var seen = new TaskCompletionSource<(GoScheduler?, SynchronizationContext?, TaskScheduler, bool)>();
        await using ITimer timer = scheduler.TimeProvider.CreateTimer(
            _ => seen.TrySetResult((
                GoScheduler.Current, SynchronizationContext.Current, TaskScheduler.Current, Thread.CurrentThread.IsThreadPoolThread)),
            null,
            TimeSpan.FromMilliseconds(1),
            Timeout.InfiniteTimeSpan);
        Assert.AreEqual((scheduler, null, TaskScheduler.Default, false), await seen.Task.Within());
    }

    [TestMethod, Timeout(LimitMs)]
    public async Task Timer_CallbackThrows_IsReportedAndOthersGoOn()
    {
        var failures = new FailureLog();
        GoScheduler scheduler = CreateScheduler(1, failures);
        var expired = new TaskCompletionSource();
        await using ITimer failing = scheduler.TimeProvider.CreateTimer(
            _ => throw new InvalidOperationException("tick"), null, TimeSpan.Zero, Timeout.InfiniteTimeSpan);
        await using ITimer good = scheduler.TimeProvider.CreateTimer(
            _ => expired.TrySetResult(), null, TimeSpan.FromMilliseconds(20), Timeout.InfiniteTimeSpan);
        await expired.Task.Within();
        Assert.AreEqual("tick", (await failures.NextAsync()).Exception.Message);
    }

    [TestMethod, Timeout(LimitMs)]
    [ProcessorCounts]
    public async Task Timer_AllProcessorsCompute_ExpiresBesideThem(int processorCount)
    {
        GoScheduler scheduler = CreateScheduler(processorCount);
        int stop = 0;
        using var started = new CountdownEvent(processorCount);
        Task[] hogs = [.. Enumerable.Range(0, processorCount).Select(_ => scheduler.Run(() =>
        {
            started.Signal();
            while (Volatile.Read(ref stop) == 0)
            {
                Thread.SpinWait(100);
            }
        }))];
        await Task.Run(() => started.WaitWithin());
        for (int i = 0; i < 5; i++)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(1), scheduler.TimeProvider).Within();
        }

        Volatile.Write(ref stop, 1);
        await Task.WhenAll(hogs).Within();
    }

    [TestMethod, Timeout(LimitMs)]
    public async Task Timer_OwnerBlocksForLong_ExpiresElsewhere()
    {
        GoScheduler scheduler = CreateScheduler(1);
        using var expired = new ManualResetEventSlim();
        await scheduler.Run(() =>
        {
            using ITimer timer = scheduler.TimeProvider.CreateTimer(
                _ => expired.Set(), null, TimeSpan.FromMilliseconds(5), Timeout.InfiniteTimeSpan);
            expired.WaitWithin();
        }).Within();
    }

    // A sleep is not told to the scheduler, so the goroutine does not know yet that its processor is gone when it arms the timer.
    [TestMethod, Timeout(LimitMs)]
    [ProcessorCounts]
    public async Task Timer_ArmedAfterTheProcessorWasTaken_Expires(int processorCount)
    {
        GoScheduler scheduler = CreateScheduler(processorCount);
        using var expired = new ManualResetEventSlim();
        await scheduler.Run(() =>
        {
            Thread.Sleep(20);
            Patience.Until(() => scheduler.GetSnapshot().DetachedMachineCount == 1 && Monitors.IsAsleep(scheduler));
            using ITimer timer = scheduler.TimeProvider.CreateTimer(
                _ => expired.Set(), null, TimeSpan.FromMilliseconds(5), Timeout.InfiniteTimeSpan);
            expired.WaitWithin();
        }).Within();
    }

    [TestMethod, Timeout(LimitMs)]
    public async Task Timers_ExpireWhileAllProcessorsAreHeld_ProcessorsAreAskedToLook()
    {
        // The slice is so long that the processor is not taken meanwhile.
        GoScheduler scheduler = CreateScheduler(new GoSchedulerOptions { ProcessorCount = 1, TimeSlice = TimeSpan.FromMinutes(1) });
        int expiredCount = 0;
        int state = 0;
        using ITimer timer = scheduler.TimeProvider.CreateTimer(
            _ => Interlocked.Increment(ref expiredCount), null, TimeSpan.FromHours(1), Timeout.InfiniteTimeSpan);
        Task held = scheduler.Run(() =>
        {
            Volatile.Write(ref state, 1);
            while (Volatile.Read(ref state) == 1)
            {
                Thread.SpinWait(100);
            }
        });
        Patience.Until(() => Volatile.Read(ref state) == 1);

        // As a thread without a processor does it, at a time that only this test knows.
        scheduler.Core.ExpireAllTimers(MonotonicClock.NowNs + 7_200_000_000_000);
        bool isAsked = scheduler.Core.Processors.All[0].NeedsAttention;
        Volatile.Write(ref state, 2);
        await held.Within();
        Assert.IsTrue(isAsked);
        Patience.Until(() => Volatile.Read(ref expiredCount) == 1);
    }

    [TestMethod, Timeout(LimitMs)]
    public async Task Timer_OneProcessorAndAnEndlessChain_Expires()
    {
        // Go's TestAfterFuncStarvation: a pair that readies one another must not keep the timer from expiring.
        GoScheduler scheduler = CreateScheduler(1);
        bool isStopping = false;
        async Task PassOnAsync(SemaphoreSlim mine, SemaphoreSlim theirs)
        {
            while (!Volatile.Read(ref isStopping))
            {
                await mine.WaitAsync();
                theirs.Release();
            }

            theirs.Release();
        }

        using var one = new SemaphoreSlim(1);
        using var two = new SemaphoreSlim(0);
        Task[] pair = [scheduler.Run(() => PassOnAsync(one, two)), scheduler.Run(() => PassOnAsync(two, one))];
        await using ITimer timer = scheduler.TimeProvider.CreateTimer(
            _ => Volatile.Write(ref isStopping, true), null, TimeSpan.FromMicroseconds(1), Timeout.InfiniteTimeSpan);
        await Task.WhenAll(pair).Within();
    }

    [TestMethod, Timeout(LimitMs)]
    public async Task Timers_ProcessorCountLowered_StillExpire()
    {
        GoScheduler scheduler = CreateScheduler(8);
        Task[] delays = await scheduler.Run(async () =>
        {
            var started = new List<Task>();
            for (int i = 0; i < 64; i++)
            {
                started.Add(Task.Delay(TimeSpan.FromMilliseconds(50), scheduler.TimeProvider));
                await Go.Yield();
            }

            return started.ToArray();
        }).Within();
        scheduler.ProcessorCount = 1;
        await Task.WhenAll(delays).Within();
    }

    [TestMethod, Timeout(LimitMs)]
    public async Task Timers_SchedulerDisposed_ExpireOnTheThreadPool()
    {
        GoScheduler scheduler = CreateScheduler(2);
        Task before = Task.Delay(TimeSpan.FromMilliseconds(50), scheduler.TimeProvider);
        Task goroutine = scheduler.Run(async () => await Go.Delay(TimeSpan.FromMilliseconds(50)));
        await scheduler.DisposeAsync();
        Task after = Task.Delay(TimeSpan.FromMilliseconds(5), scheduler.TimeProvider);
        Task later = Task.Delay(TimeSpan.FromMilliseconds(100), scheduler.TimeProvider);
        await Task.WhenAll(before, goroutine, after, later).Within();
    }

    [TestMethod, Timeout(LimitMs)]
    [ProcessorCounts]
    public async Task Timers_EarlierOneFromOutside_WakesWhoKeepsTime(int processorCount)
    {
        GoScheduler scheduler = CreateScheduler(processorCount);
        await using ITimer late = scheduler.TimeProvider.CreateTimer(
            _ => { }, null, TimeSpan.FromMinutes(10), Timeout.InfiniteTimeSpan);
        for (int i = 0; i < 200; i++)
        {
            // From the ThreadPool, while the scheduler is at rest or about to be.
            await Task.Delay(TimeSpan.FromMicroseconds(i * 10), scheduler.TimeProvider).Within();
        }
    }

    [TestMethod, Timeout(LimitMs)]
    public async Task Timers_NoneArmed_SchedulerSleeps()
    {
        GoScheduler scheduler = CreateScheduler(2);
        await Task.Delay(TimeSpan.FromMilliseconds(1), scheduler.TimeProvider).Within();
        await scheduler.DrainAsync().Within();
        Patience.Until(() => scheduler.GetSnapshot() is { IdleProcessorCount: 2, TimerCount: 0 });
        long wakes = scheduler.GetSnapshot().WakeCount;
        await Task.Delay(50);
        Assert.AreEqual(wakes, scheduler.GetSnapshot().WakeCount);
    }
}
