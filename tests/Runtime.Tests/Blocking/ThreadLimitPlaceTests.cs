using System;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Goroutines.Tests.TestSupport;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Goroutines.Tests.Blocking;

/// <summary>Who runs out of threads is told which methods hold them.</summary>
[TestClass]
public sealed class ThreadLimitPlaceTests : SchedulerTest
{
    private const int ThreadLimit = 4;

    [TestMethod, Timeout(LimitMs)]
    [DataRow("Run", nameof(Waiter.Wait))]
    [DataRow("Run with a result", nameof(Waiter.WaitForOne))]
    [DataRow("Run async", nameof(Waiter.WaitAsync))]
    [DataRow("Post", nameof(Waiter.Wait))]
    [DataRow("Post with state", nameof(Waiter.WaitFor))]
    [DataRow("Post async", nameof(Waiter.WaitAsync))]
    [DataRow("after Task.Yield", nameof(Waiter.WaitAfterTaskYieldAsync))]
    [DataRow("after Go.Yield", nameof(Waiter.WaitAfterYieldAsync))]
    [DataRow("after Go.Delay", null)]
    [DataRow("lambda", nameof(Waiter.Start))]
    public async Task ThreadLimitReached_AllThreadsWait_TellsWhere(string way, string? method)
    {
        GoScheduler scheduler = CreateScheduler(new GoSchedulerOptions { ProcessorCount = 2, MaxThreads = ThreadLimit });
        using var release = new ManualResetEventSlim();
        var waiter = new Waiter(scheduler, release);
        GoThreadLimitEventArgs arguments = await TellAsync(scheduler, () => waiter.Start(way), args => args.WaitingCount == ThreadLimit);
        BlockedGoroutines place = arguments.Blocked.Single();
        release.Set();
        await scheduler.DrainAsync().Within();
        string where = method is null ? way : $"{typeof(ThreadLimitPlaceTests).FullName}.{nameof(Waiter)}.{method}";
        Assert.AreEqual(where, place.Name);
        Assert.AreEqual(ThreadLimit, place.Count);
        Assert.Contains($"Most: {place.Name} (4).", arguments.ToString());
    }

    // The monitor looks at their items, and not they themselves.
    [TestMethod, Timeout(LimitMs)]
    public async Task ThreadLimitReached_AllThreadsSleep_TellsWhere()
    {
        GoScheduler scheduler = CreateScheduler(new GoSchedulerOptions { ProcessorCount = 2, MaxThreads = ThreadLimit });
        (Action Wait, Action Release)[] pairs = [.. Enumerable.Range(0, ThreadLimit).Select(_ => BlockingWays.Create("pipe"))];
        int next = 0;
        void ReadPipe() => pairs[Interlocked.Increment(ref next) - 1].Wait();
        // One may have come back from a wait of the runtime's on its way there, and goes on without a processor: no monitor sees it.
        GoThreadLimitEventArgs arguments = await TellAsync(
            scheduler, () => scheduler.Post(ReadPipe), args => args.SleepingCount >= ThreadLimit - 1);
        string names = string.Join(" ", arguments.Blocked.Select(place => place.Name));
        Array.ForEach(pairs, pair => pair.Release());
        await scheduler.DrainAsync().Within();
        Assert.Contains(nameof(ThreadLimitReached_AllThreadsSleep_TellsWhere), names);
    }

    // Starts as many as there are threads, and one more now and then, which waits.
    private static async Task<GoThreadLimitEventArgs> TellAsync(
        GoScheduler scheduler, Action start, Func<GoThreadLimitEventArgs, bool> isAwaited)
    {
        var told = new TaskCompletionSource<GoThreadLimitEventArgs>(TaskCreationOptions.RunContinuationsAsynchronously);
        scheduler.ThreadLimitReached += (_, arguments) =>
        {
            if (isAwaited(arguments))
            {
                told.TrySetResult(arguments);
            }
        };
        for (int i = 0; i < ThreadLimit; i++)
        {
            start();
        }

        while (!told.Task.IsCompleted)
        {
            await Task.WhenAny(scheduler.Run(() => { }), told.Task).Within();
        }

        return await told.Task;
    }

    private sealed class Waiter(GoScheduler scheduler, ManualResetEventSlim release)
    {
        public void Start(string way)
        {
            switch (way)
            {
                case "Run":
                    _ = scheduler.Run(Wait);
                    break;
                case "Run with a result":
                    _ = scheduler.Run(WaitForOne);
                    break;
                case "Run async":
                    _ = scheduler.Run(WaitAsync);
                    break;
                case "Post":
                    scheduler.Post(Wait);
                    break;
                case "Post with state":
                    scheduler.Post(WaitFor, "state");
                    break;
                case "Post async":
                    scheduler.Post(WaitAsync);
                    break;
                case "after Task.Yield":
                    _ = scheduler.Run(WaitAfterTaskYieldAsync);
                    break;
                case "after Go.Yield":
                    _ = scheduler.Run(WaitAfterYieldAsync);
                    break;
                case "after Go.Delay":
                    _ = scheduler.Run(WaitAfterDelayAsync);
                    break;
                default:
                    scheduler.Post(() => release.WaitWithin());
                    break;
            }
        }

        public void Wait() => release.WaitWithin();

        public int WaitForOne()
        {
            Wait();
            return 1;
        }

        public void WaitFor(string state)
        {
            _ = state;
            Wait();
        }

        public Task WaitAsync()
        {
            Wait();
            return Task.CompletedTask;
        }

        public async Task WaitAfterTaskYieldAsync()
        {
            await Task.Yield();
            Wait();
        }

        public async Task WaitAfterYieldAsync()
        {
            await Go.Yield();
            Wait();
        }

        public async Task WaitAfterDelayAsync()
        {
            await Go.Delay(TimeSpan.FromTicks(1));
            Wait();
        }
    }
}
