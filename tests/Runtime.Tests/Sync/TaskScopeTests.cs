using System;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Goroutines.Sync;
using Goroutines.Tests.TestSupport;
using Goroutines.Tests.Verbs;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Goroutines.Tests.Sync;

/// <summary>A scope ends after all its children, whatever happens, and throws what went wrong.</summary>
[TestClass]
public sealed class TaskScopeTests : SchedulerTest
{
    [TestMethod, Timeout(LimitMs)]
    [ProcessorCounts]
    public async Task RunAsync_ManyChildren_AllHaveEnded(int processorCount)
    {
        GoScheduler scheduler = CreateScheduler(processorCount);
        int ended = 0;
        int sum = await scheduler.Run(async () =>
        {
            int result = await TaskScope.RunAsync(async scope =>
            {
                Task<int>[] children = [.. Enumerable.Range(0, 100).Select(number => scope.Spawn(async _ =>
                {
                    await Go.Yield();
                    Assert.AreEqual(scheduler, GoScheduler.Current);
                    Interlocked.Increment(ref ended);
                    return number;
                }))];
                return (await Task.WhenAll(children)).Sum();
            });
            Assert.AreEqual(100, ended);
            Assert.AreEqual(scheduler, GoScheduler.Current, "It goes on where it was called.");
            return result;
        }).Within();
        Assert.AreEqual(4_950, sum);
    }

    [TestMethod, Timeout(LimitMs)]
    public async Task RunAsync_ChildNobodyAwaits_IsWaitedForAndItsChildrenToo()
    {
        int ended = 0;
        await TaskScope.RunAsync(scope =>
        {
            _ = scope.Spawn(async token =>
            {
                await Go.Delay(TimeSpan.FromMilliseconds(5), token);
                _ = scope.Spawn(async inner =>
                {
                    await Go.Delay(TimeSpan.FromMilliseconds(5), inner);
                    Interlocked.Increment(ref ended);
                });
                Interlocked.Increment(ref ended);
            });
            return Task.CompletedTask;
        }).Within();
        Assert.AreEqual(2, ended);
    }

    [TestMethod, Timeout(LimitMs)]
    public async Task Spawn_ScopeHasEnded_Throws()
    {
        TaskScope? kept = null;
        await TaskScope.RunAsync(scope =>
        {
            kept = scope;
            return Task.CompletedTask;
        });
        Assert.ThrowsExactly<InvalidOperationException>(() => kept!.Spawn(_ => Task.CompletedTask));
        kept!.Cancel();
    }

    [TestMethod, Timeout(LimitMs)]
    public async Task FailFast_OneFails_OthersAreCanceledAndAwaited()
    {
        int canceled = 0;
        var error = new MarkedException();
        Task running = TaskScope.RunAsync(async scope =>
        {
            for (int i = 0; i < 10; i++)
            {
                _ = scope.Spawn(async token =>
                {
                    try
                    {
                        await Go.Delay(Timeout.InfiniteTimeSpan, token);
                    }
                    finally
                    {
                        await Go.Yield();
                        Interlocked.Increment(ref canceled);
                    }
                });
            }

            _ = scope.Spawn(async _ =>
            {
                await Go.Yield();
                throw error;
            });
            await Go.Delay(Timeout.InfiniteTimeSpan, scope.Token);
        });
        Assert.AreSame(error, await Assert.ThrowsExactlyAsync<MarkedException>(() => running.Within()));

        // A child that was canceled before it began is canceled too; the others had ended when the scope did.
        Assert.IsLessThanOrEqualTo(10, canceled);
    }

    [TestMethod, Timeout(LimitMs)]
    public async Task FailFast_BodyThrows_ChildrenAreCanceledAndAwaited()
    {
        var error = new MarkedException();
        Task<bool>? child = null;
        using var started = new ManualResetEventSlim();
        Task running = TaskScope.RunAsync(scope =>
        {
            child = scope.Spawn(async token =>
            {
                started.Set();
                try
                {
                    await Go.Delay(Timeout.InfiniteTimeSpan, token);
                }
                catch (OperationCanceledException)
                {
                    return true;
                }

                return false;
            });
            started.WaitWithin();
            throw error;
        });
        Assert.AreSame(error, await Assert.ThrowsExactlyAsync<MarkedException>(() => running.Within()));
        Assert.IsTrue(child!.IsCompletedSuccessfully);
        Assert.IsTrue(await child);
    }

