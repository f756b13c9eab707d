using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Goroutines.Sync;
using Goroutines.Tests.TestSupport;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Goroutines.Tests.Sync;

/// <summary>The mutex that is held over awaits: one at a time, in order, handed over.</summary>
[TestClass]
public sealed class AsyncMutexTests : SchedulerTest
{
    [TestMethod, Timeout(LimitMs)]
    [ProcessorCounts]
    public async Task LockAsync_ManyGoroutines_OneIsInside(int processorCount)
    {
        GoScheduler scheduler = CreateScheduler(processorCount);
        var mutex = new AsyncMutex();
        int inside = 0;
        int sum = 0;
        await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => scheduler.Run(async () =>
        {
            for (int round = 0; round < 200; round++)
            {
                using (await mutex.LockAsync())
                {
                    Assert.AreEqual(1, Interlocked.Increment(ref inside));
                    if (round % 16 == 0)
                    {
                        await Go.Yield();
                    }

                    // Plain: the mutex orders it.
                    sum++;
                    Interlocked.Decrement(ref inside);
                }
            }
        }))).Within();
        Assert.AreEqual(10_000, sum);
        Assert.IsFalse(mutex.IsLocked);
    }

    [TestMethod, Timeout(LimitMs)]
    public async Task LockAsync_Held_IsHandedOverInOrder()
    {
        var mutex = new AsyncMutex();
        Assert.IsTrue(mutex.TryLock(out AsyncMutex.Holder first));
        var order = new List<int>();
        Task[] waiting = [.. Enumerable.Range(0, 10).Select(WaitAsync)];
        async Task WaitAsync(int number)
        {
            using (await mutex.LockAsync())
            {
                order.Add(number);
            }
        }

        Assert.IsFalse(mutex.TryLock(out _));
        first.Dispose();
        await Task.WhenAll(waiting).Within();
        CollectionAssert.AreEqual(Enumerable.Range(0, 10).ToArray(), order);
    }

    [TestMethod, Timeout(LimitMs)]
    public async Task Dispose_Twice_UnlocksOnce()
    {
        var mutex = new AsyncMutex();
        AsyncMutex.Holder first = await mutex.LockAsync();
        AsyncMutex.Holder copy = first;
        Assert.IsTrue(first == copy);
        first.Dispose();
        using AsyncMutex.Holder second = await mutex.LockAsync();
        copy.Dispose();
        Assert.IsTrue(mutex.IsLocked, "The second holder has it still.");
        Assert.IsTrue(first != second);
    }

    [TestMethod, Timeout(LimitMs)]
    public async Task LockAsync_Canceled_ThrowsAndTheNextIsServed()
    {
        var mutex = new AsyncMutex();
        AsyncMutex.Holder first = await mutex.LockAsync();
        using var source = new CancellationTokenSource();
        Task<AsyncMutex.Holder> canceled = mutex.LockAsync(source.Token).AsTask();
        Task<AsyncMutex.Holder> next = mutex.LockAsync().AsTask();
        await source.CancelAsync();
        OperationCanceledException thrown = await Assert.ThrowsAsync<OperationCanceledException>(() => canceled.Within());
        Assert.AreEqual(source.Token, thrown.CancellationToken);
        Assert.IsFalse(next.IsCompleted);
        first.Dispose();
        (await next.Within()).Dispose();
        Assert.IsFalse(mutex.IsLocked);
    }

    // Go's test of a mutex's fairness: one that takes it again and again does not keep it from another one.
    [TestMethod, Timeout(LimitMs)]
    [ProcessorCounts]
    public async Task LockAsync_BesideAHog_GetsItsTurn(int processorCount)
    {
        GoScheduler scheduler = CreateScheduler(processorCount);
        var mutex = new AsyncMutex();
        bool isDone = false;
        Task hog = scheduler.Run(async () =>
        {
            while (!Volatile.Read(ref isDone))
            {
                using (await mutex.LockAsync())
                {
                    await Go.Delay(TimeSpan.FromMicroseconds(100));
                }
            }
        });
        await scheduler.Run(async () =>
        {
            for (int i = 0; i < 10; i++)
            {
                await Go.Delay(TimeSpan.FromMicroseconds(100));
                using (await mutex.LockAsync())
                {
                    await Go.Yield();
                }
            }
        }).Within();
        Volatile.Write(ref isDone, true);
        await hog.Within();
    }
}
