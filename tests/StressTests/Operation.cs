using System;
using System.Threading;
using System.Threading.Tasks;

namespace Goroutines.StressTests;

/// <summary>One operation of the stress program: goes onto its scheduler one way, checks where it runs, finishes once.</summary>
internal sealed partial class Operation : IThreadPoolWorkItem
{
    private static readonly AsyncLocal<int> s_flow = new();

    private readonly StressProgram _program;
    private readonly StressTarget _target;
    private readonly OperationKind _kind;
    private readonly int _id;
    private readonly int _flow;
    private Dice _dice;
    private int _ranCount;

    public Operation(StressProgram program, StressTarget target, OperationKind kind, int id)
    {
        _program = program;
        _target = target;
        _kind = kind;
        _id = id;
        _flow = s_flow.Value;
        _dice = new Dice(program.Seed, id);
    }

    private GoScheduler Scheduler => _target.Scheduler;

    void IThreadPoolWorkItem.Execute() => RawBody();

    /// <summary>Called by the handler of unhandled exceptions.</summary>
    public void FinishThrown(object? sender)
    {
        Check(ReferenceEquals(sender, Scheduler), "was reported by another scheduler");
        Finish();
    }

    private void Finish() => _program.Ledger.Finish(_id);

    private void Check(bool isTrue, string complaint)
    {
        if (!isTrue)
        {
            _program.Ledger.Complain($"{_kind} #{_id} {complaint}.");
        }
    }

    // A disposed scheduler hands its work to the ThreadPool; then only the count is promised.
    private void CheckPlace(SynchronizationContext? context, TaskScheduler? taskScheduler)
    {
        if (!_program.ChecksPlace)
        {
            return;
        }

        Check(ReferenceEquals(GoScheduler.Current, Scheduler), $"runs for {GoScheduler.Current?.Name ?? "nobody"}");
        Check(ReferenceEquals(SynchronizationContext.Current, context), $"has {SynchronizationContext.Current}");
        Check(
            taskScheduler is null || ReferenceEquals(TaskScheduler.Current, taskScheduler),
            $"has TaskScheduler {TaskScheduler.Current}");
    }

    private void CheckFlow(int expected) =>
        Check(s_flow.Value == expected, $"sees the flow of {s_flow.Value}, not of {expected}");

    /// <summary>Works a little and begins other operations.</summary>
    private void Work()
    {
        s_flow.Value = _id;
        Thread.SpinWait(_dice.Roll(100));
        for (int count = _dice.Roll(4); count > 0; count--)
        {
            _program.TryBegin(ref _dice);
        }
    }

    private void GoroutineBody(TaskScheduler? taskScheduler)
    {
        CheckPlace(Scheduler.SynchronizationContext, taskScheduler);
        CheckFlow(_flow);
        Work();
    }

    private async Task GoroutineBodyAsync()
    {
        GoroutineBody(taskScheduler: null);
        for (int count = _dice.Roll(4); count > 0; count--)
        {
            await StepAsync();
            CheckPlace(Scheduler.SynchronizationContext, taskScheduler: null);
            CheckFlow(_id);
        }

        if (_dice.OneIn(8))
        {
            // Off to the ThreadPool, and other operations begin from there.
            await Task.Yield();
            await Task.Delay(1).ConfigureAwait(false);
            CheckFlow(_id);
            Work();
        }
    }

    // Mostly shallow: a recursion that needs a segment costs what a thousand goroutines do.
    private int RollLevels() => _dice.OneIn(100) ? 20_000 : 5;

    private void Descend(int levels)
    {
        if (levels == 0)
        {
            GoroutineBody(Scheduler);
        }
        else
        {
            Go.EnsureStack(static way => way.Operation.Descend(way.Levels), (Operation: this, Levels: levels - 1));
        }

        // Whatever the bottom put there has come up through all segments.
        CheckFlow(_id);
    }

    private async Task DescendAsync(int levels, bool onSegment)
    {
        await Go.EnsureStackAsync(onSegment);
        if (levels == 0)
        {
            await GoroutineBodyAsync();
        }
        else
        {
            await DescendAsync(levels - 1, onSegment);
        }
    }

    private async Task StepAsync()
    {
        switch (_dice.Roll(8))
        {
            case 0:
                await Task.Yield();
                break;
            case 5:
                await Go.Delay(TimeSpan.FromMicroseconds(_dice.Roll(500)));
                break;
            case 6:
                await Task.Delay(TimeSpan.FromMicroseconds(_dice.Roll(500)), Scheduler.TimeProvider);
                break;
            case 7:
                await DelayOrCancelAsync();
                break;
            case 1 when _program.ChecksPlace:
                await Go.Yield();
                break;
            case 2 when _dice.OneIn(10):
                await Task.Delay(1);
                break;
            case 3:
                // Completed by another item, so that the continuation is readied from a worker.
                TaskCompletionSource gate = new();
                Scheduler.Post(static gate => gate.SetResult(), gate);
                await gate.Task;
                break;
            default:
                await Scheduler.Run(static () => Thread.SpinWait(20));
                break;
        }
    }

    // The timer of the token and that of the delay race; whoever wins, the goroutine goes on once.
    private async Task DelayOrCancelAsync()
    {
        using var source = new CancellationTokenSource(TimeSpan.FromMilliseconds(1 + _dice.Roll(2)), Scheduler.TimeProvider);
        try
        {
            await Go.Delay(TimeSpan.FromMicroseconds(_dice.Roll(3_000)), source.Token);
        }
        catch (TaskCanceledException)
        {
            // As good an end as the other.
        }
    }

    private void RawBody()
    {
        CheckPlace(context: null, TaskScheduler.Default);
        CheckFlow(0);
        Work();
        Finish();
    }

    private void ContextPostBody()
    {
        CheckPlace(Scheduler.SynchronizationContext, TaskScheduler.Default);
        CheckFlow(0);
        Work();
        Finish();
    }

    private async Task ContextFreeBodyAsync(int awaitCount)
    {
        CheckPlace(context: null, Scheduler.ContextFree);
        CheckFlow(_flow);
        Work();
        for (; awaitCount > 0; awaitCount--)
        {
            await Task.Yield();
            CheckPlace(context: null, Scheduler.ContextFree);
            CheckFlow(_id);
        }
    }

    private async Task ExclusiveBodyAsync(StressTarget.ExclusivePair pair, int awaitCount)
    {
        ExclusivePart(pair);
        for (; awaitCount > 0; awaitCount--)
        {
            await Task.Yield();
            ExclusivePart(pair);
        }

        Work();
    }

    private void ExclusivePart(StressTarget.ExclusivePair pair)
    {
        CheckPlace(context: null, pair.Exclusive);
        Check(pair.TryEnterExclusive(), "is not alone");
        Thread.SpinWait(_dice.Roll(200));
        pair.LeaveExclusive();
    }

    private void ConcurrentBody(StressTarget.ExclusivePair pair)
    {
        CheckPlace(context: null, pair.Concurrent);
        Check(pair.TryEnterConcurrent(), "runs beside an exclusive one");
        Thread.SpinWait(_dice.Roll(200));
        pair.LeaveConcurrent();
        Work();
    }
}
