using System;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Goroutines.Diagnostics;
using Goroutines.Tests.TestSupport;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Goroutines.Tests.GoPorts;

/// <summary>Go's TestSchedMetrics, on GetSnapshot.</summary>
[TestClass]
public sealed class SnapshotTests : SchedulerTest
{
    [TestMethod, ProcessorCounts, Timeout(LimitMs)]
    public void GetSnapshot_NothingDoneYet_AllProcessorsAreIdle(int processorCount)
    {
        GoScheduler scheduler = CreateScheduler(
            new GoSchedulerOptions { Name = "snapshot", ProcessorCount = processorCount });
        SchedulerSnapshot snapshot = scheduler.GetSnapshot();
        Assert.AreEqual("snapshot", snapshot.Name);
        Assert.AreEqual(processorCount, snapshot.ProcessorCount);
        Assert.AreEqual(processorCount, snapshot.IdleProcessorCount);
        Assert.AreEqual(processorCount, snapshot.Processors.Count);
        Assert.AreEqual((0, 0L), (snapshot.SearchingCount, snapshot.GlobalQueueLength));
    }

    [TestMethod, Timeout(LimitMs)]
    [DataRow(1)]
    [DataRow(2)]
    [DataRow(4)]
    public async Task GetSnapshot_SpinnersOnAllProcessors_NoneIsIdle(int processorCount)
    {
        // The slice is so long that nobody is moved aside.
        GoScheduler scheduler = CreateScheduler(
            new GoSchedulerOptions { ProcessorCount = processorCount, TimeSlice = TimeSpan.FromMinutes(1) });
        bool stop = false;
        int running = 0;
        Task[] spinners = [.. Enumerable.Range(0, processorCount).Select(_ => scheduler.Run(() =>
        {
            Interlocked.Increment(ref running);
            while (!Volatile.Read(ref stop))
            {
                Thread.SpinWait(20);
            }
        }))];
        Patience.Until(() => Volatile.Read(ref running) == processorCount);
        SchedulerSnapshot snapshot = scheduler.GetSnapshot();
        Assert.AreEqual(0, snapshot.IdleProcessorCount);
        Assert.AreEqual(0, snapshot.SearchingCount);
        Assert.AreEqual(processorCount, snapshot.MachineCount);

        // Nobody can run these: they are seen waiting.
        Task[] waiting = [.. Enumerable.Range(0, 100).Select(_ => scheduler.Run(() => { }))];
        snapshot = scheduler.GetSnapshot();
        Assert.AreEqual(100, snapshot.GlobalQueueLength + snapshot.Processors.Sum(p => p.QueueLength));
        Volatile.Write(ref stop, true);
        await Task.WhenAll([.. spinners, .. waiting]).Within();
        Patience.Until(() => scheduler.GetSnapshot().IdleProcessorCount == processorCount);
    }

    [TestMethod, ProcessorCounts, Timeout(LimitMs)]
    public async Task GetSnapshot_UnderLoad_StaysWithinBounds(int processorCount)
    {
        GoScheduler scheduler = CreateScheduler(processorCount);
        bool stop = false;
        Task load = Task.WhenAll(Enumerable.Range(0, 4).Select(_ => scheduler.Run(async () =>
        {
            while (!Volatile.Read(ref stop))
            {
                Go.Post(() => Thread.SpinWait(10));
                await Task.Yield();
            }
        })));
        for (int i = 0; i < 2_000; i++)
        {
            SchedulerSnapshot snapshot = scheduler.GetSnapshot();
            Assert.IsInRange(0, processorCount, snapshot.IdleProcessorCount);
            Assert.IsInRange(0, processorCount, snapshot.SearchingCount);
            // A thread that the system puts aside for long may lose its processor to another one.
            Assert.IsInRange(0, 10_000, snapshot.MachineCount);
            Assert.IsGreaterThanOrEqualTo(0, snapshot.GlobalQueueLength);
            Assert.HasCount(processorCount, snapshot.Processors);
        }

        Volatile.Write(ref stop, true);
        await load.Within();
    }

    [TestMethod, Timeout(LimitMs)]
    public async Task GetSnapshot_AfterWork_CountersHaveMoved()
    {
        GoScheduler scheduler = CreateScheduler(1);
        uint before = scheduler.GetSnapshot().Processors[0].Tick;
        await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => scheduler.Run(() => { }))).Within();
        await scheduler.DrainAsync().Within();
        SchedulerSnapshot snapshot = scheduler.GetSnapshot();
        Assert.IsGreaterThanOrEqualTo(100u, snapshot.Processors[0].Tick - before);
        Assert.IsGreaterThan(0, snapshot.WakeCount);
    }
}
