using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Goroutines.Tests.TestSupport;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Goroutines.Tests.Verbs;

/// <summary>Run's task ends exactly as Task.Run's does: each case runs on both and the two outcomes are compared.</summary>
[TestClass]
public sealed class RunMatchesTaskRunTests : SchedulerTest
{
    private static readonly Dictionary<string, Func<CancellationTokenSource, Task>> s_asyncWork = new()
    {
        ["completes"] = async _ => await Task.Yield(),
        ["completed task"] = _ => Task.CompletedTask,
        ["throws before returning a task"] = Task (_) => throw new MarkedException(),
        ["throws after an await"] = async _ => { await Task.Yield(); throw new MarkedException(); },
        ["throws its token"] = async source =>
        {
            await Task.Yield();
            await source.CancelAsync();
            source.Token.ThrowIfCancellationRequested();
        },
        ["throws its token before returning a task"] = Task (source) =>
        {
            source.Cancel();
            throw new OperationCanceledException(source.Token);
        },
        ["throws another token"] = async _ => { await Task.Yield(); throw new OperationCanceledException(new CancellationToken(true)); },
        ["throws another token before returning a task"] = Task (_) => throw new OperationCanceledException(new CancellationToken(true)),
        ["throws no token"] = async _ => { await Task.Yield(); throw new OperationCanceledException(); },
        ["throws no token before returning a task"] = Task (_) => throw new OperationCanceledException(),
        ["returns a cancelled task"] = _ => Task.FromCanceled(new CancellationToken(true)),
        ["cancels and completes"] = async source => { await source.CancelAsync(); await Task.Yield(); },
        ["two exceptions"] = _ => Task.WhenAll(
            Task.FromException(new MarkedException("first")), Task.FromException(new MarkedException("second"))),
        ["three exceptions later"] = _ => Task.WhenAll(
            FailLaterAsync("a"), FailLaterAsync("b"), FailLaterAsync("c")),
        ["aggregate thrown"] = async _ =>
        {
            await Task.Yield();
            throw new AggregateException(new MarkedException("x"), new MarkedException("y"));
        },
        ["returns a fault"] = _ => Task.FromException(new MarkedException()),
    };

    private static readonly Dictionary<string, Action<CancellationTokenSource>> s_syncWork = new()
    {
        ["completes"] = _ => { },
        ["throws"] = _ => throw new MarkedException(),
        ["throws its token"] = source => { source.Cancel(); source.Token.ThrowIfCancellationRequested(); },
        ["throws another token"] = _ => throw new OperationCanceledException(new CancellationToken(true)),
        ["throws no token"] = _ => throw new OperationCanceledException(),
        ["aggregate thrown"] = _ => throw new AggregateException(new MarkedException("x"), new MarkedException("y")),
        ["cancels and completes"] = source => source.Cancel(),
    };

    [TestMethod, ProcessorCounts, Timeout(LimitMs)]
    public async Task RunAsyncWork_EveryCase_EndsAsTaskRun(int processorCount)
    {
        GoScheduler scheduler = CreateScheduler(processorCount);
        foreach ((string name, Func<CancellationTokenSource, Task> work) in s_asyncWork)
        {
            await CompareAsync(name + ", Task", s => Task.Run(() => work(s), s.Token), s => scheduler.Run(() => work(s), s.Token));
            await CompareAsync(name + ", Task, no token", s => Task.Run(() => work(s)), s => scheduler.Run(() => work(s)));
            await CompareAsync(
                name + ", Task<int>",
                s => Task.Run(() => WithResult(work(s)), s.Token),
                s => scheduler.Run(() => WithResult(work(s)), s.Token));
        }
    }

    [TestMethod, ProcessorCounts, Timeout(LimitMs)]
    public async Task RunSyncWork_EveryCase_EndsAsTaskRun(int processorCount)
    {
        GoScheduler scheduler = CreateScheduler(processorCount);
        foreach ((string name, Action<CancellationTokenSource> work) in s_syncWork)
        {
            await CompareAsync(name + ", Action", s => Task.Run(() => work(s), s.Token), s => scheduler.Run(() => work(s), s.Token));
            await CompareAsync(name + ", Action, no token", s => Task.Run(() => work(s)), s => scheduler.Run(() => work(s)));
            await CompareAsync(
                name + ", Func<int>",
                s => Task.Run(() => { work(s); return 1; }, s.Token),
                s => scheduler.Run(() => { work(s); return 1; }, s.Token));
        }
    }

    [TestMethod, ProcessorCounts, Timeout(LimitMs)]
    public async Task RunValueTaskWork_EveryCase_EndsAsTheSameTaskWork(int processorCount)
    {
        GoScheduler scheduler = CreateScheduler(processorCount);
        foreach ((string name, Func<CancellationTokenSource, Task> work) in s_asyncWork)
        {
            await CompareAsync(
                name + ", ValueTask",
                s => Task.Run(() => work(s), s.Token),
                s => scheduler.Run(ValueTask () => new ValueTask(work(s)), s.Token));
            await CompareAsync(
                name + ", ValueTask<int>",
                s => Task.Run(() => WithResult(work(s)), s.Token),
                s => scheduler.Run(ValueTask<int> () => new ValueTask<int>(WithResult(work(s))), s.Token));
        }
    }

