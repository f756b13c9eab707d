using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Goroutines.Tests.TestSupport;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Goroutines.Tests.Timers;

/// <summary>What a TimeProvider promises. Run for ours and for the BCL's, so that no test asks for more than users know.</summary>
public abstract class TimeProviderContract : SchedulerTest
{
    private static readonly TimeSpan s_short = TimeSpan.FromMilliseconds(20);

    protected abstract TimeProvider Provider { get; }

    [TestMethod, Timeout(LimitMs)]
    public async Task CreateTimer_Once_ExpiresOnceWithItsState()
    {
        var states = new List<object?>();
        var expired = new TaskCompletionSource();
        object state = new();
        long start = Stopwatch.GetTimestamp();
        await using ITimer timer = Provider.CreateTimer(
            got =>
            {
                states.Add(got);
                expired.TrySetResult();
            },
            state,
            s_short,
            Timeout.InfiniteTimeSpan);
        await expired.Task.Within();

        // The BCL's clock is the coarse one: it may be early by some milliseconds.
        Assert.IsGreaterThanOrEqualTo(s_short - TimeSpan.FromMilliseconds(16), Stopwatch.GetElapsedTime(start));
        await Task.Delay(s_short);
        Assert.AreEqual(state, states.Single());
    }

    [TestMethod, Timeout(LimitMs)]
    public async Task CreateTimer_DueNow_Expires()
    {
        var expired = new TaskCompletionSource();
        await using ITimer timer = Provider.CreateTimer(
            _ => expired.TrySetResult(), null, TimeSpan.Zero, Timeout.InfiniteTimeSpan);
        await expired.Task.Within();
    }

    [TestMethod, Timeout(LimitMs)]
    public async Task CreateTimer_Period_ExpiresAgainAndAgainUntilDisposed()
    {
        using var expired = new CountdownEvent(5);
        int afterwards = 0;
        ITimer timer = Provider.CreateTimer(
            _ =>
            {
                if (!expired.IsSet)
                {
                    expired.Signal();
                }
                else
                {
                    Interlocked.Increment(ref afterwards);
                }
            },
            null,
            TimeSpan.FromMilliseconds(2),
            TimeSpan.FromMilliseconds(2));
        await Task.Run(() => expired.WaitWithin());
        await timer.DisposeAsync();
        int counted = Volatile.Read(ref afterwards);
        await Task.Delay(s_short);
        Assert.AreEqual(counted, Volatile.Read(ref afterwards));
    }

    [TestMethod, Timeout(LimitMs)]
    public async Task CreateTimer_PeriodUnderAMillisecond_ExpiresOnce()
    {
        int count = 0;
        var first = new TaskCompletionSource();
        await using ITimer timer = Provider.CreateTimer(
            _ =>
            {
                Interlocked.Increment(ref count);
                first.TrySetResult();
            },
            null,
            TimeSpan.Zero,
            TimeSpan.FromMilliseconds(0.5));
        await first.Task.Within();
        await Task.Delay(s_short);
        Assert.AreEqual(1, Volatile.Read(ref count));
    }

    [TestMethod, Timeout(LimitMs)]
    public async Task Change_Earlier_ExpiresEarlier()
    {
        var expired = new TaskCompletionSource();
        await using ITimer timer = Provider.CreateTimer(
            _ => expired.TrySetResult(), null, TimeSpan.FromHours(1), Timeout.InfiniteTimeSpan);
        Assert.IsTrue(timer.Change(s_short, Timeout.InfiniteTimeSpan));
        await expired.Task.Within();
    }

    [TestMethod, Timeout(LimitMs)]
    public async Task Change_Infinite_DoesNotExpire()
    {
        int count = 0;
        await using ITimer timer = Provider.CreateTimer(
            _ => Interlocked.Increment(ref count), null, TimeSpan.FromMilliseconds(200), TimeSpan.FromMilliseconds(1));
        Assert.IsTrue(timer.Change(Timeout.InfiniteTimeSpan, TimeSpan.FromMilliseconds(1)));
        await Task.Delay(300);
        Assert.AreEqual(0, count);
    }

