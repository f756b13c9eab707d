using System;
using System.Threading;
using System.Threading.Tasks;
using Goroutines.Tests.TestSupport;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Goroutines.Tests.TaskSchedulerDoor;

/// <summary>ContinueWith and the task options that change where a continuation runs.</summary>
[TestClass]
public sealed class ContinuationTests : SchedulerTest
{
    [TestMethod, ProcessorCounts, Timeout(LimitMs)]
    public async Task ContinueWith_Scheduler_RunsThere(int processorCount)
    {
        GoScheduler scheduler = CreateScheduler(processorCount);
        Lane lane = await Task.CompletedTask.ContinueWith(_ => Lane.Capture(), scheduler).Within();
        lane.AssertIsTaskOf(scheduler);
    }

    [TestMethod, ProcessorCounts, Timeout(LimitMs)]
    public async Task ContinueWith_InsideATask_InheritsTheScheduler(int processorCount)
    {
        GoScheduler scheduler = CreateScheduler(processorCount);
        var antecedent = new TaskCompletionSource();
        Task<Lane> after = await scheduler.Factory.StartNew(() => antecedent.Task.ContinueWith(_ => Lane.Capture())).Within();
        antecedent.SetResult();
        (await after.Within()).AssertIsTaskOf(scheduler);
    }

    [TestMethod, ProcessorCounts, Timeout(LimitMs)]
    public async Task ContinueWith_ExecuteSynchronouslyFromAForeignThread_RunsOnTheScheduler(int processorCount)
    {
        GoScheduler scheduler = CreateScheduler(processorCount);
        var antecedent = new TaskCompletionSource();
        Task<Lane> after = antecedent.Task.ContinueWith(
            _ => Lane.Capture(), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, scheduler);
        antecedent.SetResult();
        (await after.Within()).AssertIsTaskOf(scheduler);
    }

    [TestMethod, ProcessorCounts, Timeout(LimitMs)]
    public async Task ContinueWith_ExecuteSynchronouslyOnAWorker_RunsInsideTheCompletingCall(int processorCount)
    {
        GoScheduler scheduler = CreateScheduler(processorCount);
        bool ranInside = await scheduler.Run(() =>
        {
            var antecedent = new TaskCompletionSource();
            Task after = antecedent.Task.ContinueWith(
                _ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, scheduler);
            antecedent.SetResult();
            return after.IsCompleted;
        }).Within();
        Assert.IsTrue(ranInside);
    }

    [TestMethod, ProcessorCounts, Timeout(LimitMs)]
    public async Task ContinueWith_AfterAFault_SeesTheException(int processorCount)
    {
        GoScheduler scheduler = CreateScheduler(processorCount);
        string? message = await scheduler.Factory.StartNew(() => throw new InvalidOperationException("first"))
            .ContinueWith(t => t.Exception?.InnerException?.Message, scheduler).Within();
        Assert.AreEqual("first", message);
    }

    [TestMethod, ProcessorCounts, Timeout(LimitMs)]
    public async Task ContinueWith_LongChain_Completes(int processorCount)
    {
        GoScheduler scheduler = CreateScheduler(processorCount);
        Task<int> chain = scheduler.Factory.StartNew(() => 0);
        for (int i = 0; i < 5_000; i++)
        {
            chain = chain.ContinueWith(t => t.Result + 1, scheduler);
        }

        Assert.AreEqual(5_000, await chain.Within());
    }

    [TestMethod, ProcessorCounts, Timeout(LimitMs)]
    public async Task StartNew_HideScheduler_ShowsTheDefaultScheduler(int processorCount)
    {
        GoScheduler scheduler = CreateScheduler(processorCount);
        Lane lane = await scheduler.Factory.StartNew(Lane.Capture, TaskCreationOptions.HideScheduler).Within();
        lane.AssertIsAwaitedOf(scheduler);
    }

    [TestMethod, ProcessorCounts, Timeout(LimitMs)]
    public async Task SetResult_RunContinuationsAsynchronously_DoesNotRunThemInside(int processorCount)
    {
        GoScheduler scheduler = CreateScheduler(processorCount);
        var source = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        int insideSetResultOnThread = 0;
        bool ranInside = false;
        async Task WaitAsync()
        {
            await source.Task;
            ranInside = Volatile.Read(ref insideSetResultOnThread) == System.Environment.CurrentManagedThreadId;
            Lane.Capture().AssertIsAwaitedOf(scheduler);
        }

        // The outer task ends when the waiter is suspended.
        Task waiter = await scheduler.Factory.StartNew(WaitAsync).Within();
        await scheduler.Run(() =>
        {
            Volatile.Write(ref insideSetResultOnThread, System.Environment.CurrentManagedThreadId);
            source.SetResult();
            Volatile.Write(ref insideSetResultOnThread, 0);
        }).Within();
        await waiter.Within();
        Assert.IsFalse(ranInside);
    }

    [TestMethod, ProcessorCounts, Timeout(LimitMs)]
    public async Task Await_OfOurTaskFromTheDefaultScheduler_DoesNotStayOnOurWorkers(int processorCount)
    {
        GoScheduler scheduler = CreateScheduler(processorCount);
        Lane lane = await Task.Run(async () =>
        {
            await scheduler.Run(() => { });
            return Lane.Capture();
        }).Within();
        Assert.IsNull(lane.Context);
        Assert.AreSame(TaskScheduler.Default, lane.TaskScheduler);
    }
}
