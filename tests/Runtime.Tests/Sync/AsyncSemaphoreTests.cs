using System;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Goroutines.Sync;
using Goroutines.Tests.TestSupport;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Goroutines.Tests.Sync;

[TestClass]
public sealed class AsyncSemaphoreTests : SchedulerTest
{
    [TestMethod, Timeout(LimitMs)]
    [ProcessorCounts]
    public async Task AcquireAsync_ManyGoroutines_NeverMoreThanThePermits(int processorCount)
    {
        const int PermitCount = 3;
        GoScheduler scheduler = CreateScheduler(processorCount);
        var semaphore = new AsyncSemaphore(PermitCount);
        int inside = 0;
        await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => scheduler.Run(async () =>
        {
            for (int round = 0; round < 100; round++)
            {
                await semaphore.AcquireAsync();
                Assert.IsLessThanOrEqualTo(PermitCount, Interlocked.Increment(ref inside));
                await Go.Yield();
                Interlocked.Decrement(ref inside);
                semaphore.Release();
            }
        }))).Within();
        Assert.AreEqual(PermitCount, semaphore.Count);
    }

    [TestMethod, Timeout(LimitMs)]
    public async Task Release_Several_ServesTheLongestWaiting()
    {
        var semaphore = new AsyncSemaphore(0);
        Task[] waiting = [.. Enumerable.Range(0, 5).Select(_ => semaphore.AcquireAsync().AsTask())];
        semaphore.Release(3);
        await Task.WhenAll(waiting[..3]).Within();
        Assert.IsFalse(waiting[3].IsCompleted);
        Assert.AreEqual(0, semaphore.Count);
        semaphore.Release(4);
        await Task.WhenAll(waiting).Within();
        Assert.AreEqual(2, semaphore.Count);
        Assert.IsTrue(semaphore.TryAcquire());
        Assert.IsTrue(semaphore.TryAcquire());
        Assert.IsFalse(semaphore.TryAcquire());
    }

    [TestMethod, Timeout(LimitMs)]
    public async Task AcquireAsync_CancelRacesWithRelease_NoPermitIsLost()
    {
        var semaphore = new AsyncSemaphore(0);
        for (int round = 0; round < 2_000; round++)
        {
            using var source = new CancellationTokenSource();
            Task wait = semaphore.AcquireAsync(source.Token).AsTask();
            Task cancel = Task.Run(source.Cancel);
            semaphore.Release();
            bool isCanceled = false;
            try
            {
                await wait.Within();
            }
            catch (OperationCanceledException)
            {
                isCanceled = true;
            }

            await cancel.Within();
            Assert.AreEqual(isCanceled ? 1 : 0, semaphore.Count);
            Assert.AreEqual(isCanceled, semaphore.TryAcquire());
        }
    }

    [TestMethod, Timeout(LimitMs)]
    public void Arguments_OutOfRange_Throw()
    {
        Assert.AreEqual("count", Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new AsyncSemaphore(-1)).ParamName);
        var semaphore = new AsyncSemaphore(int.MaxValue);
        Assert.AreEqual("count", Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => semaphore.Release(0)).ParamName);
        Assert.ThrowsExactly<InvalidOperationException>(() => semaphore.Release());
        Assert.AreEqual(int.MaxValue, semaphore.Count);
    }
}
