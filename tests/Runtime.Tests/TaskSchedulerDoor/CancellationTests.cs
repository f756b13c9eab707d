using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Goroutines.Tests.TestSupport;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Goroutines.Tests.TaskSchedulerDoor;

/// <summary>Cancelling tasks before and while they are queued.</summary>
[TestClass]
public sealed class CancellationTests : SchedulerTest
{
    [TestMethod, ProcessorCounts, Timeout(LimitMs)]
    public async Task StartNew_TokenAlreadyCancelled_NeverRuns(int processorCount)
    {
        GoScheduler scheduler = CreateScheduler(processorCount);
        bool ran = false;
        Task task = scheduler.Factory.StartNew(() => ran = true, new CancellationToken(canceled: true));
        await Assert.ThrowsAsync<OperationCanceledException>(() => task.Within());
        await scheduler.Factory.StartNew(() => { }).Within();
        Assert.IsFalse(ran);
        Assert.IsTrue(task.IsCanceled);
    }

    [TestMethod, Timeout(LimitMs)]
    public async Task Cancel_QueuedBehindTheCaller_NeverRuns()
    {
        // One processor: nothing runs beside the caller, so the queued task is certainly still queued when it is cancelled.
        GoScheduler scheduler = CreateScheduler(1);
        using var cancellation = new CancellationTokenSource();
        int runs = 0;
        Task[] queued = await scheduler.Factory.StartNew(() =>
        {
            Task[] tasks = [.. Enumerable.Range(0, 300).Select(
                _ => scheduler.Factory.StartNew(() => Interlocked.Increment(ref runs), cancellation.Token))];
            cancellation.Cancel();
            return tasks;
        }).Within();
        foreach (Task task in queued)
        {
            await Assert.ThrowsAsync<OperationCanceledException>(() => task.Within());
        }

        Assert.AreEqual(0, runs);
        Assert.IsTrue(queued.All(t => t.IsCanceled));
    }

    [TestMethod, ProcessorCounts, Timeout(LimitMs)]
    public async Task Cancel_RacingTheWorkers_EachTaskRanOrWasCancelled(int processorCount)
    {
        GoScheduler scheduler = CreateScheduler(processorCount);
        for (int round = 0; round < 50; round++)
        {
            using var cancellation = new CancellationTokenSource();
            int[] runs = new int[100];
            Task[] tasks = [.. Enumerable.Range(0, runs.Length).Select(
                i => scheduler.Factory.StartNew(() => Interlocked.Increment(ref runs[i]), cancellation.Token))];
            await cancellation.CancelAsync();
            await Task.WhenAll(tasks).Within().ContinueWith(_ => { }, TaskScheduler.Default);
            for (int i = 0; i < runs.Length; i++)
            {
                Assert.AreEqual(tasks[i].IsCanceled ? 0 : 1, runs[i]);
            }
        }
    }

    [TestMethod, ProcessorCounts, Timeout(LimitMs)]
    public async Task StartNew_WorkThrowsItsToken_IsCanceled(int processorCount)
    {
        GoScheduler scheduler = CreateScheduler(processorCount);
        using var cancellation = new CancellationTokenSource();
        Task task = scheduler.Factory.StartNew(
            () =>
            {
                cancellation.Cancel();
                cancellation.Token.ThrowIfCancellationRequested();
            },
            cancellation.Token);
        await Assert.ThrowsAsync<OperationCanceledException>(() => task.Within());
        Assert.IsTrue(task.IsCanceled);
    }

    [TestMethod, Timeout(LimitMs)]
    public async Task Cancel_ContinuationOfAQueuedTask_NeverRunsTheContinuation()
    {
        GoScheduler scheduler = CreateScheduler(1);
        using var cancellation = new CancellationTokenSource();
        bool ran = false;
        Task first = await scheduler.Factory.StartNew(() =>
        {
            Task inner = scheduler.Factory.StartNew(() => { });
            Task after = inner.ContinueWith(_ => ran = true, cancellation.Token, TaskContinuationOptions.None, scheduler);
            cancellation.Cancel();
            return after;
        }).Within();
        await Assert.ThrowsAsync<OperationCanceledException>(() => first.Within());
        await scheduler.Factory.StartNew(() => { }).Within();
        Assert.IsFalse(ran);
    }

    [TestMethod, Timeout(LimitMs)]
    public async Task Cancel_OneOfMany_OthersKeepRunning()
    {
        GoScheduler scheduler = CreateScheduler(1);
        using var cancellation = new CancellationTokenSource();
        var ran = new List<int>();
        Task[] kept = await scheduler.Factory.StartNew(() =>
        {
            Task[] tasks = [.. Enumerable.Range(0, 100).Select(i => scheduler.Factory.StartNew(
                () => ran.Add(i), i % 2 == 0 ? CancellationToken.None : cancellation.Token))];
            cancellation.Cancel();
            return tasks.Where((_, i) => i % 2 == 0).ToArray();
        }).Within();
        await Task.WhenAll(kept).Within();
        ran.Sort();
        CollectionAssert.AreEqual(Enumerable.Range(0, 50).Select(i => i * 2).ToArray(), ran);
    }
}
