using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Channels;
using System.Threading.Tasks;
using Goroutines.Tests.TestSupport;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Goroutines.Tests.ContextDoor;

/// <summary>Every await that captures its context resumes on the scheduler, whoever completes what it waits for.</summary>
[TestClass]
public sealed class AwaitReturnTests : SchedulerTest
{
    private static readonly Dictionary<string, Func<GoScheduler, Task>> s_awaits = new()
    {
        ["Task.Yield"] = async _ => await Task.Yield(),
        ["Go.Yield"] = async _ => await Go.Yield(),
        ["Task.Delay"] = async _ => await Task.Delay(1),
        ["Task.Run"] = async _ => await Task.Run(() => Thread.SpinWait(1_000)),
        ["thread pool item"] = async _ => await CompletedBy(complete => ThreadPool.QueueUserWorkItem(_ => complete())),
        ["foreign thread"] = async _ => await CompletedBy(complete => new Thread(() => complete()).Start()),
        ["own task"] = async scheduler => await scheduler.Run(() => Thread.SpinWait(1_000)),
        ["raw item"] = async scheduler => await CompletedBy(
            complete => scheduler.UnsafeQueueUserWorkItem(new RawItem(complete), preferLocal: true)),
        ["context-free task"] = async scheduler => await Task.Factory.StartNew(
            () => Thread.SpinWait(1_000), CancellationToken.None, TaskCreationOptions.None, scheduler.ContextFree),
        ["LongRunning"] = async scheduler => await scheduler.Factory.StartNew(
            () => Thread.SpinWait(1_000), TaskCreationOptions.LongRunning),
        ["WhenAll"] = async scheduler => await Task.WhenAll(scheduler.Run(() => { }), Task.Delay(1), Task.Run(() => { })),
        ["WhenAny"] = async _ => await Task.WhenAny(Task.Delay(1), new TaskCompletionSource().Task),
        ["WaitAsync timeout"] = async _ =>
        {
            try
            {
                await new TaskCompletionSource().Task.WaitAsync(TimeSpan.FromMilliseconds(1));
            }
            catch (TimeoutException)
            {
                Lane.Capture();
            }
        },
        ["cancellation"] = async _ =>
        {
            using var cancellation = new CancellationTokenSource(1);
            try
            {
                await Task.Delay(Timeout.Infinite, cancellation.Token);
            }
            catch (OperationCanceledException)
            {
                Lane.Capture();
            }
        },
        ["SemaphoreSlim.WaitAsync"] = async _ =>
        {
            using var semaphore = new SemaphoreSlim(0);
            Task entered = semaphore.WaitAsync();
            new Thread(() => semaphore.Release()).Start();
            await entered;
        },
        ["Channel.ReadAsync"] = async _ =>
        {
            var channel = Channel.CreateUnbounded<int>();
            ValueTask<int> read = channel.Reader.ReadAsync();
            new Thread(() => channel.Writer.TryWrite(1)).Start();
            await read;
        },
        ["bounded Channel.WriteAsync"] = async _ =>
        {
            var channel = Channel.CreateBounded<int>(1);
            await channel.Writer.WriteAsync(1);
            ValueTask write = channel.Writer.WriteAsync(2);
            new Thread(() => channel.Reader.TryRead(out int _)).Start();
            await write;
        },
        ["PeriodicTimer"] = async _ =>
        {
            using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(1));
            await timer.WaitForNextTickAsync();
        },
        ["await foreach"] = async scheduler =>
        {
            await foreach (int item in CountAsync())
            {
                Assert.AreSame(scheduler.SynchronizationContext, SynchronizationContext.Current);
                Assert.IsGreaterThanOrEqualTo(0, item);
            }
        },
        ["await using"] = async scheduler =>
        {
            await using (new SlowlyDisposed())
            {
                Assert.AreSame(scheduler.SynchronizationContext, SynchronizationContext.Current);
            }
        },
        ["inner ConfigureAwait(false)"] = async _ => await LeaveAsync(),
        ["exception"] = async _ =>
        {
            try
            {
                await Task.Run(() => throw new InvalidOperationException("foreign"));
            }
            catch (InvalidOperationException)
            {
                Lane.Capture();
            }
        },
    };

    [TestMethod, ProcessorCounts, Timeout(LimitMs)]
    public async Task Await_EveryKind_ComesBackToTheScheduler(int processorCount)
    {
        GoScheduler scheduler = CreateScheduler(processorCount);
        foreach ((string name, Func<GoScheduler, Task> awaiting) in s_awaits)
        {
            Lane lane = await scheduler.Run(async () =>
            {
                // The inner method ends on the lane it resumed on; so does this one after its own await.
                await awaiting(scheduler);
                return Lane.Capture();
            }).Within();
            Assert.AreSame(scheduler, lane.Scheduler, name);
            Assert.AreSame(scheduler.SynchronizationContext, lane.Context, name);
        }
    }

    [TestMethod, ProcessorCounts, Timeout(LimitMs)]
    public async Task Await_EveryKindManyTimesAtOnce_ComesBackToTheScheduler(int processorCount)
    {
        GoScheduler scheduler = CreateScheduler(processorCount);
        await Task.WhenAll(Enumerable.Range(0, 20).SelectMany(_ => s_awaits.Values).Select(awaiting => scheduler.Run(async () =>
        {
            for (int round = 0; round < 3; round++)
            {
                await awaiting(scheduler);
                Lane.Capture().AssertIsGoroutineOf(scheduler);
            }
        }))).Within();
    }

    [TestMethod, ProcessorCounts, Timeout(LimitMs)]
    public async Task Await_AlreadyCompleted_DoesNotLeaveTheThread(int processorCount)
    {
        GoScheduler scheduler = CreateScheduler(processorCount);
        bool same = await scheduler.Run(async () =>
        {
            int thread = System.Environment.CurrentManagedThreadId;
            await Task.CompletedTask;
            await new ValueTask<int>(1);
            return thread == System.Environment.CurrentManagedThreadId && TaskScheduler.Current == scheduler;
        }).Within();
        Assert.IsTrue(same);
    }

    [TestMethod, ProcessorCounts, Timeout(LimitMs)]
    public async Task Await_OnAnotherScheduler_ComesBackToItsOwn(int processorCount)
    {
        GoScheduler home = CreateScheduler(processorCount);
        GoScheduler away = CreateScheduler(processorCount);
        await home.Run(async () =>
        {
            for (int i = 0; i < 200; i++)
            {
                await away.Run(async () =>
                {
                    await Task.Yield();
                    Lane.Capture().AssertIsAwaitedOf(away);
                });
                Lane.Capture().AssertIsGoroutineOf(home);
            }
        }).Within();
    }

    [TestMethod, ProcessorCounts, Timeout(LimitMs)]
    public async Task ConfigureAwaitFalse_CompletedElsewhere_OuterAwaitReturns(int processorCount)
    {
        GoScheduler scheduler = CreateScheduler(processorCount);
        await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => scheduler.Run(async () =>
        {
            for (int i = 0; i < 10; i++)
            {
                await LeaveAsync();
                Lane.Capture().AssertIsGoroutineOf(scheduler);
            }
        }))).Within();
    }

    private static async Task LeaveAsync()
    {
        await Task.Delay(1).ConfigureAwait(false);
        await Task.Run(() => { }).ConfigureAwait(false);
        await CompletedBy(complete => new Thread(() => complete()).Start()).ConfigureAwait(false);
    }

    private static Task CompletedBy(Action<Action> start)
    {
        var source = new TaskCompletionSource();
        start(source.SetResult);
        return source.Task;
    }

    private static async IAsyncEnumerable<int> CountAsync()
    {
        for (int i = 0; i < 5; i++)
        {
            await Task.Delay(1).ConfigureAwait(false);
            yield return i;
        }
    }

    private sealed class SlowlyDisposed : IAsyncDisposable
    {
        public async ValueTask DisposeAsync() => await Task.Delay(1).ConfigureAwait(false);
    }
}
