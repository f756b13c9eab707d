using System;
using System.Threading;
using System.Threading.Tasks;

namespace Goroutines.StressTests;

/// <content>The way each kind takes onto the scheduler, and what ends it.</content>
internal sealed partial class Operation
{
    public void Start()
    {
        switch (_kind)
        {
            case OperationKind.RunAction:
                FinishAfter(Scheduler.Run(() => GoroutineBody(Scheduler)));
                break;
            case OperationKind.RunAsync:
                FinishAfter(Scheduler.Run(GoroutineBodyAsync));
                break;
            case OperationKind.RunValueTask:
                FinishAfter(Scheduler.Run(() => new ValueTask(GoroutineBodyAsync())));
                break;
            case OperationKind.RunResult:
                FinishAfterResult(Scheduler.Run(() =>
                {
                    GoroutineBody(Scheduler);
                    return _id;
                }));
                break;
            case OperationKind.RunAsyncResult:
                FinishAfterResult(Scheduler.Run(async () =>
                {
                    await GoroutineBodyAsync();
                    return _id;
                }));
                break;
            case OperationKind.RunThrows:
                FinishAfterThrow(Scheduler.Run(() => throw new StressException(this)));
                break;
            case OperationKind.RunCancelled:
                StartCancelled();
                break;
            case OperationKind.RunDeep:
                FinishAfter(Scheduler.Run(() => Descend(RollLevels())));
                break;
            case OperationKind.RunDeepAsync:
                FinishAfter(Scheduler.Run(() => DescendAsync(RollLevels(), onSegment: _dice.OneIn(2))));
                break;
            case OperationKind.RunBlocks:
                FinishAfter(Scheduler.Run(BlockingBody));
                break;
            case OperationKind.StartNewBlocks:
                FinishAfter(Scheduler.Factory.StartNew(BlockingBody));
                break;
            case OperationKind.StartNew:
                FinishAfter(Scheduler.Factory.StartNew(() => GoroutineBody(Scheduler)));
                break;
            case OperationKind.StartNewFair:
                FinishAfter(StartNew(() => GoroutineBody(Scheduler), Scheduler, TaskCreationOptions.PreferFairness));
                break;
            case OperationKind.StartNewLong:
                // A thread costs what a thousand goroutines do: mostly an ordinary task.
                FinishAfter(StartNew(
                    () => GoroutineBody(Scheduler),
                    Scheduler,
                    _dice.OneIn(50) ? TaskCreationOptions.LongRunning : TaskCreationOptions.None));
                break;
            case OperationKind.StartNewWaits:
                FinishAfter(Scheduler.Factory.StartNew(WaitForChild));
                break;
            default:
                StartUntracked();
                break;
        }
    }

    /// <summary>Starts the kinds without a task that ends with them, and those on other task schedulers.</summary>
    private void StartUntracked()
    {
        switch (_kind)
        {
            case OperationKind.PostAction:
                Scheduler.Post(PostBody);
                break;
            case OperationKind.PostState:
                Scheduler.Post(static operation => operation.PostBody(), this);
                break;
            case OperationKind.PostAsync:
                Scheduler.Post(PostBodyAsync);
                break;
            case OperationKind.PostAsyncState:
                Scheduler.Post(static operation => operation.PostBodyAsync(), this);
                break;
            case OperationKind.PostThrows:
                Scheduler.Post(static operation => throw new StressException(operation), this);
                break;
            case OperationKind.PostAsyncThrows:
                Scheduler.Post(ThrowAsync);
                break;
            case OperationKind.RawLocal:
                Scheduler.UnsafeQueueUserWorkItem(this, preferLocal: true);
                break;
            case OperationKind.RawGlobal:
                Scheduler.UnsafeQueueUserWorkItem(this, preferLocal: false);
                break;
            case OperationKind.ContextPost:
                Scheduler.SynchronizationContext.Post(static state => ((Operation)state!).ContextPostBody(), this);
                break;
            default:
                FinishAfter(StartLayered());
                break;
        }
    }