    [TestMethod, Timeout(LimitMs)]
    public async Task Change_AfterItHasExpired_ExpiresAgain()
    {
        int count = 0;
        using var expired = new SemaphoreSlim(0);
        await using ITimer timer = Provider.CreateTimer(
            _ =>
            {
                count++;
                expired.Release();
            },
            null,
            TimeSpan.FromMilliseconds(1),
            Timeout.InfiniteTimeSpan);
        for (int round = 0; round < 20; round++)
        {
            await expired.WaitAsync().Within();
            Assert.IsTrue(timer.Change(TimeSpan.FromMilliseconds(1), Timeout.InfiniteTimeSpan));
        }

        Assert.IsGreaterThanOrEqualTo(20, count);
    }

    [TestMethod, Timeout(LimitMs)]
    public void Change_Disposed_ReturnsFalse()
    {
        ITimer timer = Provider.CreateTimer(_ => { }, null, TimeSpan.FromHours(1), Timeout.InfiniteTimeSpan);
        timer.Dispose();
        timer.Dispose();
        Assert.IsFalse(timer.Change(TimeSpan.FromMilliseconds(1), Timeout.InfiniteTimeSpan));
    }

    [TestMethod, Timeout(LimitMs)]
    public async Task DisposeAsync_CallbackRuns_WaitsForIt()
    {
        using var begun = new ManualResetEventSlim();
        using var mayEnd = new ManualResetEventSlim();
        bool isEnded = false;
        ITimer timer = Provider.CreateTimer(
            _ =>
            {
                begun.Set();
                mayEnd.WaitWithin();
                Volatile.Write(ref isEnded, true);
            },
            null,
            TimeSpan.Zero,
            Timeout.InfiniteTimeSpan);
        await Task.Run(() => begun.WaitWithin());
        ValueTask disposal = timer.DisposeAsync();
        Assert.IsFalse(disposal.IsCompleted);
        mayEnd.Set();
        await disposal.AsTask().Within();
        Assert.IsTrue(Volatile.Read(ref isEnded));
    }

    [TestMethod, Timeout(LimitMs)]
    public async Task CreateTimer_CapturesTheExecutionContext()
    {
        var local = new AsyncLocal<string?> { Value = "captured" };
        var seen = new TaskCompletionSource<string?>();
        await using ITimer timer = Provider.CreateTimer(
            _ => seen.TrySetResult(local.Value), null, TimeSpan.FromMilliseconds(1), Timeout.InfiniteTimeSpan);
        local.Value = "changed";
        Assert.AreEqual("captured", await seen.Task.Within());
    }

    [TestMethod, Timeout(LimitMs)]
    public async Task CreateTimer_FlowSuppressed_SeesNothing()
    {
        var local = new AsyncLocal<string?> { Value = "captured" };
        var seen = new TaskCompletionSource<string?>();
        ITimer timer;
        using (ExecutionContext.SuppressFlow())
        {
            timer = Provider.CreateTimer(
                _ => seen.TrySetResult(local.Value), null, TimeSpan.FromMilliseconds(1), Timeout.InfiniteTimeSpan);
        }

        Assert.IsNull(await seen.Task.Within());
        timer.Dispose();
    }