    [TestMethod, Timeout(LimitMs)]
    public async Task Supervise_SomeFail_OthersGoOnAndAllCausesAreThrown()
    {
        int ended = 0;
        Task running = TaskScope.RunAsync(
            new TaskScopeOptions { Policy = TaskScopePolicy.Supervise },
            scope =>
            {
                for (int i = 0; i < 10; i++)
                {
                    int number = i;
                    _ = scope.Spawn(async token =>
                    {
                        await Go.Delay(TimeSpan.FromMilliseconds(1), token);
                        Interlocked.Increment(ref ended);
                        if (number % 3 == 0)
                        {
                            throw new MarkedException($"{number}");
                        }
                    });
                }

                return Task.CompletedTask;
            },
            CancellationToken.None);
        AggregateException thrown = await Assert.ThrowsExactlyAsync<AggregateException>(() => running.Within());
        Assert.AreEqual(10, ended);
        string messages = string.Join(" ", thrown.InnerExceptions.Cast<MarkedException>().Select(e => e.Message).Order());
        Assert.AreEqual("0 3 6 9", messages);
    }

    [TestMethod, Timeout(LimitMs)]
    public async Task FirstSuccess_OneSucceeds_OthersAreCanceledAndTheirFailuresDoNotCount()
    {
        int canceled = 0;
        string first = await TaskScope.FirstSuccessAsync<string>(
        [
            _ => throw new MarkedException(),
            async token =>
            {
                try
                {
                    await Go.Delay(Timeout.InfiniteTimeSpan, token);
                }
                finally
                {
                    Interlocked.Increment(ref canceled);
                }

                return "never";
            },
            async token =>
            {
                await Go.Delay(TimeSpan.FromMilliseconds(5), token);
                return "first";
            },
        ]).Within();
        Assert.AreEqual("first", first);
        Assert.IsLessThanOrEqualTo(1, canceled);
    }

    [TestMethod, Timeout(LimitMs)]
    public async Task FirstSuccess_NoneSucceeds_AllCausesAreThrown()
    {
        Task<int> running = TaskScope.FirstSuccessAsync<int>(
            [_ => throw new MarkedException("1"), _ => Task.FromException<int>(new MarkedException("2"))]);
        AggregateException thrown = await Assert.ThrowsExactlyAsync<AggregateException>(() => running.Within());
        Assert.HasCount(2, thrown.InnerExceptions);
        await Assert.ThrowsExactlyAsync<InvalidOperationException>(() => TaskScope.FirstSuccessAsync<int>([]).Within());
    }

    [TestMethod, Timeout(LimitMs)]
    public async Task RunAsync_TokenCanceled_ThrowsWhenAllHaveEnded()
    {
        using var source = new CancellationTokenSource();
        Task? child = null;
        using var started = new ManualResetEventSlim();
        Task running = TaskScope.RunAsync(
            async scope =>
            {
                child = scope.Spawn(token =>
                {
                    started.Set();
                    return Go.Delay(Timeout.InfiniteTimeSpan, token).AsTask();
                });
                await child;
            },
            source.Token);
        started.WaitWithin();
        Assert.IsFalse(running.IsCompleted);
        await source.CancelAsync();
        OperationCanceledException thrown = await Assert.ThrowsAsync<OperationCanceledException>(() => running.Within());
        Assert.AreEqual(source.Token, thrown.CancellationToken);
        Assert.IsTrue(child!.IsCanceled);
    }

    [TestMethod, Timeout(LimitMs)]
    public async Task RunAsync_CanceledButAllEndWell_IsNoFailure()
    {
        int result = await TaskScope.RunAsync(async scope =>
        {
            Task child = scope.Spawn(async token =>
            {
                while (!token.IsCancellationRequested)
                {
                    await Go.Yield();
                }
            });
            scope.Cancel();
            await Task.WhenAny(child);
            return 5;
        }).Within();
        Assert.AreEqual(5, result);
    }

    [TestMethod, Timeout(LimitMs)]
    public async Task RunAsync_BodyHasNoResultBecauseOfCancel_Throws()
    {
        Task<int> running = TaskScope.RunAsync<int>(async scope =>
        {
            scope.Cancel();
            await Go.Delay(Timeout.InfiniteTimeSpan, scope.Token);
            return 5;
        });
        await Assert.ThrowsExactlyAsync<OperationCanceledException>(() => running.Within());
    }