    [TestMethod, ProcessorCounts, Timeout(LimitMs)]
    public async Task Run_ReturningNoTask_IsCanceledAsTaskRun(int processorCount)
    {
        // Which token the BCL names depends on whether the work was over before it looked, so only the status counts.
        GoScheduler scheduler = CreateScheduler(processorCount);
        Task[] tasks =
        [
            Task.Run(Task? () => null),
            Task.Run(Task<int>? () => null),
            scheduler.Run(Task () => null!),
            scheduler.Run(Task<int> () => null!),
        ];
        foreach (Task task in tasks)
        {
            await Task.WhenAny(task).Within();
            Assert.AreEqual(TaskStatus.Canceled, task.Status);
        }
    }

    [TestMethod, ProcessorCounts, Timeout(LimitMs)]
    public async Task Run_CancelledBeforeStart_IsCanceledAndNeverRuns(int processorCount)
    {
        GoScheduler scheduler = CreateScheduler(processorCount);
        var cancelled = new CancellationToken(canceled: true);
        bool ran = false;
        Task[] tasks =
        [
            scheduler.Run(() => { ran = true; }, cancelled),
            scheduler.Run(() => ran = true, cancelled),
            scheduler.Run(async () => { ran = true; await Task.Yield(); }, cancelled),
            scheduler.Run(async Task<int> () => { ran = true; await Task.Yield(); return 1; }, cancelled),
            scheduler.Run(async ValueTask () => { ran = true; await Task.Yield(); }, cancelled),
            scheduler.Run(async ValueTask<int> () => { ran = true; await Task.Yield(); return 1; }, cancelled),
        ];
        foreach (Task task in tasks)
        {
            OperationCanceledException thrown = await Assert.ThrowsAsync<OperationCanceledException>(() => task.Within());
            Assert.AreEqual(cancelled, thrown.CancellationToken);
            Assert.IsTrue(task.IsCanceled);
        }

        await scheduler.Run(() => { }).Within();
        await scheduler.DrainAsync().Within();
        Assert.IsFalse(ran);
    }

    [TestMethod, Timeout(LimitMs)]
    public async Task Run_CancelledWhileQueued_IsCanceledAndNeverRuns()
    {
        GoScheduler scheduler = CreateScheduler(1);
        using var cancellation = new CancellationTokenSource();
        bool ran = false;
        Task[] tasks = await scheduler.Run(() =>
        {
            Task[] queued =
            [
                scheduler.Run(() => { ran = true; }, cancellation.Token),
                scheduler.Run(() => ran = true, cancellation.Token),
                scheduler.Run(async () => { ran = true; await Task.Yield(); }, cancellation.Token),
                scheduler.Run(async ValueTask<int> () => { ran = true; await Task.Yield(); return 1; }, cancellation.Token),
            ];
            cancellation.Cancel();
            return queued;
        }).Within();
        foreach (Task task in tasks)
        {
            await Assert.ThrowsAsync<OperationCanceledException>(() => task.Within());
            Assert.IsTrue(task.IsCanceled);
        }

        await scheduler.DrainAsync().Within();
        Assert.IsFalse(ran);
    }

    [TestMethod, ProcessorCounts, Timeout(LimitMs)]
    public async Task Run_ChildAsksToAttach_IsDenied(int processorCount)
    {
        GoScheduler scheduler = CreateScheduler(processorCount);
        Task child = Task.CompletedTask;
        await scheduler.Run(() =>
        {
            child = Task.Factory.StartNew(
                () => throw new MarkedException(), CancellationToken.None, TaskCreationOptions.AttachedToParent, scheduler);
        }).Within();
        await Assert.ThrowsExactlyAsync<MarkedException>(() => child.Within());
    }

    private static Task<int> WithResult(Task task)
    {
        // Unwrap keeps fault, cancellation and every inner exception.
        return task.ContinueWith(
            t => t.IsCompletedSuccessfully ? Task.FromResult(1) : FromFailure(t),
            CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default).Unwrap();
    }

    private static Task<int> FromFailure(Task task)
    {
        var source = new TaskCompletionSource<int>();
        if (task.IsCanceled)
        {
            source.SetCanceled(new CancellationToken(canceled: true));
        }
        else
        {
            source.SetException(task.Exception!.InnerExceptions);
        }

        return source.Task;
    }

    private static async Task FailLaterAsync(string message)
    {
        await Task.Delay(1);
        throw new MarkedException(message);
    }

    private static async Task CompareAsync(
        string name, Func<CancellationTokenSource, Task> expected, Func<CancellationTokenSource, Task> actual) =>
        Assert.AreEqual(await DescribeAsync(expected), await DescribeAsync(actual), name);

    private static async Task<string> DescribeAsync(Func<CancellationTokenSource, Task> run)
    {
        using var cancellation = new CancellationTokenSource();
        Task task = run(cancellation);
        await Task.WhenAny(task).Within();
        string inner = task.Exception is null
            ? string.Empty
            : string.Join(", ", task.Exception.InnerExceptions.Select(e => $"{e.GetType().Name}({e.Message})").Order());
        string token = "none";
        try
        {
            await task;
        }
        catch (OperationCanceledException exception)
        {
            token = exception.CancellationToken == cancellation.Token ? "own" :
                exception.CancellationToken == CancellationToken.None ? "empty" : "other";
        }
        catch (Exception exception)
        {
            token = exception.GetType().Name;
        }

        return $"{task.Status}; token {token}; {inner}";
    }
}
