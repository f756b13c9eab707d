using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Goroutines.Tests.TestSupport;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Goroutines.Tests.TaskSchedulerDoor;

/// <summary>Tasks started on the scheduler: results, exceptions, children, options.</summary>
[TestClass]
public sealed class StartNewTests : SchedulerTest
{
    [TestMethod, ProcessorCounts, Timeout(LimitMs)]
    public async Task StartNew_Function_ReturnsItsResult(int processorCount)
    {
        GoScheduler scheduler = CreateScheduler(processorCount);
        Assert.AreEqual(42, await scheduler.Factory.StartNew(() => 42).Within());
    }

    [TestMethod, ProcessorCounts, Timeout(LimitMs)]
    public async Task StartNew_ManyFromOutside_EachRunsOnce(int processorCount)
    {
        GoScheduler scheduler = CreateScheduler(processorCount);
        int[] runs = new int[5_000];
        Task[] tasks =
        [
            .. Enumerable.Range(0, runs.Length)
                .Select(i => scheduler.Factory.StartNew(() => Interlocked.Increment(ref runs[i]))),
        ];
        await Task.WhenAll(tasks).Within();
        Assert.IsTrue(runs.All(count => count == 1));
    }

    [TestMethod, ProcessorCounts, Timeout(LimitMs)]
    public async Task StartNew_ManyFromAWorker_EachRunsOnce(int processorCount)
    {
        GoScheduler scheduler = CreateScheduler(processorCount);
        int[] runs = new int[5_000];
        Task all = await scheduler.Factory.StartNew(() => Task.WhenAll(
            Enumerable.Range(0, runs.Length).Select(i => scheduler.Factory.StartNew(() => Interlocked.Increment(ref runs[i])))
                .ToArray())).Within();
        await all.Within();
        Assert.IsTrue(runs.All(count => count == 1));
    }

    [TestMethod, ProcessorCounts, Timeout(LimitMs)]
    public async Task StartNew_InsideATask_GoesToTheSameScheduler(int processorCount)
    {
        GoScheduler scheduler = CreateScheduler(processorCount);
        Task<Lane> inner = await scheduler.Factory.StartNew(() => Task.Factory.StartNew(Lane.Capture)).Within();
        (await inner.Within()).AssertIsTaskOf(scheduler);
    }

    [TestMethod, ProcessorCounts, Timeout(LimitMs)]
    public async Task StartNew_Throwing_FaultsWithThatException(int processorCount)
    {
        GoScheduler scheduler = CreateScheduler(processorCount);
        var expected = new InvalidOperationException("thrown by the work");
        Task task = scheduler.Factory.StartNew(() => throw expected);
        Exception actual = await Assert.ThrowsExactlyAsync<InvalidOperationException>(() => task.Within());
        Assert.AreSame(expected, actual);
        Assert.IsTrue(task.IsFaulted);
    }

    [TestMethod, ProcessorCounts, Timeout(LimitMs)]
    public async Task StartNew_AttachedChild_HoldsTheParentOpen(int processorCount)
    {
        GoScheduler scheduler = CreateScheduler(processorCount);
        TaskCompletionSource? child = null;
        Task parent = scheduler.Factory.StartNew(() =>
        {
            // A promise attached to the parent: no worker has to block to keep the child unfinished.
            Volatile.Write(ref child, new TaskCompletionSource(TaskCreationOptions.AttachedToParent));
            _ = Task.Factory.StartNew(() => { }, CancellationToken.None, TaskCreationOptions.AttachedToParent, scheduler);
        });
        Patience.Until(() => parent.Status == TaskStatus.WaitingForChildrenToComplete);
        await scheduler.Run(() => { }).Within();
        Assert.IsFalse(parent.IsCompleted);
        child!.SetResult();
        await parent.Within();
    }

