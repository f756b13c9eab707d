using System;
using System.Globalization;
using System.Threading;
using System.Threading.Tasks;
using Goroutines.Tests.TestSupport;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Goroutines.Tests.Contexts;

/// <summary>Which doors flow the ExecutionContext and which do not.</summary>
[TestClass]
public sealed class ExecutionContextTests : SchedulerTest
{
    private static readonly AsyncLocal<string?> s_local = new();

    [TestMethod, ProcessorCounts, Timeout(LimitMs)]
    public async Task RunPostAndStartNew_AsyncLocalSet_FlowIt(int processorCount)
    {
        GoScheduler scheduler = CreateScheduler(processorCount);
        foreach (Func<GoScheduler, Func<string?>, Task<string?>> door in FlowingDoors())
        {
            s_local.Value = "flows";
            Assert.AreEqual("flows", await door(scheduler, () => s_local.Value).Within());
            s_local.Value = null;
            Assert.IsNull(await door(scheduler, () => s_local.Value).Within());
        }
    }

    [TestMethod, ProcessorCounts, Timeout(LimitMs)]
    public async Task ContextPostAndRaw_AsyncLocalSet_DoNotFlowIt(int processorCount)
    {
        GoScheduler scheduler = CreateScheduler(processorCount);
        foreach (Func<GoScheduler, Func<string?>, Task<string?>> door in BareDoors())
        {
            s_local.Value = "stays here";
            Assert.IsNull(await door(scheduler, () => s_local.Value).Within());
            Task<string?> nested = await scheduler.Run(() =>
            {
                s_local.Value = "stays in the goroutine";
                return Task.FromResult(door(scheduler, () => s_local.Value));
            }).Within();
            Assert.IsNull(await nested.Within());
        }
    }

    [TestMethod, ProcessorCounts, Timeout(LimitMs)]
    public async Task EveryDoor_FlowSuppressed_StartsWithTheDefault(int processorCount)
    {
        GoScheduler scheduler = CreateScheduler(processorCount);
        foreach (Func<GoScheduler, Func<string?>, Task<string?>> door in (Func<GoScheduler, Func<string?>, Task<string?>>[])
            [.. FlowingDoors(), .. BareDoors()])
        {
            s_local.Value = "suppressed";
            Task<string?> task;
            using (ExecutionContext.SuppressFlow())
            {
                task = door(scheduler, () => s_local.Value);
            }

            Assert.IsNull(await task.Within());
        }
    }

    [TestMethod, ProcessorCounts, Timeout(LimitMs)]
    public async Task SuppressFlow_LeftOnByAnItem_DoesNotReachTheNext(int processorCount)
    {
        GoScheduler scheduler = CreateScheduler(processorCount);
        for (int i = 0; i < 20; i++)
        {
            await Lanes.LaneTests.QueueRawAsync(
                scheduler,
                () =>
                {
                    ExecutionContext.SuppressFlow();
                    return 0;
                },
                preferLocal: false).Within();
            Assert.IsFalse(await Lanes.LaneTests.QueueRawAsync(
                scheduler, ExecutionContext.IsFlowSuppressed, preferLocal: false).Within());
            Assert.IsFalse(await scheduler.Run(ExecutionContext.IsFlowSuppressed).Within());
        }
    }

    [TestMethod, ProcessorCounts, Timeout(LimitMs)]
    public async Task Await_AsyncLocalSetInTheGoroutine_KeepsItAcrossAwaits(int processorCount)
    {
        GoScheduler scheduler = CreateScheduler(processorCount);
        s_local.Value = "caller";
        await scheduler.Run(async () =>
        {
            Assert.AreEqual("caller", s_local.Value);
            s_local.Value = "goroutine";
            await Task.Yield();
            Assert.AreEqual("goroutine", s_local.Value);
            await Task.Run(() => s_local.Value = "pool");
            Assert.AreEqual("goroutine", s_local.Value);
            await Task.Delay(1).ConfigureAwait(false);
            Assert.AreEqual("goroutine", s_local.Value);
        }).Within();
        Assert.AreEqual("caller", s_local.Value);
    }

    [TestMethod, ProcessorCounts, Timeout(LimitMs)]
    public async Task Wait_InlinedTaskChangesTheAsyncLocal_OuterKeepsItsOwn(int processorCount)
    {
        GoScheduler scheduler = CreateScheduler(processorCount);
        await scheduler.Run(() =>
        {
            s_local.Value = "outer";
            scheduler.Factory.StartNew(() => s_local.Value = "inner").GetAwaiter().GetResult();
            Assert.AreEqual("outer", s_local.Value);
        }).Within();
    }

    [TestMethod, ProcessorCounts, Timeout(LimitMs)]
    public async Task RunPostAndStartNew_CultureSet_FlowIt(int processorCount)
    {
        GoScheduler scheduler = CreateScheduler(processorCount);
        CultureInfo before = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = Culture("marked");
            foreach (Func<GoScheduler, Func<string?>, Task<string?>> door in FlowingDoors())
            {
                Assert.AreEqual("marked", await door(scheduler, () => CultureInfo.CurrentCulture.NumberFormat.CurrencySymbol).Within());
            }
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    /// <summary>A culture told apart by its currency symbol: works without any culture data on the machine.</summary>
    internal static CultureInfo Culture(string mark)
    {
        var culture = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        culture.NumberFormat.CurrencySymbol = mark;
        return culture;
    }

    private static Func<GoScheduler, Func<string?>, Task<string?>>[] FlowingDoors() =>
    [
        (scheduler, read) => scheduler.Run(read),
        (scheduler, read) => scheduler.Run(async () => read()),
        (scheduler, read) => scheduler.Factory.StartNew(read),
        (scheduler, read) => scheduler.Factory.StartNew(read, TaskCreationOptions.LongRunning),
        Lanes.LaneTests.StartContextFree,
        (scheduler, read) => Reply(reply => scheduler.Post(() => reply(read()))),
        (scheduler, read) => Reply(reply => scheduler.Post(async () => reply(read()))),
        (scheduler, read) => Reply(reply => scheduler.Post(async () =>
        {
            await Task.Yield();
            reply(read());
        })),
        (scheduler, read) => Reply(reply => scheduler.Post(r => r(read()), reply)),
        (scheduler, read) => Reply(reply => scheduler.Post(async r => r(read()), reply)),
    ];

    private static Func<GoScheduler, Func<string?>, Task<string?>>[] BareDoors() =>
    [
        (scheduler, read) => Reply(reply => scheduler.SynchronizationContext.Post(_ => reply(read()), null)),
        (scheduler, read) => Lanes.LaneTests.QueueRawAsync(scheduler, read, preferLocal: false),
        (scheduler, read) => Lanes.LaneTests.QueueRawAsync(scheduler, read, preferLocal: true),
    ];

    private static Task<string?> Reply(Action<Action<string?>> start)
    {
        var source = new TaskCompletionSource<string?>(TaskCreationOptions.RunContinuationsAsynchronously);
        start(source.SetResult);
        return source.Task;
    }
}
