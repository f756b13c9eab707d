using System.Collections.Generic;
using System.Threading.Tasks;

namespace Goroutines;

/// <summary>The door for schedulers layered on ours: same processors, no SynchronizationContext.</summary>
/// <remarks>
/// With a context current, an await inside a layered scheduler's task would capture the context and not that scheduler, and
/// its promises (exclusivity, an upper limit) would end at the first await.
/// </remarks>
internal sealed class ContextFreeScheduler : TaskScheduler
{
    private readonly GoScheduler _scheduler;
    private readonly ContextFreeTaskKind _kind;

    public ContextFreeScheduler(GoScheduler scheduler)
    {
        _scheduler = scheduler;
        _kind = new ContextFreeTaskKind(this);
    }

    public override int MaximumConcurrencyLevel => _scheduler.ProcessorCount;

    public void Execute(Task task) => TryExecuteTask(task);

    protected override void QueueTask(Task task)
    {
        if ((task.CreationOptions & TaskCreationOptions.LongRunning) != 0)
        {
            QueueLongRunning(task);
        }
        else
        {
            _scheduler.Queue(_kind, task);
        }
    }

    protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued)
    {
        if (task.AsyncState is StackWork)
        {
            return TryExecuteTask(task);
        }

        if (!_scheduler.MayInline(_kind, task, taskWasPreviouslyQueued))
        {
            return false;
        }

        using var lane = new LaneScope(context: null);
        return TryExecuteTask(task);
    }

    protected override bool TryDequeue(Task task) => _scheduler.Core.TryTakeBack(_kind, task);

    protected override IEnumerable<Task> GetScheduledTasks() => _scheduler.GetQueuedTasks(_kind);

    // Apart, because a lambda that captures the task makes its closure at the start of the method, for every task.
    private void QueueLongRunning(Task task) =>
        _scheduler.StartLongRunning(() =>
        {
            using var lane = new LaneScope(context: null);
            TryExecuteTask(task);
        });
}
