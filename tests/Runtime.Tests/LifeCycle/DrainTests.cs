using System;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Goroutines.Tests.TestSupport;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Goroutines.Tests.LifeCycle;

/// <summary>DrainAsync waits for every goroutine of Run and Post, suspended ones too, and for nothing else.</summary>
[TestClass]
public sealed class DrainTests : SchedulerTest
{
    [TestMethod, ProcessorCounts, Timeout(LimitMs)]
    public async Task DrainAsync_NothingEverQueued_CompletesAtOnce(int processorCount)
    {
        GoScheduler scheduler = CreateScheduler(processorCount);
        await scheduler.DrainAsync().Within();
        await scheduler.DrainAsync().Within();
    }

    [TestMethod, ProcessorCounts, Timeout(LimitMs)]
    public async Task DrainAsync_QueuedWork_AllHasRun(int processorCount)
    {
        GoScheduler scheduler = CreateScheduler(processorCount);
        for (int round = 0; round < 50; round++)
        {
            int ran = 0;
            for (int i = 0; i < 200; i++)
            {
                scheduler.Post(() => Interlocked.Increment(ref ran));
            }

            await scheduler.DrainAsync().Within();
            Assert.AreEqual(200, ran);
        }
    }

    [TestMethod, ProcessorCounts, Timeout(LimitMs)]
    public async Task DrainAsync_SuspendedGoroutines_WaitsForEachDoor(int processorCount)
    {
        GoScheduler scheduler = CreateScheduler(processorCount);
        Action<Task>[] doors =
        [
            release => scheduler.Run(async () => await release),
            release => scheduler.Run(async () =>
            {
                await release;
                return 1;
            }),
            release => scheduler.Run(async ValueTask () => await release),
            release => scheduler.Post(async () => await release),
            release => scheduler.Post(async r => await r, release),
            release => scheduler.Post(async ValueTask () => await release),
            release => scheduler.Post(async () => await release.ConfigureAwait(false)),
        ];
        foreach (Action<Task> door in doors)
        {
            var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            door(release.Task);
            Task drain = scheduler.DrainAsync();

            // Work that comes and goes meanwhile must not end the drain.
            for (int i = 0; i < 20; i++)
            {
                await scheduler.Run(() => { }).Within();
            }

            Assert.IsFalse(drain.IsCompleted);
            release.SetResult();
            await drain.Within();
        }
    }

    [TestMethod, ProcessorCounts, Timeout(LimitMs)]
    public async Task DrainAsync_TaskOfStartNewSuspended_IsNotWaitedFor(int processorCount)
    {
        GoScheduler scheduler = CreateScheduler(processorCount);
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Task suspended = await scheduler.Factory.StartNew(async () => await release.Task).Within();
        await scheduler.DrainAsync().Within();
        Assert.IsFalse(suspended.IsCompleted);
        release.SetResult();
        await suspended.Within();
    }

    [TestMethod, ProcessorCounts, Timeout(LimitMs)]
    public async Task DrainAsync_WorkSpawningWork_WaitsForAllGenerations(int processorCount)
    {
        GoScheduler scheduler = CreateScheduler(processorCount);
        int ran = 0;
        void Spawn(int depth)
        {
            Interlocked.Increment(ref ran);
            if (depth > 0)
            {
                scheduler.Post(() => Spawn(depth - 1));
                scheduler.Post(async () =>
                {
                    await Task.Yield();
                    Spawn(depth - 1);
                });
            }
        }

        scheduler.Post(() => Spawn(10));
        await scheduler.DrainAsync().Within();
        Assert.AreEqual((1 << 11) - 1, ran);
    }

    [TestMethod, ProcessorCounts, Timeout(LimitMs)]
    public async Task DrainAsync_ManyTimers_WaitsForThemAll(int processorCount)
    {
        GoScheduler scheduler = CreateScheduler(processorCount);
        int ran = 0;
        for (int i = 0; i < 1_000; i++)
        {
            int delayMs = i % 20;
            scheduler.Post(async () =>
            {
                await Task.Delay(delayMs);
                await Task.Yield();
                Interlocked.Increment(ref ran);
            });
        }

        await scheduler.DrainAsync().Within();
        Assert.AreEqual(1_000, ran);
    }