    [TestMethod, Timeout(LimitMs)]
    public async Task Deadline_Over_CancelsAndThrowsTimeout()
    {
        Task? child = null;
        Task running = TaskScope.RunAsync(
            new TaskScopeOptions { Deadline = TimeSpan.FromMilliseconds(20) },
            scope =>
            {
                child = scope.Spawn(token => Go.Delay(Timeout.InfiniteTimeSpan, token).AsTask());
                return Task.CompletedTask;
            },
            CancellationToken.None);
        await Assert.ThrowsExactlyAsync<TimeoutException>(() => running.Within());
        Assert.IsTrue(child!.IsCanceled);
    }

    [TestMethod, Timeout(LimitMs)]
    public async Task MaxParallelism_ManyChildren_SoManyRunAtOnce()
    {
        GoScheduler scheduler = CreateScheduler(4);
        int inside = 0;
        int most = 0;
        var gate = new Lock();
        await scheduler.Run(() => TaskScope.RunAsync(
            new TaskScopeOptions { MaxParallelism = 3 },
            scope =>
            {
                for (int i = 0; i < 60; i++)
                {
                    _ = scope.Spawn(async _ =>
                    {
                        int now = Interlocked.Increment(ref inside);
                        lock (gate)
                        {
                            most = Math.Max(most, now);
                        }

                        await Go.Yield();
                        Interlocked.Decrement(ref inside);
                    });
                }

                return Task.CompletedTask;
            },
            CancellationToken.None)).Within();
        Assert.IsInRange(1, 3, most);
    }

    [TestMethod, Timeout(LimitMs)]
    public async Task Options_NotValid_Throw()
    {
        static Task RunAsync(TaskScopeOptions options) =>
            TaskScope.RunAsync(options, _ => Task.CompletedTask, CancellationToken.None);

        Assert.AreEqual("Policy", (await Assert.ThrowsExactlyAsync<ArgumentException>(
            () => RunAsync(new TaskScopeOptions { Policy = (TaskScopePolicy)7 }))).ParamName);
        Assert.AreEqual("MaxParallelism", (await Assert.ThrowsExactlyAsync<ArgumentException>(
            () => RunAsync(new TaskScopeOptions { MaxParallelism = 0 }))).ParamName);
        Assert.AreEqual("Deadline", (await Assert.ThrowsExactlyAsync<ArgumentException>(
            () => RunAsync(new TaskScopeOptions { Deadline = TimeSpan.Zero }))).ParamName);
        Assert.AreEqual("TimeProvider", (await Assert.ThrowsExactlyAsync<ArgumentException>(
            () => RunAsync(new TaskScopeOptions { TimeProvider = null! }))).ParamName);
        await Assert.ThrowsExactlyAsync<ArgumentNullException>(() => TaskScope.RunAsync(null!));
    }

    [TestMethod, Timeout(LimitMs)]
    public async Task RunAsync_ThousandScopesOfRandomChildren_NoneOutlivesItsScope()
    {
        GoScheduler scheduler = CreateScheduler(4);
        Random random = CreateRandom();
        int[] seeds = [.. Enumerable.Range(0, 1_000).Select(_ => random.Next())];
        int running = 0;
        await Task.WhenAll(seeds.Select(seed => scheduler.Run(async () =>
        {
            var choices = new Random(seed);
            int own = 0;
            var options = new TaskScopeOptions { Policy = (TaskScopePolicy)choices.Next(3), MaxParallelism = choices.Next(1, 5) };
            async Task LiveAsync(int kind, CancellationToken token)
            {
                Interlocked.Increment(ref own);
                Interlocked.Increment(ref running);
                try
                {
                    await Go.Yield();
                    switch (kind)
                    {
                        case 0:
                            throw new MarkedException();
                        case 1:
                            await Go.Delay(TimeSpan.FromMicroseconds(50), token);
                            break;
                    }
                }
                finally
                {
                    Interlocked.Decrement(ref own);
                    Interlocked.Decrement(ref running);
                }
            }

            try
            {
                await TaskScope.RunAsync(
                    options,
                    scope =>
                    {
                        for (int i = choices.Next(6); i >= 0; i--)
                        {
                            int kind = choices.Next(4);
                            _ = scope.Spawn(token => LiveAsync(kind, token));
                        }

                        return Task.CompletedTask;
                    },
                    CancellationToken.None);
            }
            catch (Exception e) when (e is MarkedException or AggregateException)
            {
                Assert.IsTrue(e is MarkedException || ((AggregateException)e).InnerExceptions.All(inner => inner is MarkedException));
            }

            Assert.AreEqual(0, own, "A child has outlived its scope.");
        }))).Within();
        Assert.AreEqual(0, running);
    }
}
