using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Goroutines.Tests.TestSupport;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Goroutines.Tests.GoPorts;

/// <summary>Go's stop-the-world and GOMAXPROCS tests, as changes of ProcessorCount under load.</summary>
[TestClass]
public sealed class ResizeTests : SchedulerTest
{
    [TestMethod, ProcessorCounts, Timeout(LimitMs)]
    public async Task ProcessorCount_ChangedAThousandTimesUnderASpawnStorm_LosesNothing(int processorCount)
    {
        // TestStopTheWorldDeadlock: changes against a storm of spawns and collections.
        GoScheduler scheduler = CreateScheduler(processorCount);
        Random random = CreateRandom();
        bool stop = false;
        long started = 0;
        long finished = 0;
        Task storm = scheduler.Run(async () =>
        {
            while (!Volatile.Read(ref stop))
            {
                for (int i = 0; i < 50; i++)
                {
                    Interlocked.Increment(ref started);
                    Go.Post(async () =>
                    {
                        await Task.Yield();
                        Go.Post(() => Interlocked.Increment(ref finished));
                    });
                }

                await Go.Yield();
            }
        });
        for (int change = 0; change < 1_000; change++)
        {
            int count = random.Next(1, 17);
            scheduler.ProcessorCount = count;
            Assert.AreEqual(count, scheduler.ProcessorCount);
            if (change % 100 == 0)
            {
                GC.Collect();
            }
        }

        Volatile.Write(ref stop, true);
        await storm.Within();
        await scheduler.DrainAsync().Within();
        Assert.AreEqual(started, finished);
    }

    [TestMethod, ProcessorCounts, Timeout(LimitMs)]
    public async Task ProcessorCount_ChangedBySeveralThreadsAndWorkers_EndsAtTheLastValue(int processorCount)
    {
        GoScheduler scheduler = CreateScheduler(processorCount);
        await Task.WhenAll(Enumerable.Range(0, 4).Select(i => i % 2 == 0 ? Task.Run(Change) : scheduler.Run(Change))).Within();
        scheduler.ProcessorCount = 3;
        await Task.WhenAll(Enumerable.Range(0, 1_000).Select(_ => scheduler.Run(async () => await Task.Yield()))).Within();
        await scheduler.DrainAsync().Within();
        Assert.AreEqual(3, scheduler.ProcessorCount);
        Patience.Until(() => scheduler.GetSnapshot() is { Processors.Count: 3, IdleProcessorCount: 3, SearchingCount: 0 });

        void Change()
        {
            for (int i = 0; i < 200; i++)
            {
                scheduler.ProcessorCount = 1 + (i % 8);
            }
        }
    }

    [TestMethod, Timeout(LimitMs)]
    public async Task ProcessorCount_Raised_WorkThatNeedsMoreGetsOn()
    {
        // A spinning goroutine holds the only processor; what it waits for can run only on a second one.
        GoScheduler scheduler = CreateScheduler(1);
        for (int round = 0; round < 50; round++)
        {
            scheduler.ProcessorCount = 1;
            bool reached = false;
            using var spinning = new ManualResetEventSlim();
            Task hog = scheduler.Run(() =>
            {
                spinning.Set();
                Patience.Until(() => Volatile.Read(ref reached));
            });
            spinning.WaitWithin();
            Task rescuer = scheduler.Run(() => Volatile.Write(ref reached, true));
            scheduler.ProcessorCount = 2;
            await hog.Within();
            await rescuer.Within();
        }
    }

    [TestMethod, Timeout(LimitMs)]
    public async Task ProcessorCount_Lowered_NoMoreRunAtOnce()
    {
        GoScheduler scheduler = CreateScheduler(8);
        await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => scheduler.Run(() => Thread.SpinWait(1_000)))).Within();
        scheduler.ProcessorCount = 1;
        Patience.Until(() => scheduler.GetSnapshot().Processors.Count == 1);
        int unprotected = 0;
        int inside = 0;
        await Task.WhenAll(Enumerable.Range(0, 5_000).Select(_ => scheduler.Run(() =>
        {
            Assert.AreEqual(1, Interlocked.Increment(ref inside));
            unprotected++;
            Interlocked.Decrement(ref inside);
        }))).Within();
        Assert.AreEqual(5_000, unprotected);
    }

    [TestMethod, ProcessorCounts, Timeout(LimitMs)]
    public async Task ProcessorCount_LoweredWithFullQueues_WorkMovesOn(int processorCount)
    {
        GoScheduler scheduler = CreateScheduler(processorCount);
        int ran = 0;
        await Task.WhenAll(Enumerable.Range(0, processorCount).Select(_ => scheduler.Run(() =>
        {
            for (int i = 0; i < 1_000; i++)
            {
                Go.Post(() => Interlocked.Increment(ref ran));
            }

            scheduler.ProcessorCount = 1;
        }))).Within();
        await scheduler.DrainAsync().Within();
        Assert.AreEqual(processorCount * 1_000, ran);
    }

    [TestMethod, Timeout(LimitMs)]
    public async Task BigGomaxprocs_1024Processors_StartAndRunWork()
    {
        // TestBigGOMAXPROCS.
        GoScheduler scheduler = CreateScheduler(1_024);
        Assert.AreEqual(1_024, scheduler.ProcessorCount);
        long sum = (await Task.WhenAll(Enumerable.Range(0, 20_000).Select(i => scheduler.Run(async () =>
        {
            await Task.Yield();
            return (long)i;
        }))).Within()).Sum();
        Assert.AreEqual(199_990_000, sum);
        scheduler.ProcessorCount = 4_096;
        Assert.AreEqual(1, await scheduler.Run(() => 1).Within());
        scheduler.ProcessorCount = 1;
        Assert.AreEqual(1, await scheduler.Run(() => 1).Within());
    }

    [TestMethod, Timeout(LimitMs)]
    public void ProcessorCount_ChangedWhileDisposing_ThrowsNothingButObjectDisposed()
    {
        for (int round = 0; round < 100; round++)
        {
            GoScheduler scheduler = CreateScheduler(2);
            var threads = new List<Thread>();
            Exception? unexpected = null;
            int ran = 0;
            for (int i = 0; i < 2; i++)
            {
                var thread = new Thread(() =>
                {
                    try
                    {
                        for (int count = 1; count < 20; count++)
                        {
                            scheduler.Post(() => Interlocked.Increment(ref ran));
                            scheduler.ProcessorCount = count;
                        }
                    }
                    catch (ObjectDisposedException)
                    {
                        // What disposal does to later changes.
                    }
                    catch (Exception exception)
                    {
                        unexpected = exception;
                    }
                });
                thread.Start();
                threads.Add(thread);
            }

            scheduler.Post(() => Interlocked.Increment(ref ran));
            scheduler.Dispose();
            threads.ForEach(thread => thread.JoinWithin());
            Assert.IsNull(unexpected);
            Patience.Until(() => Volatile.Read(ref ran) >= 1);
        }
    }
}