    [TestMethod, ProcessorCounts, Timeout(LimitMs)]
    public async Task DrainAsync_FailingGoroutines_EndsWithoutTheirExceptions(int processorCount)
    {
        var failures = new FailureLog();
        GoScheduler scheduler = CreateScheduler(processorCount, failures);
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        async Task FailAsync()
        {
            await release.Task;
            throw new InvalidOperationException("drained");
        }

        Task run = scheduler.Run(FailAsync);
        scheduler.Post(FailAsync);
        Task drain = scheduler.DrainAsync();
        release.SetResult();
        await drain.Within();
        await Assert.ThrowsExactlyAsync<InvalidOperationException>(() => run.Within());
        Assert.AreEqual("drained", (await failures.NextAsync()).Exception.Message);
    }

    [TestMethod, ProcessorCounts, Timeout(LimitMs)]
    public async Task DrainAsync_Cancelled_EndsTheWaitingOnly(int processorCount)
    {
        GoScheduler scheduler = CreateScheduler(processorCount);
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Task goroutine = scheduler.Run(async () => await release.Task);
        using var cancellation = new CancellationTokenSource();
        Task drain = scheduler.DrainAsync(cancellation.Token);
        await cancellation.CancelAsync();
        OperationCanceledException thrown = await Assert.ThrowsAsync<OperationCanceledException>(() => drain.Within());
        Assert.AreEqual(cancellation.Token, thrown.CancellationToken);
        Assert.IsFalse(goroutine.IsCompleted);
        release.SetResult();
        await goroutine.Within();
        await scheduler.DrainAsync().Within();
    }

    [TestMethod, ProcessorCounts, Timeout(LimitMs)]
    public async Task DrainAsync_ManyWaitersUnderLoad_AllComplete(int processorCount)
    {
        GoScheduler scheduler = CreateScheduler(processorCount);
        for (int round = 0; round < 20; round++)
        {
            Task[] drains = [.. Enumerable.Range(0, 10).Select(_ => Task.Run(async () =>
            {
                for (int i = 0; i < 20; i++)
                {
                    scheduler.Post(async () => await Task.Yield());
                }

                await scheduler.DrainAsync();
            }))];
            await Task.WhenAll(drains).Within();
        }
    }

    [TestMethod, ProcessorCounts, Timeout(LimitMs)]
    public async Task DrainAsync_WorkRunningOutsideTheQueues_IsWaitedFor(int processorCount)
    {
        // A goroutine between two awaits, on a worker: in no queue and not suspended.
        GoScheduler scheduler = CreateScheduler(processorCount);
        bool stop = false;
        using var running = new ManualResetEventSlim();
        scheduler.Post(() =>
        {
            running.Set();
            Patience.Until(() => Volatile.Read(ref stop));
        });
        running.WaitWithin();
        Task drain = scheduler.DrainAsync();
        Assert.IsFalse(drain.IsCompleted);
        Volatile.Write(ref stop, true);
        await drain.Within();
    }

    [TestMethod, Timeout(LimitMs)]
    [DataRow(4)]
    [DataRow(16)]
    public async Task DrainAsync_EachGoroutineStartsItsSuccessor_WaitsForTheLast(int processorCount)
    {
        // Goal: no moment at which the old one has ended and the new one is not seen yet. Method: many drains look while a
        // chain is handed on, and all links suspend, so that all queues are empty again and again.
        GoScheduler scheduler = CreateScheduler(processorCount);
        for (int round = 0; round < 1_500; round++)
        {
            int left = 50;
            void StartNext() => scheduler.Post(async () =>
            {
                await Task.Run(() => { });
                if (Interlocked.Decrement(ref left) > 0)
                {
                    StartNext();
                }
            });
            StartNext();
            await Task.WhenAll(Enumerable.Range(0, 4).Select(async _ =>
            {
                await scheduler.DrainAsync();
                Assert.AreEqual(0, Volatile.Read(ref left));
            })).Within();
        }
    }

    [TestMethod, ProcessorCounts, Timeout(LimitMs)]
    public async Task DrainAsync_AfterDisposal_WaitsForWhatIsSuspended(int processorCount)
    {
        GoScheduler scheduler = CreateScheduler(processorCount);
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var suspended = new ManualResetEventSlim();
        bool ended = false;
        scheduler.Post(async () =>
        {
            suspended.Set();
            await release.Task;
            ended = true;
        });
        suspended.WaitWithin();
        await scheduler.Run(() => { }).Within();
        await scheduler.DisposeAsync();
        Task drain = scheduler.DrainAsync();
        Assert.IsFalse(drain.IsCompleted);
        release.SetResult();
        await drain.Within();
        Assert.IsTrue(ended);
    }
}
