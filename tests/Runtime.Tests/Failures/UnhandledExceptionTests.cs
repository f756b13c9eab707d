using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Goroutines.Tests.TestSupport;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Goroutines.Tests.Failures;

/// <summary>Exceptions nobody awaits: where they arrive, with what, and that the workers survive them.</summary>
[TestClass]
public sealed class UnhandledExceptionTests : SchedulerTest
{
    private static readonly Dictionary<string, Action<GoScheduler, Exception>> s_doors = new()
    {
        ["Post"] = (scheduler, e) => scheduler.Post(() => throw e),
        ["Post with state"] = (scheduler, e) => scheduler.Post(static x => throw x, e),
        ["Post async"] = (scheduler, e) => scheduler.Post(async () =>
        {
            await Task.Yield();
            throw e;
        }),
        ["Post async on the pool"] = (scheduler, e) => scheduler.Post(async () =>
        {
            await Task.Delay(1).ConfigureAwait(false);
            throw e;
        }),
        ["context Post"] = (scheduler, e) => scheduler.SynchronizationContext.Post(_ => throw e, null),
        ["raw, global"] = (scheduler, e) => scheduler.UnsafeQueueUserWorkItem(new RawItem(() => throw e), preferLocal: false),
        ["raw, local"] = (scheduler, e) => scheduler.UnsafeQueueUserWorkItem(new RawItem(() => throw e), preferLocal: true),
        ["async void"] = (scheduler, e) => scheduler.Run(() => ThrowLater(e)),
        ["async void at once"] = (scheduler, e) => scheduler.Run(() => ThrowAtOnce(e)),
    };

    [TestMethod, ProcessorCounts, Timeout(LimitMs)]
    public async Task EveryDoor_ThrowingFromOutside_RaisesTheEventWithTheException(int processorCount)
    {
        var failures = new FailureLog();
        GoScheduler scheduler = CreateScheduler(processorCount, failures);
        foreach ((string name, Action<GoScheduler, Exception> door) in s_doors)
        {
            var expected = new InvalidOperationException(name);
            door(scheduler, expected);
            FailureLog.Failure failure = await failures.NextAsync();
            Assert.AreSame(expected, failure.Exception);
            Assert.AreSame(scheduler, failure.Sender);
        }

        await scheduler.DrainAsync().Within();
        Assert.IsFalse(failures.TryNext(out _), "Each failure is raised once.");
    }

    [TestMethod, ProcessorCounts, Timeout(LimitMs)]
    public async Task EveryDoor_ThrowingFromAWorker_RaisesTheEventWithTheException(int processorCount)
    {
        var failures = new FailureLog();
        GoScheduler scheduler = CreateScheduler(processorCount, failures);
        foreach ((string name, Action<GoScheduler, Exception> door) in s_doors)
        {
            var expected = new InvalidOperationException(name);
            await scheduler.Run(() => door(scheduler, expected)).Within();
            Assert.AreSame(expected, (await failures.NextAsync()).Exception);
        }
    }

    [TestMethod, ProcessorCounts, Timeout(LimitMs)]
    public async Task EveryDoor_ManyThrowing_WorkersSurviveAndNothingIsLost(int processorCount)
    {
        var failures = new FailureLog();
        GoScheduler scheduler = CreateScheduler(processorCount, failures);
        int ran = 0;
        var expected = new HashSet<Exception>();
        for (int i = 0; i < 200; i++)
        {
            foreach (Action<GoScheduler, Exception> door in s_doors.Values)
            {
                var exception = new InvalidOperationException("storm");
                expected.Add(exception);
                door(scheduler, exception);
                scheduler.Post(() => Interlocked.Increment(ref ran));
            }
        }

        int count = expected.Count;
        for (int i = 0; i < count; i++)
        {
            Assert.IsTrue(expected.Remove((await failures.NextAsync()).Exception));
        }

        await scheduler.DrainAsync().Within();
        Assert.AreEqual(count, ran);
    }

    [TestMethod, ProcessorCounts, Timeout(LimitMs)]
    public async Task Post_SeveralInnerExceptions_ReportsThemAll(int processorCount)
    {
        var failures = new FailureLog();
        GoScheduler scheduler = CreateScheduler(processorCount, failures);
        scheduler.Post(() => Task.WhenAll(
            Task.FromException(new InvalidOperationException("first")), Task.FromException(new InvalidOperationException("second"))));
        var aggregate = (await failures.NextAsync()).Exception as AggregateException;
        Assert.AreEqual("first, second", string.Join(", ", aggregate!.InnerExceptions.Select(e => e.Message)));
    }

    [TestMethod, ProcessorCounts, Timeout(LimitMs)]
    public async Task Post_Cancelled_IsNoFailure(int processorCount)
    {
        GoScheduler scheduler = CreateScheduler(processorCount);
        scheduler.Post(async () =>
        {
            await Task.Yield();
            throw new OperationCanceledException();
        });
        scheduler.Post(() => Task.FromCanceled(new CancellationToken(canceled: true)));
        await scheduler.DrainAsync().Within();

        // The test's end fails if anything reached UnhandledException.
        Assert.AreEqual(1, await scheduler.Run(() => 1).Within());
    }

    [TestMethod, ProcessorCounts, Timeout(LimitMs)]
    public async Task UnhandledException_ByTheNextItem_TheThreadIsCleanAgain(int processorCount)
    {
        var failures = new FailureLog();
        GoScheduler scheduler = CreateScheduler(processorCount, failures);
        for (int i = 0; i < 50; i++)
        {
            scheduler.UnsafeQueueUserWorkItem(new RawItem(() => throw new InvalidOperationException("raw")), preferLocal: false);
            (await scheduler.Run(Lane.Capture).Within()).AssertIsTaskOf(scheduler);
            scheduler.Post(() => throw new InvalidOperationException("post"));
            (await Lanes.LaneTests.QueueRawAsync(scheduler, Lane.Capture, preferLocal: false).Within()).AssertIsRawOf(scheduler);
        }
    }

    [TestMethod, ProcessorCounts, Timeout(LimitMs)]
    public async Task UnhandledException_SeveralSchedulers_EachReportsItsOwn(int processorCount)
    {
        var firstFailures = new FailureLog();
        var secondFailures = new FailureLog();
        GoScheduler first = CreateScheduler(processorCount, firstFailures);
        GoScheduler second = CreateScheduler(processorCount, secondFailures);
        await first.Run(() => second.Post(() => throw new InvalidOperationException("second"))).Within();
        Assert.AreSame(second, (await secondFailures.NextAsync()).Sender);
        await first.DrainAsync().Within();
        Assert.IsFalse(firstFailures.TryNext(out _));
    }

#pragma warning disable CA1849, VSTHRD100 // Async void methods are what is tested.
    private static async void ThrowLater(Exception exception)
    {
        await Task.Yield();
        throw exception;
    }

    private static async void ThrowAtOnce(Exception exception)
    {
        await Task.CompletedTask;
        throw exception;
    }
#pragma warning restore CA1849, VSTHRD100
}