    private Task StartLayered() => _kind switch
    {
        OperationKind.ContextFree => StartNewAsync(() => ContextFreeBodyAsync(0), Scheduler.ContextFree),
        OperationKind.ContextFreeAsync => StartNewAsync(() => ContextFreeBodyAsync(2), Scheduler.ContextFree),
        OperationKind.Exclusive => StartExclusive(_target.Pair, 0),
        OperationKind.ExclusiveAsync => StartExclusive(_target.Pair, 2),
        OperationKind.ExclusiveContextFree => StartExclusive(_target.ContextFreePair, 0),
        OperationKind.ExclusiveContextFreeAsync => StartExclusive(_target.ContextFreePair, 2),
        OperationKind.Concurrent => StartConcurrent(),
        _ => throw new InvalidOperationException($"Kind {_kind} has no way to start."),
    };

    private Task StartExclusive(StressTarget.ExclusivePair pair, int awaitCount) =>
        StartNewAsync(() => ExclusiveBodyAsync(pair, awaitCount), pair.Exclusive);

    private Task StartConcurrent()
    {
        StressTarget.ExclusivePair pair = _dice.OneIn(2) ? _target.Pair : _target.ContextFreePair;
        return StartNew(() => ConcurrentBody(pair), pair.Concurrent, TaskCreationOptions.None);
    }

    private static Task StartNew(Action body, TaskScheduler scheduler, TaskCreationOptions options) =>
        Task.Factory.StartNew(body, CancellationToken.None, options, scheduler);

    private static Task StartNewAsync(Func<Task> body, TaskScheduler scheduler) =>
        Task.Factory.StartNew(body, CancellationToken.None, TaskCreationOptions.None, scheduler).Unwrap();

    private void PostBody()
    {
        GoroutineBody(taskScheduler: null);
        Finish();
    }

    private async Task PostBodyAsync()
    {
        await GoroutineBodyAsync();
        Finish();
    }

    private async Task ThrowAsync()
    {
        await Task.Yield();
        throw new StressException(this);
    }

    /// <summary>Waits on a worker for a queued task: the scheduler runs it inline or it runs elsewhere.</summary>
    private void WaitForChild()
    {
        GoroutineBody(Scheduler);
        int ranCount = 0;
        Scheduler.Factory.StartNew(() => Interlocked.Increment(ref ranCount)).Wait();
        Check(ranCount == 1, $"waited for a child that ran {ranCount} times");
    }

    private void StartCancelled()
    {
        // Disposed by the collector: the token is still looked at when the task ends.
        CancellationTokenSource source = new();
        Task task = Scheduler.Run(() => { Interlocked.Increment(ref _ranCount); }, source.Token);
        if (_dice.OneIn(2))
        {
            source.Cancel();
        }
        else
        {
            Scheduler.Post(static source => source.Cancel(), source);
        }

        Then(task, () => Check(
            task.IsCanceled ? _ranCount == 0 : task.IsCompletedSuccessfully && _ranCount == 1,
            $"ended {task.Status} and ran {_ranCount} times"));
    }

    private void FinishAfter(Task task) =>
        Then(task, () => Check(task.IsCompletedSuccessfully, $"ended {task.Status}: {task.Exception}"));

    private void FinishAfterResult(Task<int> task) =>
        Then(task, () => Check(task.IsCompletedSuccessfully && task.Result == _id, $"ended {task.Status}"));

    private void FinishAfterThrow(Task task) =>
        Then(task, () => Check(
            task.Exception?.InnerException is StressException thrown && thrown.Operation == this,
            $"ended {task.Status}: {task.Exception}"));

    private void Then(Task task, Action check) =>
        task.ContinueWith(
            _ =>
            {
                check();
                Finish();
            },
            CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default);
}
