using System;
using System.Threading;
using System.Threading.Tasks;
using Goroutines.Tests.TestSupport;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Goroutines.Tests.Verbs;

/// <summary>The static verbs: the same overloads, on the scheduler of the caller, else on the shared one.</summary>
[TestClass]
public sealed class GoVerbTests : SchedulerTest
{
    [TestMethod, ProcessorCounts, Timeout(LimitMs)]
    public async Task Run_MethodGroupsInAGoroutine_CompleteWithTheWork(int processorCount)
    {
        GoScheduler scheduler = CreateScheduler(processorCount);
        await RunsAsync(scheduler, _ => Go.Run(Work.StaticVoid));
        await RunsAsync(scheduler, _ => Go.Run(Work.StaticInt));
        await RunsAsync(scheduler, _ => Go.Run(Work.StaticTask));
        await RunsAsync(scheduler, _ => Go.Run(Work.StaticTaskOfInt));
        await RunsAsync(scheduler, _ => Go.Run(Work.StaticValueTask));
        await RunsAsync(scheduler, _ => Go.Run(Work.StaticValueTaskOfInt));
        await RunsAsync(scheduler, work => Go.Run(work.InstanceVoid, CancellationToken.None));
        await RunsAsync(scheduler, work => Go.Run(work.InstanceInt, CancellationToken.None));
        await RunsAsync(scheduler, work => Go.Run(work.InstanceTask, CancellationToken.None));
        await RunsAsync(scheduler, work => Go.Run(work.InstanceTaskOfInt, CancellationToken.None));
        await RunsAsync(scheduler, work => Go.Run(work.InstanceValueTask, CancellationToken.None));
        await RunsAsync(scheduler, work => Go.Run(work.InstanceValueTaskOfInt, CancellationToken.None));
    }

    [TestMethod, ProcessorCounts, Timeout(LimitMs)]
    public async Task Run_LambdasInAGoroutine_CompleteWithTheWork(int processorCount)
    {
        GoScheduler scheduler = CreateScheduler(processorCount);
        await RunsAsync(scheduler, work => Go.Run(() => work.InstanceVoid()));
        await RunsAsync(scheduler, work => Go.Run(() => work.InstanceInt()));
        await RunsAsync(scheduler, work => Go.Run(() => work.InstanceTask()));
        await RunsAsync(scheduler, work => Go.Run(() => work.InstanceTaskOfInt()));
        await RunsAsync(scheduler, work => Go.Run(() => work.InstanceValueTask()));
        await RunsAsync(scheduler, work => Go.Run(() => work.InstanceValueTaskOfInt()));
        await RunsAsync(scheduler, work => Go.Run(async () => await work.InstanceTask()));
        await RunsAsync(scheduler, work => Go.Run(async () => await work.InstanceTaskOfInt()));
        await RunsAsync(scheduler, work => Go.Run(async ValueTask () => await work.InstanceTask()));
        await RunsAsync(scheduler, work => Go.Run(async ValueTask<int> () => await work.InstanceTaskOfInt()));
    }

    [TestMethod, ProcessorCounts, Timeout(LimitMs)]
    public async Task Post_EveryShapeInAGoroutine_RunsToItsEnd(int processorCount)
    {
        GoScheduler scheduler = CreateScheduler(processorCount);
        await PostsAsync(scheduler, (_, _) => Go.Post(Work.StaticVoid));
        await PostsAsync(scheduler, (_, _) => Go.Post(Work.StaticTask));
        await PostsAsync(scheduler, (_, _) => Go.Post(Work.StaticValueTask));
        await PostsAsync(scheduler, (work, _) => Go.Post(work.InstanceTaskOfInt));
        await PostsAsync(scheduler, (work, _) => Go.Post(() => work.InstanceVoid()));
        await PostsAsync(scheduler, (work, _) => Go.Post(() => work.InstanceTask()));
        await PostsAsync(scheduler, (work, _) => Go.Post(() => work.InstanceValueTask()));
        await PostsAsync(scheduler, (work, _) => Go.Post(async () => await work.InstanceTask()));
        await PostsAsync(scheduler, (work, _) => Go.Post(async ValueTask () => await work.InstanceTask()));
        await PostsAsync(scheduler, (_, probe) => Go.Post(Work.StaticVoidOfState, probe));
        await PostsAsync(scheduler, (_, probe) => Go.Post(Work.StaticTaskOfState, probe));
        await PostsAsync(scheduler, (_, probe) => Go.Post(Work.StaticValueTaskOfState, probe));
        await PostsAsync(scheduler, (_, probe) => Go.Post(p => p.Finish(), probe));
        await PostsAsync(scheduler, (_, probe) => Go.Post(static async p => { await Task.Yield(); p.Finish(); }, probe));
        await PostsAsync(scheduler, (_, probe) => Go.Post(async ValueTask (p) => await Work.StaticTaskOfState(p), probe));
    }

