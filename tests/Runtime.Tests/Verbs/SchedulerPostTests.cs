using System;
using System.Threading.Tasks;
using Goroutines.Tests.TestSupport;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Goroutines.Tests.Verbs;

/// <summary>GoScheduler.Post with every kind of lambda and method group: nothing is lost and nothing becomes async void.</summary>
[TestClass]
public sealed class SchedulerPostTests : SchedulerTest
{
    [TestMethod, ProcessorCounts, Timeout(LimitMs)]
    public async Task Post_MethodGroups_RunToTheirEnd(int processorCount)
    {
        GoScheduler scheduler = CreateScheduler(processorCount);
        await CheckAsync(scheduler, (_, _) => scheduler.Post(Work.StaticVoid));
        await CheckAsync(scheduler, (_, _) => scheduler.Post(Work.StaticTask));
        await CheckAsync(scheduler, (_, _) => scheduler.Post(Work.StaticValueTask));
        await CheckAsync(scheduler, (_, _) => scheduler.Post(Work.StaticTaskOfInt));
        await CheckAsync(scheduler, (work, _) => scheduler.Post(work.InstanceVoid));
        await CheckAsync(scheduler, (work, _) => scheduler.Post(work.InstanceTask));
        await CheckAsync(scheduler, (work, _) => scheduler.Post(work.InstanceValueTask));
        await CheckAsync(scheduler, (work, _) => scheduler.Post(work.InstanceTaskOfInt));
        await CheckAsync(scheduler, (_, probe) => scheduler.Post(Work.StaticVoidOfState, probe));
        await CheckAsync(scheduler, (_, probe) => scheduler.Post(Work.StaticTaskOfState, probe));
        await CheckAsync(scheduler, (_, probe) => scheduler.Post(Work.StaticValueTaskOfState, probe));
    }

    [TestMethod, ProcessorCounts, Timeout(LimitMs)]
    public async Task Post_Lambdas_RunToTheirEnd(int processorCount)
    {
        GoScheduler scheduler = CreateScheduler(processorCount);
        await CheckAsync(scheduler, (work, _) => scheduler.Post(() => work.InstanceVoid()));
        await CheckAsync(scheduler, (work, _) => scheduler.Post(() => { work.InstanceVoid(); }));
        await CheckAsync(scheduler, (work, _) => scheduler.Post(() => work.InstanceInt()));
        await CheckAsync(scheduler, (work, _) => scheduler.Post(() => work.InstanceTask()));
        await CheckAsync(scheduler, (work, _) => scheduler.Post(() => work.InstanceValueTask()));
        await CheckAsync(scheduler, (work, _) => scheduler.Post(async () => await work.InstanceTask()));
        await CheckAsync(scheduler, (work, _) => scheduler.Post(async () => { await Task.Yield(); work.InstanceVoid(); }));
        await CheckAsync(scheduler, (work, _) => scheduler.Post(async ValueTask () => await work.InstanceTask()));
        await CheckAsync(scheduler, (_, probe) => scheduler.Post(p => p.Finish(), probe));
        await CheckAsync(scheduler, (_, probe) => scheduler.Post(p => Work.StaticTaskOfState(p), probe));
        await CheckAsync(scheduler, (_, probe) => scheduler.Post(p => Work.StaticValueTaskOfState(p), probe));
        await CheckAsync(scheduler, (_, probe) => scheduler.Post(async p => await Work.StaticTaskOfState(p), probe));
        await CheckAsync(scheduler, (_, probe) => scheduler.Post(static async p => { await Task.Yield(); p.Finish(); }, probe));
        await CheckAsync(scheduler, (_, probe) => scheduler.Post(async ValueTask (p) => await Work.StaticTaskOfState(p), probe));
    }

