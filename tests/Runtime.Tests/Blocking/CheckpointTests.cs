using System;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Goroutines.Diagnostics;
using Goroutines.Tests.TestSupport;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Goroutines.Tests.Blocking;

/// <summary>Time slices: with checkpoints others run in between; without, they run beside.</summary>
[TestClass]
public sealed class CheckpointTests : SchedulerTest
{
    private const int UndisturbedRoundMax = 6;

    [TestMethod, Timeout(LimitMs)]
    [ProcessorCounts]
    public async Task Checkpoint_MoreHogsThanProcessors_NoMoreThanProcessorsComputeAtOnce(int processorCount)
    {
        GoScheduler scheduler = CreateScheduler(new GoSchedulerOptions
        {
            ProcessorCount = processorCount,

            // So long that a thread the system has put aside is not taken for one without checkpoints.
            TimeSlice = TimeSpan.FromMilliseconds(500),
        });

        // What the monitor takes of a thread that the runtime or the system holds up counts as computing here: another round then.
        for (int round = 0; round < UndisturbedRoundMax; round++)
        {
            long takenBefore = TakenCount(scheduler);
            int mostComputing = await RunHogs(scheduler, 2 * processorCount);
            if (TakenCount(scheduler) == takenBefore)
            {
                Assert.IsLessThanOrEqualTo(processorCount, mostComputing);
                return;
            }
        }

        Assert.Fail("In each round processors had to be taken.");
    }

    private static long TakenCount(GoScheduler scheduler)
    {
        SchedulerSnapshot snapshot = scheduler.GetSnapshot();
        return snapshot.RetakeCount + snapshot.HandoffCount;
    }

    // Each computes until all have begun. Returns how many did so at once at most.
    private static async Task<int> RunHogs(GoScheduler scheduler, int hogCount)
    {
        using var allRan = new CountdownEvent(hogCount);
        int computing = 0;
        int mostComputing = 0;
        void Hog()
        {
            Begin();
            allRan.Signal();
            while (!allRan.IsSet)
            {
                Thread.SpinWait(100);
                Interlocked.Decrement(ref computing);
                Go.Checkpoint();
                Begin();
            }

            Interlocked.Decrement(ref computing);
        }

        void Begin()
        {
            int now = Interlocked.Increment(ref computing);
            for (int most = Volatile.Read(ref mostComputing); now > most; most = Volatile.Read(ref mostComputing))
            {
                Interlocked.CompareExchange(ref mostComputing, now, most);
            }
        }

        await Task.WhenAll(Enumerable.Range(0, hogCount).Select(_ => scheduler.Run(Hog))).Within();
        return mostComputing;
    }

    [TestMethod, Timeout(LimitMs)]
    [ProcessorCounts]
    public async Task CheckpointAsync_MoreHogsThanProcessors_AllGetTheirTurn(int processorCount)
    {
        GoScheduler scheduler = CreateScheduler(processorCount);
        int hogCount = 2 * processorCount;
        using var allRan = new CountdownEvent(hogCount);
        async Task HogAsync()
        {
            allRan.Signal();
            while (!allRan.IsSet)
            {
                Thread.SpinWait(100);
                await Go.CheckpointAsync();
            }
        }

        await Task.WhenAll(Enumerable.Range(0, hogCount).Select(_ => scheduler.Run(HogAsync))).Within();
        await scheduler.DrainAsync().Within();
    }

    [TestMethod, Timeout(LimitMs)]
    [ProcessorCounts]
    public async Task Hogs_WithoutCheckpoints_OthersRunBesideThem(int processorCount)
    {
        GoScheduler scheduler = CreateScheduler(processorCount);
        int stop = 0;
        Task[] hogs = [.. Enumerable.Range(0, 2 * processorCount).Select(_ => scheduler.Run(() =>
        {
            while (Volatile.Read(ref stop) == 0)
            {
                Thread.SpinWait(100);
            }
        }))];
        for (int i = 0; i < 100; i++)
        {
            await scheduler.Run(() => { }).Within();
        }

        Assert.IsFalse(hogs.Any(hog => hog.IsCompleted));
        Volatile.Write(ref stop, 1);
        await Task.WhenAll(hogs).Within();
        await scheduler.DrainAsync().Within();
        Patience.Until(() => scheduler.GetSnapshot() is { DetachedMachineCount: 0 } snapshot
            && snapshot.IdleProcessorCount == processorCount);
    }

    // A hog whose processor was taken gives up its core at the first checkpoint after all.
    [TestMethod, Timeout(LimitMs)]
    public async Task Checkpoint_AfterTheProcessorWasTaken_WaitsForOne()
    {
        GoScheduler scheduler = CreateScheduler(1);
        int stop = 0;
        bool hadProcessor = false;
        Task hog = scheduler.Run(() =>
        {
            while (Volatile.Read(ref stop) == 0)
            {
                Thread.SpinWait(100);
            }

            while (Internal.Scheduling.Machine.Current!.Processor is null)
            {
                Go.Checkpoint();
            }

            hadProcessor = true;
        });
        await scheduler.Run(() => Volatile.Write(ref stop, 1)).Within();
        while (!hog.IsCompleted)
        {
            // A hog that keeps nobody waiting may go on as it is.
            await scheduler.Run(() => { }).Within();
        }

        await hog;
        Assert.IsTrue(hadProcessor);
    }

    // Nobody else has a thread to go on with: it gets its processor back.
    [TestMethod, Timeout(LimitMs)]
    public async Task Checkpoint_NoThreadForOthers_GoesOn()
    {
        GoScheduler scheduler = CreateScheduler(
            new GoSchedulerOptions { ProcessorCount = 1, MaxThreads = 1, TimeSlice = TimeSpan.FromMilliseconds(1) });
        Task hog = scheduler.Run(() =>
        {
            long start = Environment.TickCount64;
            while (Environment.TickCount64 - start < 200)
            {
                Thread.SpinWait(100);
                Go.Checkpoint();
            }
        });
        Task other = scheduler.Run(() => { });
        await Task.WhenAll(hog, other).Within();
    }

    // Its processor was taken because it slept; it computes without one now, and there is no thread for those who wait.
    [TestMethod, Timeout(LimitMs)]
    public async Task CheckpointAsync_BackFromASleepAndNoThreadForOthers_OthersRun()
    {
        GoScheduler scheduler = CreateScheduler(new GoSchedulerOptions { ProcessorCount = 1, MaxThreads = 1 });
        bool hasOtherRun = false;
        using var stop = new CancellationTokenSource(Patience.Limit);
        Task hog = scheduler.Run(async () =>
        {
            while (scheduler.GetSnapshot().RetakeCount == 0)
            {
                Thread.Sleep(20);
            }

            while (!Volatile.Read(ref hasOtherRun) && !stop.IsCancellationRequested)
            {
                Thread.SpinWait(100);
                await Go.CheckpointAsync();
            }
        });
        await scheduler.Run(() => Volatile.Write(ref hasOtherRun, true)).Within();
        await hog.Within();
        Assert.IsFalse(stop.IsCancellationRequested, "The others ran only after it had ended.");
    }

    [TestMethod, Timeout(LimitMs)]
    public async Task Checkpoint_OffAnyScheduler_DoesNothing()
    {
        Go.Checkpoint();
        await Go.CheckpointAsync();
        Assert.IsNull(GoScheduler.Current);
    }
}
