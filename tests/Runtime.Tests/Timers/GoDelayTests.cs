#pragma warning disable CA2012 // How a ValueTask behaves that is kept is what is tested here.
using System;
using System.Diagnostics;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Goroutines.Tests.TestSupport;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Goroutines.Tests.Timers;

/// <summary>Go.Delay: time, cancellation, where it goes on, and that one object can serve many delays.</summary>
[TestClass]
public sealed class GoDelayTests : SchedulerTest
{
    private static readonly TimeSpan s_short = TimeSpan.FromMilliseconds(2);

    [TestMethod, Timeout(LimitMs)]
    [ProcessorCounts]
    public async Task Delay_ManyGoroutines_NoneIsEarly(int processorCount)
    {
        GoScheduler scheduler = CreateScheduler(processorCount);
        Random random = CreateRandom();
        int early = 0;
        async Task SleepAsync(int microseconds)
        {
            for (int round = 0; round < 5; round++)
            {
                long start = Stopwatch.GetTimestamp();
                var delay = TimeSpan.FromMicroseconds(microseconds);
                await Go.Delay(delay);
                if (Stopwatch.GetElapsedTime(start) < delay)
                {
                    Interlocked.Increment(ref early);
                }

                Assert.AreEqual(scheduler, GoScheduler.Current);
            }
        }

        await Task.WhenAll(Enumerable.Range(0, 2_000).Select(_ => random.Next(20_000)).ToArray()
            .Select(microseconds => scheduler.Run(() => SleepAsync(microseconds)))).Within();
        Assert.AreEqual(0, early);
    }

    [TestMethod, Timeout(LimitMs)]
    public void Delay_Zero_IsComplete() => Assert.IsTrue(Go.Delay(TimeSpan.Zero).IsCompletedSuccessfully);

