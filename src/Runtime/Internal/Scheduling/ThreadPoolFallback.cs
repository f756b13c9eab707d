using System;
using System.Threading;
using Goroutines.Internal.Primitives;
using Goroutines.Internal.Work;

namespace Goroutines.Internal.Scheduling;

/// <summary>
/// Runs work items on the ThreadPool once their scheduler is disposed, in the same lanes as before, and what belongs to none.
/// </summary>
internal sealed class ThreadPoolFallback
{
    private readonly Scheduler _scheduler;

    public ThreadPoolFallback(Scheduler scheduler) => _scheduler = scheduler;

    public void Queue(WorkItem item) => ThreadPool.UnsafeQueueUserWorkItem(new FallbackItem(_scheduler, item), preferLocal: false);

    /// <summary>Runs what goes on after an await that no scheduler and no context was current for, as the BCL does.</summary>
    public static void QueueUnscheduled(IThreadPoolWorkItem item) => ThreadPool.UnsafeQueueUserWorkItem(item, preferLocal: true);

    private sealed class FallbackItem(Scheduler scheduler, WorkItem item) : IThreadPoolWorkItem
    {
        // The pool resets the thread's contexts after each item.
        void IThreadPoolWorkItem.Execute()
        {
            try
            {
                if (item.Work is SendOrPostCallback callback)
                {
                    SynchronizationContext.SetSynchronizationContext(scheduler.Settings.Context);
                    callback(item.State);
                }
                else
                {
                    WorkKind kind = Reinterpret.As<WorkKind>(item.Work);
                    SynchronizationContext.SetSynchronizationContext(kind.UsesContext ? scheduler.Settings.Context : null);
                    kind.Execute(item.State);
                }
            }
            catch (Exception e)
            {
                scheduler.Settings.OnUnhandledException(e);
            }
        }
    }
}
