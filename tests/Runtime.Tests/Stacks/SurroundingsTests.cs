using System;
using System.Globalization;
using System.Threading;
using System.Threading.Tasks;
using Goroutines.Tests.TestSupport;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Goroutines.Tests.Stacks;

/// <summary>What work on a segment finds and leaves behind is what it would as a plain call.</summary>
[TestClass]
public sealed class SurroundingsTests : SchedulerTest
{
    private static readonly AsyncLocal<string?> s_local = new();

    [TestMethod, ProcessorCounts, Timeout(LimitMs)]
    public async Task EnsureStack_InEveryLane_SeesTheCallersLane(int processorCount)
    {
        GoScheduler scheduler = CreateScheduler(processorCount);
        await scheduler.Run(AssertSameLane).Within();
        await scheduler.Factory.StartNew(AssertSameLane, TaskCreationOptions.LongRunning).Within();
        await Lanes.LaneTests.StartContextFree(scheduler, () =>
        {
            AssertSameLane();
            return Task.CompletedTask;
        }).Unwrap().Within();
        await scheduler.Run(async () =>
        {
            await Task.Yield();
            AssertSameLane();
        }).Within();

        var raw = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        scheduler.UnsafeQueueUserWorkItem(
            new RawItem(() =>
            {
                try
                {
                    AssertSameLane();
                    raw.SetResult();
                }
                catch (AssertFailedException e)
                {
                    raw.SetException(e);
                }
            }),
            preferLocal: false);
        await raw.Task.Within();
    }

    [TestMethod, Timeout(LimitMs)]
    public async Task EnsureStack_OutsideEveryScheduler_SeesNone()
    {
        await Task.Run(AssertSameLane).Within();
        Deep.AtTheEndOfTheStack(() => Assert.IsNull(Go.EnsureStack(() => GoScheduler.Current)));
    }

    [TestMethod, ProcessorCounts, Timeout(LimitMs)]
    public async Task EnsureStack_ChangedAsyncLocal_FlowsBothWays(int processorCount)
    {
        GoScheduler scheduler = CreateScheduler(processorCount);
        await scheduler.Run(() => Deep.AtTheEndOfTheStack(() =>
        {
            s_local.Value = "in";
            string? seen = Go.EnsureStack(() =>
            {
                string? inside = s_local.Value;
                s_local.Value = "out";
                return inside;
            });
            Assert.AreEqual("in", seen);
            Assert.AreEqual("out", s_local.Value);
            Go.EnsureStack(() => s_local.Value = null);
            Assert.IsNull(s_local.Value);
            return true;
        })).Within();
    }

    [TestMethod, Timeout(LimitMs)]
    public void EnsureStack_ChangedBeforeAnException_FlowsBack() => Deep.AtTheEndOfTheStack(() =>
    {
        s_local.Value = "in";
        Assert.ThrowsExactly<InvalidOperationException>(() => Go.EnsureStack(() =>
        {
            s_local.Value = "out";
            throw new InvalidOperationException();
        }));
        Assert.AreEqual("out", s_local.Value);
    });

    [TestMethod, Timeout(LimitMs)]
    public void EnsureStack_ValuesOfOneCall_AreNotSeenByTheNext()
    {
        Deep.AtTheEndOfTheStack(() =>
        {
            s_local.Value = "first";
            Go.EnsureStack(() => s_local.Value = "left behind");
            s_local.Value = null;
        });
        using (ExecutionContext.SuppressFlow())
        {
            var thread = new Thread(() => Deep.AtTheEndOfTheStack(() => Assert.IsNull(Go.EnsureStack(() => s_local.Value))));
            thread.Start();
            thread.JoinWithin();
        }
    }

    [TestMethod, Timeout(LimitMs)]
    public void EnsureStack_Culture_FlowsBothWays()
    {
        CultureInfo outer = CultureInfo.CurrentCulture;
        try
        {
            Deep.AtTheEndOfTheStack(() =>
            {
                CultureInfo.CurrentCulture = new CultureInfo("de-DE");
                Assert.AreEqual("de-DE", Go.EnsureStack(() => CultureInfo.CurrentCulture.Name));
                Go.EnsureStack(() => CultureInfo.CurrentCulture = new CultureInfo("fr-FR"));
                Assert.AreEqual("fr-FR", CultureInfo.CurrentCulture.Name);
            });
        }
        finally
        {
            CultureInfo.CurrentCulture = outer;
        }
    }

    [TestMethod, Timeout(LimitMs)]
    public void EnsureStack_FlowSuppressed_StaysSo() => Deep.AtTheEndOfTheStack(() =>
    {
        s_local.Value = "kept";
        using (ExecutionContext.SuppressFlow())
        {
            Assert.AreEqual("kept", Go.EnsureStack(() => ExecutionContext.IsFlowSuppressed() ? s_local.Value : "flows"));
            Assert.IsTrue(ExecutionContext.IsFlowSuppressed());
        }

        Assert.IsFalse(Go.EnsureStack(ExecutionContext.IsFlowSuppressed));
    });

    [TestMethod, Timeout(LimitMs)]
    public void EnsureStack_OtherSynchronizationContext_IsSeenAndMayBeChanged()
    {
        var own = new SynchronizationContext();
        var other = new SynchronizationContext();
        SynchronizationContext? outer = SynchronizationContext.Current;
        try
        {
            Deep.AtTheEndOfTheStack(() =>
            {
                SynchronizationContext.SetSynchronizationContext(own);
                Assert.AreSame(own, Go.EnsureStack(() => SynchronizationContext.Current));
                Assert.AreSame(own, SynchronizationContext.Current);
                Go.EnsureStack(() => SynchronizationContext.SetSynchronizationContext(other));
                Assert.AreSame(other, SynchronizationContext.Current);
            });
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(outer);
        }
    }

    private static void AssertSameLane() => Deep.AtTheEndOfTheStack(() =>
    {
        Lane own = Lane.Capture();
        Lane inside = Go.EnsureStack(Lane.Capture);
        Assert.AreNotEqual(own.ThreadId, inside.ThreadId);
        Assert.AreEqual(own with { ThreadId = 0, IsPoolThread = false }, inside with { ThreadId = 0 });
    });
}