    [TestMethod, ProcessorCounts, Timeout(LimitMs)]
    public async Task Post_ThrowingInAGoroutine_ReachesItsSchedulersUnhandledException(int processorCount)
    {
        var failures = new FailureLog();
        GoScheduler scheduler = CreateScheduler(processorCount, failures);
        Action<Exception>[] posts =
        [
            e => Go.Post(() => throw e),
            e => Go.Post(async () => { await Task.Yield(); throw e; }),
            e => Go.Post(async ValueTask () => { await Task.Yield(); throw e; }),
            e => Go.Post(async x => { await Task.Yield(); throw x; }, e),
            e => Go.Post(x => throw x, e),
        ];
        foreach (Action<Exception> post in posts)
        {
            var expected = new MarkedException();
            await scheduler.Run(() => post(expected)).Within();
            FailureLog.Failure failure = await failures.NextAsync();
            Assert.AreSame(expected, failure.Exception);
            Assert.AreSame(scheduler, failure.Sender);
        }
    }

    [TestMethod, Timeout(LimitMs)]
    public async Task Verbs_OutsideEveryScheduler_GoToTheSharedOne()
    {
        (await Go.Run(Lane.Capture).Within()).AssertIsTaskOf(GoScheduler.Shared);
        var posted = new TaskCompletionSource<Lane>(TaskCreationOptions.RunContinuationsAsynchronously);
        Go.Post(() => posted.SetResult(Lane.Capture()));
        (await posted.Task.Within()).AssertIsGoroutineOf(GoScheduler.Shared);
    }

    [TestMethod, ProcessorCounts, Timeout(LimitMs)]
    public async Task Verbs_OnALongRunningThread_GoToItsScheduler(int processorCount)
    {
        GoScheduler scheduler = CreateScheduler(processorCount);
        Task<Lane> inner = await scheduler.Factory.StartNew(
            () => Go.Run(Lane.Capture), TaskCreationOptions.LongRunning).Within();
        (await inner.Within()).AssertIsTaskOf(scheduler);
    }

    [TestMethod, ProcessorCounts, Timeout(LimitMs)]
    public async Task Verbs_InTheOtherLanes_GoToTheirScheduler(int processorCount)
    {
        GoScheduler scheduler = CreateScheduler(processorCount);
        Task<Lane> fromFree = await Lanes.LaneTests.StartContextFree(scheduler, () => Go.Run(Lane.Capture)).Within();
        Task<Lane> fromRaw = await Lanes.LaneTests.QueueRawAsync(scheduler, () => Go.Run(Lane.Capture), preferLocal: true).Within();
        (await fromFree.Within()).AssertIsTaskOf(scheduler);
        (await fromRaw.Within()).AssertIsTaskOf(scheduler);
    }

    private static async Task RunsAsync(GoScheduler scheduler, Func<Work, Task> run)
    {
        var probe = new Probe();
        Work.Shared = probe;
        await scheduler.Run(() => run(new Work(probe))).Within();
        probe.AssertFinishedOn(scheduler);
    }

    private static async Task PostsAsync(GoScheduler scheduler, Action<Work, Probe> post)
    {
        var probe = new Probe();
        Work.Shared = probe;
        await scheduler.Run(() => post(new Work(probe), probe)).Within();
        await probe.AssertFinishesOnAsync(scheduler);
    }
}