    [TestMethod, Timeout(LimitMs)]
    public void Delay_Negative_Throws()
    {
        ArgumentOutOfRangeException thrown =
            Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => _ = Go.Delay(TimeSpan.FromMilliseconds(-2)));
        Assert.AreEqual("delay", thrown.ParamName);
    }

    [TestMethod, Timeout(LimitMs)]
    public async Task Delay_TokenCanceledBefore_IsCanceled()
    {
        using var source = new CancellationTokenSource();
        await source.CancelAsync();
        Assert.IsTrue(Go.Delay(s_short, source.Token).IsCanceled);
    }

    [TestMethod, Timeout(LimitMs)]
    [DataRow(true)]
    [DataRow(false)]
    public async Task Delay_TokenCanceled_ThrowsAtOnceWithTheToken(bool isInfinite)
    {
        GoScheduler scheduler = CreateScheduler(1);
        using var source = new CancellationTokenSource();
        Task waiting = scheduler.Run(async () =>
            await Go.Delay(isInfinite ? Timeout.InfiniteTimeSpan : TimeSpan.FromHours(1), source.Token));
        Patience.Until(() => scheduler.GetSnapshot().TimerCount == 1);
        await source.CancelAsync();
        TaskCanceledException thrown = await Assert.ThrowsExactlyAsync<TaskCanceledException>(() => waiting.Within());
        Assert.AreEqual(source.Token, thrown.CancellationToken);
        Assert.AreEqual(0, scheduler.GetSnapshot().TimerCount);
    }

    [TestMethod, Timeout(LimitMs)]
    [ProcessorCounts]
    public async Task Delay_CancellationRacesWithTheEnd_EndsOnceAndTheNextIsWhole(int processorCount)
    {
        GoScheduler scheduler = CreateScheduler(processorCount);
        int early = 0;
        int canceled = 0;
        async Task SleepAsync(int number)
        {
            for (int round = 0; round < 200; round++)
            {
                using var source = new CancellationTokenSource();
                source.CancelAfter(TimeSpan.FromMilliseconds(1));
                try
                {
                    await Go.Delay(TimeSpan.FromMicroseconds(500 + (number * 100)), source.Token);
                }
                catch (TaskCanceledException)
                {
                    Interlocked.Increment(ref canceled);
                }

                // Served by the same object as often as not: nothing of the last delay may end it.
                long start = Stopwatch.GetTimestamp();
                await Go.Delay(TimeSpan.FromMicroseconds(300));
                if (Stopwatch.GetElapsedTime(start) < TimeSpan.FromMicroseconds(300))
                {
                    Interlocked.Increment(ref early);
                }
            }
        }

        await Task.WhenAll(Enumerable.Range(0, 10).Select(number => scheduler.Run(() => SleepAsync(number)))).Within();
        Assert.AreEqual(0, early);
        TestContext.WriteLine($"{canceled} of 2,000 were canceled.");
    }

    [TestMethod, Timeout(LimitMs)]
    public async Task Delay_AwaitedWhenOver_GoesOn()
    {
        GoScheduler scheduler = CreateScheduler(1);
        await scheduler.Run(async () =>
        {
            ValueTask delay = Go.Delay(s_short);
            Patience.Until(() => delay.IsCompleted);
            await delay;
            Assert.AreEqual(scheduler, GoScheduler.Current);
        }).Within();
    }

    [TestMethod, Timeout(LimitMs)]
    public async Task Delay_AwaitedTwice_Throws()
    {
        GoScheduler scheduler = CreateScheduler(1);
        await scheduler.Run(async () =>
        {
            ValueTask delay = Go.Delay(s_short);
            ValueTask copy = delay;
            await delay;
            await Assert.ThrowsExactlyAsync<InvalidOperationException>(async () => await copy);
        }).Within();
    }

    [TestMethod, Timeout(LimitMs)]
    public async Task Delay_WithoutContext_GoesOnInTheRawLane()
    {
        GoScheduler scheduler = CreateScheduler(1);
        await scheduler.Run(async () =>
        {
            await Go.Delay(s_short).ConfigureAwait(false);
            Assert.AreEqual(scheduler, GoScheduler.Current);
            Assert.IsNull(SynchronizationContext.Current);
        }).Within();
    }

    [TestMethod, Timeout(LimitMs)]
    public async Task Delay_OnTheContextFreeLane_GoesOnThere()
    {
        GoScheduler scheduler = CreateScheduler(1);
        await Task.Factory.StartNew(
            async () =>
            {
                await Go.Delay(s_short);
                Assert.AreEqual(scheduler.ContextFree, TaskScheduler.Current);
            },
            CancellationToken.None,
            TaskCreationOptions.None,
            scheduler.ContextFree).Unwrap().Within();
    }

    [TestMethod, Timeout(LimitMs)]
    public async Task Delay_OnAForeignContext_GoesOnThere()
    {
        var foreign = new CountingContext();
        await Task.Run(async () =>
        {
            SynchronizationContext.SetSynchronizationContext(foreign);
            await Go.Delay(s_short);
            Assert.AreEqual(1, foreign.PostCount);
            SynchronizationContext.SetSynchronizationContext(null);
        }).Within();
    }

    [TestMethod, Timeout(LimitMs)]
    public async Task Delay_AsTask_KeepsAsyncLocals()
    {
        var local = new AsyncLocal<int> { Value = 7 };
        GoScheduler scheduler = CreateScheduler(2);
        await scheduler.Run(async () =>
        {
            local.Value = 8;
            await Go.Delay(s_short).AsTask();
            Assert.AreEqual(8, local.Value);
        }).Within();
        var seen = new TaskCompletionSource<int>();
        Go.Delay(s_short).GetAwaiter().OnCompleted(() => seen.TrySetResult(local.Value));
        Assert.AreEqual(7, await seen.Task.Within());
    }

    [TestMethod, Timeout(LimitMs)]
    public async Task Delay_TwoSchedulers_EachGoroutineComesBackToItsOwn()
    {
        GoScheduler one = CreateScheduler(1);
        GoScheduler two = CreateScheduler(1);
        ValueTask delay = default;
        await one.Run(() => { delay = Go.Delay(TimeSpan.FromMilliseconds(20)); }).Within();
        await two.Run(async () =>
        {
            await delay;
            Assert.AreEqual(two, GoScheduler.Current);
        }).Within();
    }

    private sealed class CountingContext : SynchronizationContext
    {
        public int PostCount { get; private set; }

        public override void Post(SendOrPostCallback d, object? state)
        {
            PostCount++;
            base.Post(d, state);
        }
    }
}
