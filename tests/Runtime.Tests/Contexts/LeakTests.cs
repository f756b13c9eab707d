using System;
using System.Collections.Generic;
using System.Globalization;
using System.Threading;
using System.Threading.Tasks;
using Goroutines.Tests.TestSupport;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Goroutines.Tests.Contexts;

/// <summary>What one item leaves behind on its worker, the next item must not see. One processor: the same worker runs both.</summary>
[TestClass]
public sealed class LeakTests : SchedulerTest
{
    private static readonly AsyncLocal<string?> s_local = new();

    private static readonly Dictionary<string, Action<GoScheduler, Action>> s_doors = new()
    {
        ["Run"] = (scheduler, work) => scheduler.Run(work),
        ["Run async"] = (scheduler, work) => scheduler.Run(async () =>
        {
            await Task.Yield();
            work();
        }),
        ["StartNew"] = (scheduler, work) => scheduler.Factory.StartNew(work),
        ["Post"] = (scheduler, work) => scheduler.Post(work),
        ["Post async"] = (scheduler, work) => scheduler.Post(async () =>
        {
            await Task.Yield();
            work();
        }),
        ["context Post"] = (scheduler, work) => scheduler.SynchronizationContext.Post(_ => work(), null),
        ["raw"] = (scheduler, work) => scheduler.UnsafeQueueUserWorkItem(new RawItem(work), preferLocal: true),
        ["context-free"] = (scheduler, work) => Lanes.LaneTests.StartContextFree(
            scheduler,
            () =>
            {
                work();
                return 0;
            }),
        ["async void"] = (scheduler, work) => scheduler.SynchronizationContext.Post(_ => RunVoid(work), null),
    };

    private static readonly Dictionary<string, Action> s_dirt = new()
    {
        ["AsyncLocal"] = () => s_local.Value = "leak",
        ["culture"] = () => CultureInfo.CurrentCulture = ExecutionContextTests.Culture("leak"),
        ["UI culture"] = () => CultureInfo.CurrentUICulture = ExecutionContextTests.Culture("leak"),
        ["no context"] = () => SynchronizationContext.SetSynchronizationContext(null),
        ["base context"] = () => SynchronizationContext.SetSynchronizationContext(new SynchronizationContext()),
        ["everything and a throw"] = () =>
        {
            s_local.Value = "leak";
            CultureInfo.CurrentCulture = ExecutionContextTests.Culture("leak");
            SynchronizationContext.SetSynchronizationContext(new SynchronizationContext());
            throw new InvalidOperationException("dirty");
        },
    };

    [TestMethod, Timeout(LimitMs)]
    public async Task EveryDoor_AfterEveryDirtyItem_StartsClean()
    {
        var failures = new FailureLog();
        GoScheduler scheduler = CreateScheduler(1, failures);
        string clean = string.Empty;
        foreach ((string firstName, Action<GoScheduler, Action> first) in s_doors)
        {
            foreach ((string dirtName, Action dirt) in s_dirt)
            {
                foreach ((string nextName, Action<GoScheduler, Action> next) in s_doors)
                {
                    s_local.Value = null;
                    (string Seen, SynchronizationContext? Context) found = await RunBothAsync(scheduler, first, dirt, next).Within();
                    clean = clean.Length == 0 ? found.Seen : clean;
                    string what = $"{firstName} leaving {dirtName}, then {nextName}";
                    Assert.AreEqual(clean, found.Seen, what);
                    SynchronizationContext? expected = nextName is "raw" or "context-free" ? null : scheduler.SynchronizationContext;
                    Assert.AreSame(expected, found.Context, what);
                }
            }
        }

        Assert.StartsWith("local none", clean);
    }

    [TestMethod, Timeout(LimitMs)]
    public async Task GoroutineThatSetAnotherContext_AfterItsAwait_IsWhereItAskedToBe()
    {
        GoScheduler scheduler = CreateScheduler(1);
        SynchronizationContext? seen = await scheduler.Run(async () =>
        {
            SynchronizationContext.SetSynchronizationContext(null);
            await Task.Yield();

            // No context and the scheduler current: the BCL's rule brings it back through the TaskScheduler, a main-door task.
            Assert.AreSame(scheduler, TaskScheduler.Current);
            return SynchronizationContext.Current;
        }).Within();
        Assert.AreSame(scheduler.SynchronizationContext, seen);
    }

    private static Task<(string Seen, SynchronizationContext? Context)> RunBothAsync(
        GoScheduler scheduler, Action<GoScheduler, Action> first, Action dirt, Action<GoScheduler, Action> next)
    {
        var done = new TaskCompletionSource<(string, SynchronizationContext?)>(TaskCreationOptions.RunContinuationsAsynchronously);
        using var ran = new ManualResetEventSlim();
        first(scheduler, () =>
        {
            ran.Set();
            dirt();
        });

        // Queued from outside once the first has begun, so it neither inherits its context nor overtakes it.
        ran.WaitWithin();
        next(scheduler, () => done.SetResult((Describe(), SynchronizationContext.Current)));
        return done.Task;
    }

    private static string Describe() =>
        $"local {s_local.Value ?? "none"}, culture {CultureInfo.CurrentCulture.NumberFormat.CurrencySymbol}, " +
        $"UI culture {CultureInfo.CurrentUICulture.NumberFormat.CurrencySymbol}, suppressed {ExecutionContext.IsFlowSuppressed()}";

#pragma warning disable VSTHRD100, CA1849 // An async void method is what is tested.
    private static async void RunVoid(Action work)
    {
        await Task.Yield();
        work();
    }
#pragma warning restore VSTHRD100, CA1849
}
