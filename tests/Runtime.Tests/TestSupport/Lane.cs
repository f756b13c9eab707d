using System.Threading;
using System.Threading.Tasks;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Goroutines.Tests.TestSupport;

/// <summary>What code sees of its surroundings at one moment: the columns of the lane table.</summary>
public sealed record Lane(
    GoScheduler? Scheduler, SynchronizationContext? Context, TaskScheduler TaskScheduler, bool IsPoolThread, int ThreadId)
{
    public static Lane Capture() => new(
        GoScheduler.Current,
        SynchronizationContext.Current,
        TaskScheduler.Current,
        Thread.CurrentThread.IsThreadPoolThread,
        System.Environment.CurrentManagedThreadId);

    /// <summary>A queued Task on the main door.</summary>
    public void AssertIsTaskOf(GoScheduler scheduler)
    {
        AssertIsGoroutineOf(scheduler);
        Assert.AreSame(scheduler, TaskScheduler, "A queued Task sees its scheduler.");
    }

    /// <summary>A goroutine of the main door that came back from an await.</summary>
    public void AssertIsAwaitedOf(GoScheduler scheduler)
    {
        AssertIsGoroutineOf(scheduler);
        Assert.AreSame(System.Threading.Tasks.TaskScheduler.Default, TaskScheduler, "After an await the scheduler is the default one.");
    }

    /// <summary>Any code of the main door, whatever its TaskScheduler.</summary>
    public void AssertIsGoroutineOf(GoScheduler scheduler)
    {
        AssertRunsOn(scheduler);
        Assert.AreSame(scheduler?.SynchronizationContext, Context, "A goroutine sees its scheduler's context.");
    }

    public void AssertIsContextFreeOf(GoScheduler scheduler)
    {
        AssertRunsOn(scheduler);
        Assert.IsNull(Context, "The context-free lane has no context.");
        Assert.AreSame(scheduler?.ContextFree, TaskScheduler, "The context-free lane keeps its scheduler.");
    }

    public void AssertIsRawOf(GoScheduler scheduler)
    {
        AssertRunsOn(scheduler);
        Assert.IsNull(Context, "The raw lane has no context.");
        Assert.AreSame(System.Threading.Tasks.TaskScheduler.Default, TaskScheduler, "The raw lane is the pool's environment.");
    }

    public void AssertRunsOn(GoScheduler scheduler)
    {
        Assert.AreSame(scheduler, Scheduler, "The code runs for its scheduler.");
        Assert.IsFalse(IsPoolThread, "The code runs on a thread of the scheduler.");
    }
}
