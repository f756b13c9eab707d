using System;
using System.Threading;
using System.Threading.Tasks;
using Goroutines.Tests.TestSupport;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Goroutines.Tests.Verbs;

/// <summary>GoScheduler.Run with every kind of lambda and method group: the task ends with the work, never before it.</summary>
[TestClass]
public sealed class SchedulerRunTests : SchedulerTest
{
    [TestMethod, ProcessorCounts, Timeout(LimitMs)]
    public async Task Run_StaticMethodGroups_CompleteWithTheWork(int processorCount)
    {
        GoScheduler scheduler = CreateScheduler(processorCount);
        await CheckAsync(scheduler, () => scheduler.Run(Work.StaticVoid));
        await CheckAsync(scheduler, () => scheduler.Run(Work.StaticTask));
        await CheckAsync(scheduler, () => scheduler.Run(Work.StaticValueTask));
        await CheckAsync(scheduler, () => scheduler.Run(Work.StaticInt));
        await CheckAsync(scheduler, () => scheduler.Run(Work.StaticTaskOfInt));
        await CheckAsync(scheduler, () => scheduler.Run(Work.StaticValueTaskOfInt));
        await CheckAsync(scheduler, () => scheduler.Run(Work.StaticVoid, CancellationToken.None));
        await CheckAsync(scheduler, () => scheduler.Run(Work.StaticTask, CancellationToken.None));
        await CheckAsync(scheduler, () => scheduler.Run(Work.StaticValueTask, CancellationToken.None));
        await CheckAsync(scheduler, () => scheduler.Run(Work.StaticInt, CancellationToken.None));
        await CheckAsync(scheduler, () => scheduler.Run(Work.StaticTaskOfInt, CancellationToken.None));
        await CheckAsync(scheduler, () => scheduler.Run(Work.StaticValueTaskOfInt, CancellationToken.None));
    }

    [TestMethod, ProcessorCounts, Timeout(LimitMs)]
    public async Task Run_InstanceMethodGroups_CompleteWithTheWork(int processorCount)
    {
        GoScheduler scheduler = CreateScheduler(processorCount);
        await CheckAsync(scheduler, work => scheduler.Run(work.InstanceVoid));
        await CheckAsync(scheduler, work => scheduler.Run(work.InstanceTask));
        await CheckAsync(scheduler, work => scheduler.Run(work.InstanceValueTask));
        await CheckAsync(scheduler, work => scheduler.Run(work.InstanceInt));
        await CheckAsync(scheduler, work => scheduler.Run(work.InstanceTaskOfInt));
        await CheckAsync(scheduler, work => scheduler.Run(work.InstanceValueTaskOfInt));
    }

    [TestMethod, ProcessorCounts, Timeout(LimitMs)]
    public async Task Run_Lambdas_CompleteWithTheWork(int processorCount)
    {
        GoScheduler scheduler = CreateScheduler(processorCount);
        await CheckAsync(scheduler, work => scheduler.Run(() => work.InstanceVoid()));
        await CheckAsync(scheduler, work => scheduler.Run(() => { work.InstanceVoid(); }));
        await CheckAsync(scheduler, work => scheduler.Run(() => work.InstanceTask()));
        await CheckAsync(scheduler, work => scheduler.Run(() => work.InstanceValueTask()));
        await CheckAsync(scheduler, work => scheduler.Run(() => work.InstanceTaskOfInt()));
        await CheckAsync(scheduler, work => scheduler.Run(() => work.InstanceValueTaskOfInt()));
        await CheckAsync(scheduler, work => scheduler.Run(async () => await work.InstanceTask()));
        await CheckAsync(scheduler, work => scheduler.Run(async () => await work.InstanceTaskOfInt()));
        await CheckAsync(scheduler, work => scheduler.Run(async () => { await work.InstanceValueTask(); }));
        await CheckAsync(scheduler, work => scheduler.Run(async () => { await Task.Yield(); return await work.InstanceValueTaskOfInt(); }));
        await CheckAsync(scheduler, work => scheduler.Run(async ValueTask () => await work.InstanceTask()));
        await CheckAsync(scheduler, work => scheduler.Run(async ValueTask<int> () => await work.InstanceTaskOfInt()));
        await CheckAsync(scheduler, work => scheduler.Run(delegate { work.InstanceVoid(); }));
        await CheckAsync(scheduler, work => scheduler.Run(async delegate { await work.InstanceTask(); }));
    }

