using System;
using System.Runtime.CompilerServices;
using System.Threading;
using System.Threading.Tasks;
using Goroutines.Tests.TestSupport;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Goroutines.Tests.LifeCycle;

/// <summary>What has run is let go: an idle scheduler keeps no work, no result and no exception alive.</summary>
[TestClass]
public sealed class RetentionTests : SchedulerTest
{
    [TestMethod, ProcessorCounts, Timeout(LimitMs)]
    public void Run_EndedWithoutSuspending_IsCollected(int processorCount)
    {
        GoScheduler scheduler = CreateScheduler(processorCount);
        AssertCollected(RunToEnd(scheduler));
    }

    [TestMethod, Timeout(LimitMs)]
    public void Run_EndedOnTheProcessorItSuspendedOn_IsCollected()
    {
        GoScheduler scheduler = CreateScheduler(1);
        AssertCollected(SuspendAndEnd(scheduler));
    }

    [TestMethod, Timeout(LimitMs)]
    public void Run_EndedOnAnotherProcessor_IsCollected()
    {
        GoScheduler scheduler = CreateScheduler(2);
        AssertCollected(SuspendHereAndEndThere(scheduler));
    }

    [TestMethod, ProcessorCounts, Timeout(LimitMs)]
    public void Post_Ended_ItsStateIsCollected(int processorCount)
    {
        GoScheduler scheduler = CreateScheduler(processorCount);
        AssertCollected(PostState(scheduler));
    }

    private static void AssertCollected(WeakReference reference) => Patience.Until(() =>
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        return !reference.IsAlive;
    });

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static WeakReference RunToEnd(GoScheduler scheduler) => new(scheduler.Run(() => new byte[100]).GetAwaiter().GetResult());

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static WeakReference SuspendAndEnd(GoScheduler scheduler) => new(scheduler.Run(async () =>
    {
        await Task.Delay(1);
        return new byte[100];
    }).GetAwaiter().GetResult());

    // One processor is kept busy, so the goroutine suspends on the other; the busy one readies it, and so ends it.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static WeakReference SuspendHereAndEndThere(GoScheduler scheduler)
    {
        var source = new TaskCompletionSource();
        bool stop = false;
        using var busy = new ManualResetEventSlim();
        scheduler.Post(() =>
        {
            busy.Set();
            while (!Volatile.Read(ref stop))
            {
                // Sleeping would cost it the processor.
                Thread.SpinWait(20);
            }

            source.SetResult();
        });
        busy.WaitWithin();
        async Task<byte[]> WorkAsync()
        {
            await source.Task;
            return new byte[100];
        }

        Task<byte[]> goroutine = scheduler.Run(WorkAsync);
        Patience.Until(() => scheduler.GetSnapshot() is { IdleProcessorCount: 1, GlobalQueueLength: 0 });
        Volatile.Write(ref stop, true);
        return new WeakReference(goroutine.GetAwaiter().GetResult());
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static WeakReference PostState(GoScheduler scheduler)
    {
        byte[] state = new byte[100];
        using var ran = new ManualResetEventSlim();
        scheduler.Post(s => ran.Set(), state);
        ran.WaitWithin();
        return new WeakReference(state);
    }
}
