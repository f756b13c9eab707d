using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Goroutines.Diagnostics;
using Goroutines.Internal.Primitives;
using Goroutines.Internal.Scheduling;
using Goroutines.Tests.TestSupport;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Goroutines.Tests.Blocking;

/// <summary>Thread.Interrupt while the scheduler itself waits: it waits on, and the goroutine's own next wait is told.</summary>
[TestClass]
public sealed class InterruptTests : SchedulerTest
{
    public static IEnumerable<object[]> Parkers => [["best"], ["portable"]];

    // A goroutine that reached a checkpoint sleeps with its thread until its turn comes.
    [TestMethod, Timeout(LimitMs)]
    [DynamicData(nameof(Parkers))]
    public async Task Checkpoint_InterruptedWhileItWaitsForAProcessor_WaitsOnAndIsToldLater(string parker)
    {
        GoSchedulerOptions options = OptionsFor(parker);

        // So long that the processor of the one that interrupts is not taken before it has.
        options.TimeSlice = TimeSpan.FromSeconds(1);
        GoScheduler scheduler = CreateScheduler(options);
        Thread? hogThread = null;
        bool isInterrupted = false;
        bool hasProcessor = false;
        bool isInScheduler = true;
        bool wasTold = false;
        Task hog = scheduler.Run(() =>
        {
            Volatile.Write(ref hogThread, Thread.CurrentThread);
            while (!Volatile.Read(ref isInterrupted))
            {
                Thread.SpinWait(100);
                Go.Checkpoint();
            }

            hasProcessor = Machine.Current!.Processor is not null;
            isInScheduler = Machine.Current.IsInScheduler;
            wasTold = IsNextWaitInterrupted();
        });
        Patience.Until(() => Volatile.Read(ref hogThread) is not null);
        await scheduler.Run(() =>
        {
            // The hog has let this one run; until it ends, the hog waits. It must not sleep, or the hog gets the processor.
            while (!Sleeps(hogThread!, parker))
            {
                Thread.SpinWait(100);
            }

            hogThread!.Interrupt();
            Volatile.Write(ref isInterrupted, true);
        }).Within();
        await hog.Within();
        Assert.IsTrue(hasProcessor);
        Assert.IsFalse(isInScheduler);
        Assert.IsTrue(wasTold);
        await AssertWorksAsync(scheduler);
    }

    // Back from a wait, when as many as may go on beyond the processors do so already.
    [TestMethod, Timeout(LimitMs)]
    [DynamicData(nameof(Parkers))]
    public async Task Wait_InterruptedWhileItWaitsForAProcessor_WaitsOnAndIsToldLater(string parker)
    {
        GoSchedulerOptions options = OptionsFor(parker);

        // So long that nobody's processor is taken, and those who wait for one wait until the end.
        options.TimeSlice = TimeSpan.FromMinutes(1);
        GoScheduler scheduler = CreateScheduler(options);
        int release = 0;
        using var waiting = new CountdownEvent(4);
        var told = new List<bool>();
        int computing = 0;
        int stop = 0;
        Thread[] threads = new Thread[4];
        Task[] tasks = new Task[4];
        for (int index = 0; index < tasks.Length; index++)
        {
            int number = index;
            tasks[number] = scheduler.Run(() =>
            {
                threads[number] = Thread.CurrentThread;
                Go.Blocking(() =>
                {
                    // No lock of the runtime's, whose waiters would come back one after the other.
                    waiting.Signal();
                    while (Volatile.Read(ref release) == 0)
                    {
                        Thread.Sleep(1);
                    }
                });
                Interlocked.Increment(ref computing);
                while (Volatile.Read(ref stop) == 0)
                {
                    Thread.SpinWait(100);
                }

                bool wasTold = IsNextWaitInterrupted();
                lock (told)
                {
                    told.Add(wasTold);
                }
            });
        }

        waiting.WaitWithin();

        // They come back together: one takes the processor, one goes on without, and two queue for it. On a loaded machine the
        // monitor may mistake a computing one for a blocked one, and one less queues.
        Patience.Until(() => scheduler.GetSnapshot() is { DetachedMachineCount: 4, IdleProcessorCount: 1 });
        Volatile.Write(ref release, 1);
        Patience.Until(() => Volatile.Read(ref computing) is var count and >= 2 && count + CountQueued(scheduler.GetSnapshot()) == 4);
        Array.ForEach(threads, thread => thread.Interrupt());
        Volatile.Write(ref stop, 1);
        await Task.WhenAll(tasks).Within();
        Assert.HasCount(4, told);
        Assert.DoesNotContain(false, told);
        await AssertWorksAsync(scheduler);
    }