    [TestMethod, ProcessorCounts, Timeout(LimitMs)]
    public async Task Run_Results_AreInferredAndReturned(int processorCount)
    {
        GoScheduler scheduler = CreateScheduler(processorCount);
        Work.Shared = new Probe();
        int fromInt = await scheduler.Run(Work.StaticInt).Within();
        int fromTask = await scheduler.Run(Work.StaticTaskOfInt).Within();
        int fromValueTask = await scheduler.Run(Work.StaticValueTaskOfInt).Within();
        string fromLambda = await scheduler.Run(() => "lambda").Within();
        string fromAsyncLambda = await scheduler.Run(async () =>
        {
            await Task.Yield();
            return "async lambda";
        }).Within();
        string fromGeneric = await scheduler.Run(Make<string>).Within();
        string[]? fromNullable = await scheduler.Run(string[]? () => null).Within();
        Assert.AreEqual((7, 7, 7), (fromInt, fromTask, fromValueTask));
        Assert.AreEqual(("lambda", "async lambda", "made"), (fromLambda, fromAsyncLambda, fromGeneric));
        Assert.IsNull(fromNullable);

        static T Make<T>() => (T)(object)"made";
    }

    [TestMethod, ProcessorCounts, Timeout(LimitMs)]
    public async Task Run_LambdasThatThrow_FaultTheTask(int processorCount)
    {
        GoScheduler scheduler = CreateScheduler(processorCount);
        await ThrowsAsync(() => scheduler.Run(() => throw new MarkedException()));
        await ThrowsAsync(() => scheduler.Run(int () => throw new MarkedException()));
        await ThrowsAsync(() => scheduler.Run(Task () => throw new MarkedException()));
        await ThrowsAsync(() => scheduler.Run(Task<int> () => throw new MarkedException()));
        await ThrowsAsync(() => scheduler.Run(ValueTask () => throw new MarkedException()));
        await ThrowsAsync(() => scheduler.Run(ValueTask<int> () => throw new MarkedException()));
        await ThrowsAsync(() => scheduler.Run(() => { throw new MarkedException(); }));
        await ThrowsAsync(() => scheduler.Run(async () => { await Task.Yield(); throw new MarkedException(); }));
        await ThrowsAsync(() => scheduler.Run(async Task<int> () => { await Task.Yield(); throw new MarkedException(); }));
        await ThrowsAsync(() => scheduler.Run(async ValueTask () => { await Task.Yield(); throw new MarkedException(); }));
        await ThrowsAsync(() => scheduler.Run(async ValueTask<int> () => { await Task.Yield(); throw new MarkedException(); }));
    }

    [TestMethod, ProcessorCounts, Timeout(LimitMs)]
    public async Task Run_FromEveryKindOfThread_RunsOnItsScheduler(int processorCount)
    {
        GoScheduler scheduler = CreateScheduler(processorCount);
        GoScheduler other = CreateScheduler(processorCount);
        (await scheduler.Run(() => scheduler.Run(Lane.Capture)).Within()).AssertIsTaskOf(scheduler);
        (await other.Run(() => scheduler.Run(Lane.Capture)).Within()).AssertIsTaskOf(scheduler);
        (await Task.Run(() => scheduler.Run(Lane.Capture)).Within()).AssertIsTaskOf(scheduler);
    }

    [TestMethod, Timeout(LimitMs)]
    public void Run_NullWork_NamesTheParameter()
    {
        GoScheduler scheduler = CreateScheduler(1);
        Named(() => scheduler.Run((Action)null!));
        Named(() => scheduler.Run((Func<int>)null!));
        Named(() => scheduler.Run((Func<Task>)null!));
        Named(() => scheduler.Run((Func<Task<int>>)null!));
        Named(() => scheduler.Run((Func<ValueTask>)null!));
        Named(() => scheduler.Run((Func<ValueTask<int>>)null!));
        Named(() => scheduler.Run((Action)null!, new CancellationToken(canceled: true)));

        static void Named(Func<Task> call) =>
            Assert.AreEqual("work", Assert.ThrowsExactly<ArgumentNullException>(() => { _ = call(); }).ParamName);
    }

    private static async Task ThrowsAsync(Func<Task> run) =>
        await Assert.ThrowsExactlyAsync<MarkedException>(() => run().Within());

    private static Task CheckAsync(GoScheduler scheduler, Func<Task> run) => CheckAsync(scheduler, _ => run());

    private static async Task CheckAsync(GoScheduler scheduler, Func<Work, Task> run)
    {
        var probe = new Probe();
        Work.Shared = probe;
        await run(new Work(probe)).Within();
        probe.AssertFinishedOn(scheduler);
    }
}