    [TestMethod, Timeout(LimitMs)]
    [DataRow(-2.0, 0.0, "dueTime")]
    [DataRow(4_294_967_295.0, 0.0, "dueTime")]
    [DataRow(0.0, -2.0, "period")]
    [DataRow(0.0, 4_294_967_295.0, "period")]
    public void CreateTimer_TimeOutOfRange_Throws(double dueMs, double periodMs, string name)
    {
        ArgumentOutOfRangeException created = Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => Provider.CreateTimer(
            _ => { }, null, TimeSpan.FromMilliseconds(dueMs), TimeSpan.FromMilliseconds(periodMs)));
        Assert.AreEqual(name, created.ParamName);
        using ITimer timer = Provider.CreateTimer(_ => { }, null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        ArgumentOutOfRangeException changed = Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => timer.Change(
            TimeSpan.FromMilliseconds(dueMs), TimeSpan.FromMilliseconds(periodMs)));
        Assert.AreEqual(name, changed.ParamName);
    }

    [TestMethod, Timeout(LimitMs)]
    [DataRow(-1.5)]
    [DataRow(-0.5)]
    [DataRow(0.0)]
    [DataRow(4_294_967_294.0)]
    public void CreateTimer_TimeAtTheEdge_IsTaken(double dueMs)
    {
        using ITimer timer = Provider.CreateTimer(
            _ => { }, null, TimeSpan.FromMilliseconds(dueMs), Timeout.InfiniteTimeSpan);
        Assert.IsTrue(timer.Change(TimeSpan.FromMilliseconds(dueMs), TimeSpan.Zero));
    }

    [TestMethod, Timeout(LimitMs)]
    public void CreateTimer_NoCallback_Throws() =>
        Assert.ThrowsExactly<ArgumentNullException>(() =>
            Provider.CreateTimer(null!, null, TimeSpan.Zero, Timeout.InfiniteTimeSpan));

    [TestMethod, Timeout(LimitMs)]
    public async Task TaskDelay_Provider_CompletesAndCancels()
    {
        await Task.Delay(s_short, Provider).Within();
        using var source = new CancellationTokenSource();
        Task waiting = Task.Delay(TimeSpan.FromHours(1), Provider, source.Token);
        await source.CancelAsync();
        await Assert.ThrowsExactlyAsync<TaskCanceledException>(() => waiting.Within());
    }

    [TestMethod, Timeout(LimitMs)]
    public async Task WaitAsync_Provider_TimesOut()
    {
        var never = new TaskCompletionSource();
        await Assert.ThrowsExactlyAsync<TimeoutException>(() => never.Task.WaitAsync(s_short, Provider));
    }

    [TestMethod, Timeout(LimitMs)]
    public async Task CancellationTokenSource_Provider_Cancels()
    {
        var canceled = new TaskCompletionSource();
        using var source = new CancellationTokenSource(TimeSpan.FromHours(1), Provider);
        using CancellationTokenRegistration registration = source.Token.Register(() => canceled.TrySetResult());
        source.CancelAfter(s_short);
        await canceled.Task.Within();
    }

    [TestMethod, Timeout(LimitMs)]
    public async Task PeriodicTimer_Provider_TicksUntilDisposed()
    {
        var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(1), Provider);
        for (int tick = 0; tick < 20; tick++)
        {
            Assert.IsTrue(await timer.WaitForNextTickAsync().AsTask().Within());
        }

        timer.Dispose();
        Assert.IsFalse(await timer.WaitForNextTickAsync().AsTask().Within());
    }

    [TestMethod, Timeout(LimitMs)]
    public async Task ChangeAndDispose_Race_NothingRunsAfterDisposeAsync()
    {
        for (int round = 0; round < 300; round++)
        {
            bool isDisposed = false;
            int tooLate = 0;
            ITimer timer = Provider.CreateTimer(
                _ => Interlocked.Add(ref tooLate, Volatile.Read(ref isDisposed) ? 1 : 0),
                null,
                TimeSpan.Zero,
                TimeSpan.FromMilliseconds(1));
            Task changing = Task.Run(() =>
            {
                while (timer.Change(TimeSpan.Zero, TimeSpan.FromMilliseconds(1)))
                {
                    Thread.SpinWait(20);
                }
            });
            await timer.DisposeAsync();
            Volatile.Write(ref isDisposed, true);
            await changing.Within();
            Assert.AreEqual(0, tooLate);
        }
    }
}

/// <summary>The scheduler's TimeProvider.</summary>
[TestClass]
public sealed class GoTimeProviderTests : TimeProviderContract
{
    private GoScheduler? _scheduler;

    protected override TimeProvider Provider => (_scheduler ??= CreateScheduler(2)).TimeProvider;
}

/// <summary>The BCL's, as a check of the tests.</summary>
[TestClass]
public sealed class SystemTimeProviderTests : TimeProviderContract
{
    protected override TimeProvider Provider => TimeProvider.System;
}