    [TestMethod, Timeout(LimitMs)]
    [DynamicData(nameof(Parkers))]
    public async Task Machine_InterruptedWhileParked_StaysAndItsGoroutineIsTold(string parker)
    {
        GoScheduler scheduler = CreateScheduler(OptionsFor(parker));
        for (int round = 0; round < 20; round++)
        {
            Thread thread = await scheduler.Run(() => Thread.CurrentThread).Within();
            Patience.Until(() => scheduler.GetSnapshot().IdleProcessorCount == 1);
            AwaitSleep(thread, parker);
            thread.Interrupt();
            (Thread next, bool wasTold) = await scheduler.Run(() => (Thread.CurrentThread, IsNextWaitInterrupted())).Within();
            Assert.AreSame(thread, next);
            Assert.IsTrue(wasTold);
        }

        await AssertWorksAsync(scheduler);
    }

    [TestMethod, Timeout(LimitMs)]
    public void Park_InterruptedAgainAndAgain_ReturnsWhenNotified()
    {
        var parker = new MonitorParker();
        bool isNotified = false;
        bool wasNotified = false;
        bool wasTold = false;
        var owner = new Thread(() =>
        {
            parker.Park();
            wasNotified = Volatile.Read(ref isNotified);
            wasTold = IsNextWaitInterrupted();
        });
        owner.Start();
        for (int i = 0; i < 10; i++)
        {
            AwaitSleep(owner, "portable");
            owner.Interrupt();
        }

        Volatile.Write(ref isNotified, true);
        parker.Unpark();
        owner.JoinWithin();
        Assert.IsTrue(wasNotified);
        Assert.IsTrue(wasTold);
    }

    [TestMethod, Timeout(LimitMs)]
    public void Park_WithTimeoutAndInterrupted_LastsUntilTheTimeIsOver()
    {
        var parker = new MonitorParker();
        Thread.CurrentThread.Interrupt();
        Assert.IsFalse(parker.Park(20_000_000));
        Assert.IsTrue(IsNextWaitInterrupted());
        parker.Unpark();
        Thread.CurrentThread.Interrupt();
        Assert.IsTrue(parker.Park(1_000_000_000_000));
        Assert.IsTrue(IsNextWaitInterrupted());
    }

    private static GoSchedulerOptions OptionsFor(string parker) => new()
    {
        ProcessorCount = 1,
        TimeSlice = TimeSpan.FromMilliseconds(5),
        CreateParker = parker == "portable" ? static () => new MonitorParker() : null,
    };

    private static void AwaitSleep(Thread thread, string parker) => Patience.Until(() => Sleeps(thread, parker));

    // Whether a thread sleeps on a futex its state does not tell, and an interrupt that comes before stays pending as well.
    private static bool Sleeps(Thread thread, string parker) =>
        (parker == "best" && Futex.IsSupported) || (thread.ThreadState & ThreadState.WaitSleepJoin) != 0;

    private static long CountQueued(SchedulerSnapshot snapshot) =>
        snapshot.GlobalQueueLength + snapshot.Processors.Sum(processor => processor.QueueLength);

    private static bool IsNextWaitInterrupted()
    {
        try
        {
            Thread.Sleep(1);
            return false;
        }
        catch (ThreadInterruptedException)
        {
            return true;
        }
    }

    private static async Task AssertWorksAsync(GoScheduler scheduler)
    {
        for (int i = 0; i < 100; i++)
        {
            await scheduler.Run(() => { }).Within();
        }

        await scheduler.DrainAsync().Within();
        Patience.Until(() => scheduler.GetSnapshot() is { DetachedMachineCount: 0, IdleProcessorCount: 1 });
    }
}