    [TestMethod, ProcessorCounts, Timeout(LimitMs)]
    public async Task StartNew_FaultingChildren_ParentCarriesAllExceptions(int processorCount)
    {
        GoScheduler scheduler = CreateScheduler(processorCount);
        Task parent = scheduler.Factory.StartNew(() =>
        {
            for (int i = 0; i < 3; i++)
            {
                string name = $"child {i}";
                _ = Task.Factory.StartNew(
                    () => throw new InvalidOperationException(name),
                    CancellationToken.None, TaskCreationOptions.AttachedToParent, scheduler);
            }
        });
        await Assert.ThrowsExactlyAsync<AggregateException>(() => parent.Within());
        IEnumerable<string> names = parent.Exception!.Flatten().InnerExceptions.Select(e => e.Message).Order();
        Assert.AreEqual("child 0, child 1, child 2", string.Join(", ", names));
    }

    [TestMethod, ProcessorCounts, Timeout(LimitMs)]
    public async Task StartNew_PreferFairness_RunsOnTheScheduler(int processorCount)
    {
        GoScheduler scheduler = CreateScheduler(processorCount);
        Task<Lane> inner = await scheduler.Factory.StartNew(
            () => scheduler.Factory.StartNew(Lane.Capture, TaskCreationOptions.PreferFairness)).Within();
        (await inner.Within()).AssertIsTaskOf(scheduler);
    }

    [TestMethod, Timeout(LimitMs)]
    public async Task StartNew_PreferFairnessOnOneProcessor_RunsInOrderOfSubmission()
    {
        GoScheduler scheduler = CreateScheduler(1);
        var order = new List<int>();
        Task[] tasks = await scheduler.Factory.StartNew(() => Enumerable.Range(0, 50).Select(
            i => scheduler.Factory.StartNew(() => order.Add(i), TaskCreationOptions.PreferFairness)).ToArray()).Within();
        await Task.WhenAll(tasks).Within();
        CollectionAssert.AreEqual(Enumerable.Range(0, 50).ToArray(), order);
    }

    [TestMethod, Timeout(LimitMs)]
    public void Factory_Always_IsOneFactoryForTheScheduler()
    {
        GoScheduler scheduler = CreateScheduler(1);
        TaskFactory factory = scheduler.Factory;
        Assert.AreSame(scheduler, factory.Scheduler);
        Assert.AreSame(factory, scheduler.Factory);
    }

    [TestMethod, ProcessorCounts, Timeout(LimitMs)]
    public async Task Start_TaskOfOurs_RunsOnTheScheduler(int processorCount)
    {
        GoScheduler scheduler = CreateScheduler(processorCount);
        var task = new Task<Lane>(Lane.Capture);
        task.Start(scheduler);
        (await task.Within()).AssertIsTaskOf(scheduler);
    }

    [TestMethod, ProcessorCounts, Timeout(LimitMs)]
    public void UnobservedException_CollectedTask_RaisesTheEvent(int processorCount)
    {
        GoScheduler scheduler = CreateScheduler(processorCount);
        string message = $"unobserved {Guid.NewGuid()}";
        using var seen = new ManualResetEventSlim();
        void OnUnobserved(object? sender, UnobservedTaskExceptionEventArgs e)
        {
            if (e.Exception.InnerException?.Message == message)
            {
                e.SetObserved();
                seen.Set();
            }
        }

        TaskScheduler.UnobservedTaskException += OnUnobserved;
        try
        {
            StartFaulting(scheduler, message);
            Patience.Until(() =>
            {
                // More work pushes the faulted task out of every slot that may still hold it.
                scheduler.Factory.StartNew(() => { }).Wait();
                GC.Collect();
                GC.WaitForPendingFinalizers();
                return seen.IsSet;
            });
        }
        finally
        {
            TaskScheduler.UnobservedTaskException -= OnUnobserved;
        }
    }

    [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
    private static void StartFaulting(GoScheduler scheduler, string message) =>
        _ = scheduler.Factory.StartNew(() => throw new InvalidOperationException(message));
}
