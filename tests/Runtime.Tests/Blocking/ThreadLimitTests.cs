using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Goroutines.Tests.TestSupport;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Goroutines.Tests.Blocking;

/// <summary>Who runs out of threads is told what they do.</summary>
[TestClass]
public sealed class ThreadLimitTests : SchedulerTest
{
    private const int ThreadLimit = 4;

    public static IEnumerable<object[]> Ways =>
    [
        ["ManualResetEventSlim", nameof(GoThreadLimitEventArgs.WaitingCount)],
        ["lock", nameof(GoThreadLimitEventArgs.WaitingCount)],
        ["Thread.Sleep", nameof(GoThreadLimitEventArgs.SleepingCount)],
        ["pipe", nameof(GoThreadLimitEventArgs.SleepingCount)],
        ["Go.Blocking", nameof(GoThreadLimitEventArgs.DeclaredCount)],
        ["spinning", nameof(GoThreadLimitEventArgs.ComputingCount)],
    ];

    [TestMethod, Timeout(LimitMs)]
    [DynamicData(nameof(Ways))]
    public async Task ThreadLimitReached_AllThreadsBlock_TellsHow(string way, string property)
    {
        GoScheduler scheduler = CreateLimited();

        // Those who compute keep the processors while nobody could take them.
        bool isComputing = property == nameof(GoThreadLimitEventArgs.ComputingCount);

        // One may have come back from a wait of the runtime's on its way there, and goes on without a processor: no monitor sees it.
        bool isSleeping = property == nameof(GoThreadLimitEventArgs.SleepingCount);
        int leastCount = isComputing ? ThreadLimit - 2 : isSleeping ? ThreadLimit - 1 : ThreadLimit;
        var told = new TaskCompletionSource<GoThreadLimitEventArgs>(TaskCreationOptions.RunContinuationsAsynchronously);
        scheduler.ThreadLimitReached += (sender, arguments) =>
        {
            Assert.AreSame(scheduler, sender);
            Assert.IsNull(GoScheduler.Current);
            int count = (int)typeof(GoThreadLimitEventArgs).GetProperty(property)!.GetValue(arguments)!;
            if (count >= leastCount)
            {
                told.TrySetResult(arguments);
            }
        };
        (Action Wait, Action Release)[] pairs = [.. Enumerable.Range(0, ThreadLimit).Select(_ => BlockingWays.Create(way))];
        Task[] blocked = [.. pairs.Select(pair => scheduler.Run(pair.Wait))];
        while (!told.Task.IsCompleted)
        {
            // One always waits; the first of them may run before all threads are blocked.
            await Task.WhenAny(scheduler.Run(() => { }), told.Task).Within();
        }

        GoThreadLimitEventArgs arguments = await told.Task;
        Assert.AreEqual(ThreadLimit, arguments.ThreadLimit);
        Assert.AreEqual(ThreadLimit, arguments.ThreadCount);
        Assert.AreEqual(0, arguments.LongRunningCount);
        Assert.IsGreaterThanOrEqualTo(isComputing ? 0 : leastCount, arguments.BlockedCount);
        Assert.Contains("4 of 4 threads", arguments.ToString());
        Array.ForEach(pairs, pair => pair.Release());
        await Task.WhenAll(blocked).Within();
        await scheduler.DrainAsync().Within();
    }

    [TestMethod, Timeout(LimitMs)]
    public async Task ThreadLimitReached_LastsForLong_ToldAboutOnceASecond()
    {
        GoScheduler scheduler = CreateLimited();
        int toldCount = 0;
        scheduler.ThreadLimitReached += (_, _) => Interlocked.Increment(ref toldCount);
        using var release = new ManualResetEventSlim();
        Task[] blocked = [.. Enumerable.Range(0, ThreadLimit + 1).Select(_ => scheduler.Run(() => release.WaitWithin()))];
        long start = Environment.TickCount64;
        Patience.Until(() => Volatile.Read(ref toldCount) >= 3);
        long elapsedMs = Environment.TickCount64 - start;
        release.Set();
        await Task.WhenAll(blocked).Within();
        Assert.IsGreaterThanOrEqualTo(1_900, elapsedMs);
    }

    [TestMethod, Timeout(LimitMs)]
    public async Task ThreadLimitReached_HandlerThrows_IsReportedAndEndsNothing()
    {
        var failures = new FailureLog();
        using var release = new ManualResetEventSlim();
        using var scheduler = new GoScheduler(new GoSchedulerOptions { ProcessorCount = 2, MaxThreads = ThreadLimit });
        failures.Watch(scheduler);
        var told = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var expected = new InvalidOperationException("expected");
        scheduler.ThreadLimitReached += (_, _) => throw expected;
        scheduler.ThreadLimitReached += (_, _) => told.TrySetResult();
        Task[] blocked = [.. Enumerable.Range(0, ThreadLimit + 1).Select(_ => scheduler.Run(() => release.WaitWithin()))];
        await told.Task.Within();
        Assert.AreSame(expected, (await failures.NextAsync()).Exception);
        release.Set();
        await Task.WhenAll(blocked).Within();
        await scheduler.DrainAsync().Within();
    }

    // A handler that does not return keeps further ones from piling up, and the scheduler from nothing.
    [TestMethod, Timeout(LimitMs)]
    public async Task ThreadLimitReached_HandlerBlocks_IsNotRaisedAgainMeanwhile()
    {
        GoScheduler scheduler = CreateLimited();
        using var release = new ManualResetEventSlim();
        using var isTold = new ManualResetEventSlim();
        int toldCount = 0;
        scheduler.ThreadLimitReached += (_, _) =>
        {
            Interlocked.Increment(ref toldCount);
            isTold.Set();
            release.WaitWithin();
        };
        Task[] blocked = [.. Enumerable.Range(0, ThreadLimit + 1).Select(_ => scheduler.Run(() => release.WaitWithin()))];
        isTold.WaitWithin();
        long refusedCount = scheduler.GetSnapshot().RefusedThreadCount;
        long start = Environment.TickCount64;
        Patience.Until(() => Environment.TickCount64 - start > 2_500);
        Assert.IsGreaterThan(refusedCount, scheduler.GetSnapshot().RefusedThreadCount);
        Assert.AreEqual(1, Volatile.Read(ref toldCount));
        release.Set();
        await Task.WhenAll(blocked).Within();
    }

    private GoScheduler CreateLimited() =>
        CreateScheduler(new GoSchedulerOptions { ProcessorCount = 2, MaxThreads = ThreadLimit });
}
