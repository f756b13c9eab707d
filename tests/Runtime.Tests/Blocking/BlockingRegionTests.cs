using System;
using System.Threading;
using System.Threading.Tasks;
using Goroutines.Internal.Scheduling;
using Goroutines.Tests.TestSupport;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Goroutines.Tests.Blocking;

/// <summary>Declared blocking: the processor is away within the region and back behind it.</summary>
[TestClass]
public sealed class BlockingRegionTests : SchedulerTest
{
    private static bool HoldsProcessor => Machine.Current!.Processor is not null;

    [TestMethod, Timeout(LimitMs)]
    public async Task EnterBlocking_OnAGoroutine_GivesTheProcessorAwayUntilDisposed()
    {
        GoScheduler scheduler = CreateScheduler(1);
        await scheduler.Run(() =>
        {
            using (Go.EnterBlocking())
            {
                Assert.IsFalse(HoldsProcessor);
                Assert.AreSame(scheduler, GoScheduler.Current);

                // The one processor is free for it, though this thread does not let go.
                Task other = Go.Run(() => { });
                Patience.Until(() => other.IsCompleted);
            }
        }).Within();
        await scheduler.DrainAsync().Within();
    }

    [TestMethod, Timeout(LimitMs)]
    public async Task EnterBlocking_InsideAnother_EndsWithTheOuter()
    {
        GoScheduler scheduler = CreateScheduler(1);
        await scheduler.Run(() =>
        {
            using (Go.EnterBlocking())
            {
                Go.Blocking(() => Assert.IsFalse(HoldsProcessor));
                Assert.IsFalse(HoldsProcessor, "The inner region has not ended the outer one.");
            }

            Assert.IsTrue(HoldsProcessor);
        }).Within();
    }

    [TestMethod, Timeout(LimitMs)]
    public async Task Dispose_Twice_EndsNoLaterRegion()
    {
        GoScheduler scheduler = CreateScheduler(1);
        await scheduler.Run(() =>
        {
            BlockingRegion first = Go.EnterBlocking();
            first.Dispose();
            BlockingRegion second = Go.EnterBlocking();
            first.Dispose();
            Assert.IsFalse(HoldsProcessor);
            second.Dispose();
            Assert.IsTrue(HoldsProcessor);
        }).Within();
    }

    [TestMethod, Timeout(LimitMs)]
    public void EnterBlocking_OffAnyScheduler_DoesNothing()
    {
        using (Go.EnterBlocking())
        {
            Assert.IsNull(GoScheduler.Current);
        }

        Assert.AreEqual(1, Go.Blocking(() => 1));
    }

    [TestMethod, Timeout(LimitMs)]
    public async Task Blocking_Throws_ExceptionArrivesAndProcessorIsBack()
    {
        GoScheduler scheduler = CreateScheduler(1);
        await scheduler.Run(() =>
        {
            Assert.ThrowsExactly<InvalidOperationException>(() => Go.Blocking(() => throw new InvalidOperationException("expected")));
            Assert.IsTrue(HoldsProcessor);
        }).Within();
    }

    [TestMethod, Timeout(LimitMs)]
    public void Blocking_Null_Throws()
    {
        Assert.ThrowsExactly<ArgumentNullException>(() => Go.Blocking(null!));
        Assert.ThrowsExactly<ArgumentNullException>(() => Go.Blocking<int>(null!));
    }

    // Whether a goroutine holds a processor just now must not decide on which thread a callback runs.
    [TestMethod, Timeout(LimitMs)]
    public async Task Send_WithoutProcessor_RunsInPlace()
    {
        GoScheduler scheduler = CreateScheduler(1);
        await scheduler.Run(() => Go.Blocking(() =>
        {
            int sender = Environment.CurrentManagedThreadId;
            int receiver = 0;
            scheduler.SynchronizationContext.Send(_ => receiver = Environment.CurrentManagedThreadId, null);
            Assert.AreEqual(sender, receiver);
        })).Within();
    }

    // A region that its item leaves open ends with the item.
    [TestMethod, Timeout(LimitMs)]
    public async Task EnterBlocking_NeverDisposed_EndsWithTheItem()
    {
        GoScheduler scheduler = CreateScheduler(1);
        scheduler.Post(() => Go.EnterBlocking());
        await scheduler.Run(() => Assert.IsTrue(HoldsProcessor)).Within();
        await scheduler.DrainAsync().Within();
        Patience.Until(() => scheduler.GetSnapshot().DetachedMachineCount == 0);
    }

    [TestMethod, Timeout(LimitMs)]
    public async Task EnterBlocking_OnLongRunning_DoesNothing()
    {
        GoScheduler scheduler = CreateScheduler(1);
        await Task.Factory.StartNew(
            () =>
            {
                Go.Blocking(() => Thread.Yield());
                Go.Checkpoint();
                Assert.AreSame(scheduler, GoScheduler.Current);
            },
            TestContext.CancellationToken,
            TaskCreationOptions.LongRunning,
            scheduler).Within();
    }
}