    [TestMethod, ProcessorCounts, Timeout(LimitMs)]
    public async Task Post_ThrowingBeforeAnyAwait_ReachesUnhandledException(int processorCount)
    {
        var failures = new FailureLog();
        GoScheduler scheduler = CreateScheduler(processorCount, failures);
        await FailsAsync(scheduler, failures, e => scheduler.Post(() => throw e));
        await FailsAsync(scheduler, failures, e => scheduler.Post(() => { throw e; }));
        await FailsAsync(scheduler, failures, e => scheduler.Post(Task () => throw e));
        await FailsAsync(scheduler, failures, e => scheduler.Post(ValueTask () => throw e));
        await FailsAsync(scheduler, failures, e => scheduler.Post(x => throw x, e));
        await FailsAsync(scheduler, failures, e => scheduler.Post(Task (x) => throw x, e));
        await FailsAsync(scheduler, failures, e => scheduler.Post(ValueTask (x) => throw x, e));
        await FailsAsync(scheduler, failures, e => scheduler.Post(() => Task.FromException(e)));
        await FailsAsync(scheduler, failures, e => scheduler.Post(() => ValueTask.FromException(e)));
    }

    [TestMethod, ProcessorCounts, Timeout(LimitMs)]
    public async Task Post_ThrowingAfterAnAwait_ReachesUnhandledException(int processorCount)
    {
        var failures = new FailureLog();
        GoScheduler scheduler = CreateScheduler(processorCount, failures);
        await FailsAsync(scheduler, failures, e => scheduler.Post(async () => { await Task.Yield(); throw e; }));
        await FailsAsync(scheduler, failures, e => scheduler.Post(async () => { await Task.Delay(1); throw e; }));
        await FailsAsync(scheduler, failures, e => scheduler.Post(async () => { await Task.Delay(1).ConfigureAwait(false); throw e; }));
        await FailsAsync(scheduler, failures, e => scheduler.Post(async ValueTask () => { await Task.Yield(); throw e; }));
        await FailsAsync(scheduler, failures, e => scheduler.Post(async x => { await Task.Yield(); throw x; }, e));
        await FailsAsync(scheduler, failures, e => scheduler.Post(async Task (x) => { await Task.Yield(); throw x; }, e));
        await FailsAsync(scheduler, failures, e => scheduler.Post(async ValueTask (x) => { await Task.Yield(); throw x; }, e));
    }

    [TestMethod, ProcessorCounts, Timeout(LimitMs)]
    public async Task Post_ReturningNullTask_ReachesUnhandledException(int processorCount)
    {
        var failures = new FailureLog();
        GoScheduler scheduler = CreateScheduler(processorCount, failures);
        scheduler.Post(Task () => null!);
        Assert.IsInstanceOfType<InvalidOperationException>((await failures.NextAsync()).Exception);
        Assert.AreEqual(1, await scheduler.Run(() => 1).Within());
    }

    [TestMethod, Timeout(LimitMs)]
    public void Post_NullWork_NamesTheParameter()
    {
        GoScheduler scheduler = CreateScheduler(1);
        Named("work", () => scheduler.Post((Action)null!));
        Named("work", () => scheduler.Post((Func<Task>)null!));
        Named("work", () => scheduler.Post((Func<ValueTask>)null!));
        Named("work", () => scheduler.Post((Action<int>)null!, 1));
        Named("work", () => scheduler.Post((Func<int, Task>)null!, 1));
        Named("work", () => scheduler.Post((Func<int, ValueTask>)null!, 1));
        Assert.ThrowsExactly<ArgumentNullException>(() => scheduler.UnsafeQueueUserWorkItem(null!, preferLocal: false));

        static void Named(string name, Action call) =>
            Assert.AreEqual(name, Assert.ThrowsExactly<ArgumentNullException>(call).ParamName);
    }

    private static async Task FailsAsync(GoScheduler scheduler, FailureLog failures, Action<Exception> post)
    {
        var expected = new MarkedException();
        post(expected);
        FailureLog.Failure failure = await failures.NextAsync();
        Assert.AreSame(expected, failure.Exception);
        Assert.AreSame(scheduler, failure.Sender);
    }

    private static async Task CheckAsync(GoScheduler scheduler, Action<Work, Probe> post)
    {
        var probe = new Probe();
        Work.Shared = probe;
        post(new Work(probe), probe);
        await probe.AssertFinishesOnAsync(scheduler);
    }
}
