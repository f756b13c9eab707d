using System;
using System.Collections.Concurrent;
using System.Linq;
using System.Threading.Tasks;
using Goroutines.Actors;
using Microsoft.Extensions.Logging;
using Microsoft.VisualStudio.TestTools.UnitTesting;
using Polly;
using Polly.Registry;
using Polly.Retry;

namespace Goroutines.IntegrationTests;

[TestClass]
public sealed class SupervisionTests : ActorTest
{
    private readonly ConcurrentQueue<string> _steps = new();

    [TestMethod]
    [Timeout(60_000)]
    public async Task Fail_Transient_LosesTheFailingMessageOnly()
    {
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        IActorRef<int> actor = Actors.Spawn(() => Crashing("a", gate.Task));
        foreach (int message in new[] { 1, -2, 3, -4, 5 })
        {
            await actor.TellAsync(message);
        }

        gate.SetResult();
        await actor.StopAsync();

        AssertItems("a:start a:1 a:restart(-2) a:start a:3 a:restart(-4) a:start a:5 a:stop(Stopped)", _steps);
        Assert.IsEmpty(DeadLetters);
        Assert.HasCount(2, Log.At(LogLevel.Warning));
    }

    [TestMethod]
    [Timeout(60_000)]
    public async Task Fail_Temporary_Stops()
    {
        IActorRef<int> actor = Actors.Spawn(
            () => Crashing("a"), options: new ActorOptions { Restart = RestartPolicy.Temporary });
        await actor.TellAsync(-1);
        ActorExit exit = await actor.Completion;

        Assert.AreEqual(ActorExitReason.Failed, exit.Reason);
        Assert.AreEqual("-1", exit.Exception?.Message);
        AssertItems("a:start a:stop(Failed)", _steps);
        Assert.IsEmpty(Log.At(LogLevel.Error), "It does not concern its supervisor.");
    }

    [TestMethod]
    [Timeout(60_000)]
    public async Task StopSelf_Permanent_RestartsAndKeepsTheMailbox()
    {
        IActorRef<int> actor = Actors.Spawn(
            () => new LambdaActor<int>
            {
                Receive = (self, message, _) =>
                {
                    _steps.Enqueue($"{message}");
                    if (message == 1)
                    {
                        self.PublicContext.Self.TryTell(2);
                        self.PublicContext.StopSelf();
                    }

                    return default;
                },
                Restarting = reason => _steps.Enqueue(reason.GetType().Name),
            },
            options: new ActorOptions { Restart = RestartPolicy.Permanent });
        await actor.TellAsync(1);
        while (_steps.Count < 3)
        {
            await Task.Yield();
        }

        await actor.StopAsync();
        AssertItems("1 ActorFinishedException 2", _steps);
    }

    [TestMethod]
    [Timeout(60_000)]
    [DataRow(59_999, false, DisplayName = "a moment before the first restart stops counting")]
    [DataRow(60_000, true, DisplayName = "when the first restart stops counting")]
    public async Task Fail_OnceMoreThanMayBe_DependsOnTheWindow(int afterMs, bool isRestarted)
    {
        Create(new SupervisionOptions { MaxRestarts = 3, Within = TimeSpan.FromMinutes(1), RestartDelay = TimeSpan.Zero });
        IActorRef<int> actor = Actors.Spawn(() => Crashing("a"), "a");
        for (int i = 1; i <= 3; i++)
        {
            // The first at 0 s, the others at 10 s and 20 s.
            await CrashAsync(actor, restartCount: i);
            Clock.Advance(TimeSpan.FromSeconds(i < 3 ? 10 : 0));
        }

        Clock.Advance(TimeSpan.FromMilliseconds(afterMs - 20_000));
        if (isRestarted)
        {
            await CrashAsync(actor, restartCount: 4);
            Assert.IsEmpty(Log.At(LogLevel.Error));
            return;
        }

        actor.TryTell(-1);
        ActorExit exit = await actor.Completion;
        Assert.AreEqual(ActorExitReason.Failed, exit.Reason);
        await UntilAsync(() => Log.At(LogLevel.Error).Any());
        ChildFailedException logged = (ChildFailedException)Log.At(LogLevel.Error).Single().Exception!;
        Assert.AreSame(exit.Exception, logged.InnerException);
    }

    [TestMethod]
    [Timeout(60_000)]
    public async Task Fail_ChildTooOften_RestartsTheParent()
    {
        var parentOptions = new ActorOptions
        {
            Supervision = new SupervisionOptions { MaxRestarts = 1, RestartDelay = TimeSpan.Zero },
        };
        var children = new ConcurrentQueue<IActorRef<int>>();
        IActorRef<int> parent = Actors.Spawn(
            () => new LambdaActor<int>
            {
                Starting = self =>
                {
                    _steps.Enqueue("p:start");
                    children.Enqueue(self.PublicContext.Spawn(() => Crashing("c"), "c"));
                    return default;
                },
                Restarting = reason => _steps.Enqueue($"p:restart({reason.InnerException?.Message})"),
            },
            "p",
            parentOptions);
        await UntilAsync(() => children.Count == 1);
        children.First().TryTell(-1);
        children.First().TryTell(-2);
        ActorExit exit = await children.First().Completion;
        await UntilAsync(() => children.Count == 2);
        await children.Last().TellAsync(7);
        await parent.StopAsync();

        Assert.AreEqual("-2", exit.Exception?.Message);
        AssertItems(
            "p:start c:start c:restart(-1) c:start c:stop(Failed) p:restart(-2) p:start c:start c:7 c:stop(Stopped)", _steps);
        Assert.IsEmpty(Log.At(LogLevel.Error), "The parent has dealt with it.");
    }

    [TestMethod]
    [Timeout(60_000)]
    [DataRow(SupervisionStrategy.OneForOne, "b:restart(-1) b:start")]
    [DataRow(SupervisionStrategy.RestForOne, "c:restart(-1) b:restart(-1) b:start c:start")]
    [DataRow(SupervisionStrategy.OneForAll, "c:restart(-1) b:restart(-1) a:restart(-1) a:start b:start c:start")]
    public async Task Fail_OneOfThree_RestartsWhomTheStrategySays(SupervisionStrategy strategy, string expected)
    {
        Create(new SupervisionOptions { Strategy = strategy, RestartDelay = TimeSpan.Zero });
        IActorRef<int>[] actors = [.. "abc".Select(name => Actors.Spawn(() => Crashing($"{name}"), $"{name}"))];
        await UntilAsync(() => _steps.Count == 3);
        _steps.Clear();

        actors[1].TryTell(-1);
        await UntilAsync(() => _steps.Count == expected.Split(' ').Length);
        AssertItems(expected, _steps);

        _steps.Clear();
        foreach (IActorRef<int> actor in actors)
        {
            await actor.TellAsync(5);
            await UntilAsync(() => _steps.Any(step => step == $"{actor.Name}:5"));
        }

        AssertItems("a:5 b:5 c:5", _steps);
    }

    [TestMethod]
    [Timeout(60_000)]
    public async Task Fail_OneForAllTooOften_StopsAllThatTakePart()
    {
        var parentOptions = new ActorOptions
        {
            Restart = RestartPolicy.Temporary,
            Supervision = new SupervisionOptions
            {
                Strategy = SupervisionStrategy.OneForAll,
                RestartDelay = TimeSpan.Zero,
                MaxRestarts = 1,
            },
        };
        IActorRef<int>[] children = [];
        IActorRef<int> parent = Actors.Spawn(
            () => new LambdaActor<int>
            {
                Starting = self =>
                {
                    children = [.. "abc".Select(name => self.PublicContext.Spawn(() => Crashing($"{name}"), $"{name}"))];
                    return default;
                },
            },
            options: parentOptions);
        await UntilAsync(() => _steps.Count == 3);

        children[0].TryTell(-1);
        await UntilAsync(() => _steps.Count == 9);
        children[2].TryTell(-2);
        ActorExit exit = await parent.Completion;
        ActorExit[] exits = await Task.WhenAll(children.Select(child => child.Completion));

        Assert.IsInstanceOfType<ChildFailedException>(exit.Exception);
        AssertItems("Stopped Stopped Failed", exits.Select(child => child.Reason));
    }

    [TestMethod]
    [Timeout(60_000)]
    public async Task Fail_Repeatedly_WaitsTwiceAsLongEachTime()
    {
        Create(new SupervisionOptions { RestartDelay = TimeSpan.FromSeconds(1), RestartDelayMax = TimeSpan.FromSeconds(3) });
        IActorRef<int> actor = Actors.Spawn(() => Crashing("a"));
        await UntilAsync(() => _steps.Count == 1);

        int startCount = 1;
        foreach (double delay in new[] { 1.0, 2.0, 3.0 })
        {
            actor.TryTell(-1);
            await Clock.WaitForTimerAsync();
            Clock.Advance(TimeSpan.FromSeconds(delay) - TimeSpan.FromMilliseconds(1));
            Assert.AreEqual(startCount, _steps.Count(step => step == "a:start"));
            Clock.Advance(TimeSpan.FromMilliseconds(1));
            startCount++;
            await UntilAsync(() => _steps.Count(step => step == "a:start") == startCount);
        }
    }

    [TestMethod]
    [Timeout(60_000)]
    public async Task StopAsync_WhileTheRestartWaits_StopsAtOnce()
    {
        Create(new SupervisionOptions { RestartDelay = TimeSpan.FromHours(1), RestartDelayMax = TimeSpan.FromHours(1) });
        IActorRef<int> actor = Actors.Spawn(() => Crashing("a"));
        actor.TryTell(-1);
        actor.TryTell(1);
        await Clock.WaitForTimerAsync();

        ActorExit exit = await actor.StopAsync(StopMode.Now);

        Assert.AreEqual(ActorExitReason.Stopped, exit.Reason);
        AssertItems("1", DeadMessages(DeadLetterReason.Stopped));
        Assert.IsEmpty(Log.At(LogLevel.Error));
    }

    [TestMethod]
    [Timeout(60_000)]
    public async Task Fail_InTheStart_CountsAsARestartEachTime()
    {
        int startCount = 0;
        IActorRef<int> good = Actors.Spawn(() => new LambdaActor<int>
        {
            Starting = async _ =>
            {
                await Task.Yield();
                if (++startCount <= 3)
                {
                    throw new FormatException($"start {startCount}");
                }
            },
        });
        await good.TellAsync(1);
        await good.StopAsync();
        Assert.AreEqual(4, startCount);

        IActorRef<int> bad = Actors.Spawn<int>(() => throw new FormatException("no actor"));
        ActorExit exit = await bad.Completion;
        Assert.AreEqual("no actor", exit.Exception?.Message);
    }

    [TestMethod]
    [Timeout(60_000)]
    public async Task Fail_OwnPipeline_DecidesHowOften()
    {
        await using var registry = new ResiliencePipelineRegistry<string>();
        var operationKeys = new ConcurrentQueue<string?>();
        registry.TryAddBuilder(RestartPipeline.KeyOf<LambdaActor<int>>(), (builder, _) => builder.AddRetry(new RetryStrategyOptions
        {
            MaxRetryAttempts = 1,
            Delay = TimeSpan.Zero,
            OnRetry = arguments =>
            {
                operationKeys.Enqueue(arguments.Context.OperationKey);
                return default;
            },
        }));
        Create(new SupervisionOptions { MaxRestarts = int.MaxValue }, options => options.Pipelines = registry);
        int startCount = 0;
        IActorRef<int> actor = Actors.Spawn(() => new LambdaActor<int>
        {
            Starting = _ => ++startCount == 2 ? throw new FormatException("second start") : default,
            Receive = (_, _, _) => throw new FormatException("message"),
        });
        actor.TryTell(1);
        ActorExit exit = await actor.Completion;

        Assert.AreEqual("second start", exit.Exception?.Message);
        AssertItems("LambdaActor`1", operationKeys);
    }

    [TestMethod]
    [Timeout(60_000)]
    public async Task Restart_TimersWatchesAndChildren_EndWithTheIncarnation()
    {
        IActorRef<int> other = Actors.Spawn(() => new LambdaActor<int>());
        int incarnation = 0;
        IActorRef? child = null;
        IActorRef<int> actor = Actors.Spawn(() => new LambdaActor<int>
        {
            Starting = self =>
            {
                if (++incarnation == 1)
                {
                    child = self.PublicContext.Spawn(() => new LambdaActor<int>(), "child");
                    self.PublicContext.Schedule(9, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1));
                    self.PublicContext.Watch(other);
                }
                else
                {
                    Assert.IsEmpty(self.PublicContext.Children);
                    self.PublicContext.Spawn(() => new LambdaActor<int>(), "child");
                }

                return default;
            },
            Receive = (self, message, _) =>
            {
                if (message == 0)
                {
                    self.PublicContext.Stash(1);
                    throw new FormatException("0");
                }

                _steps.Enqueue($"{message}");
                return default;
            },
            ActorTerminated = (_, _) => _steps.Enqueue("notice"),
        });
        await Clock.WaitForTimerAsync();
        actor.TryTell(0);
        actor.TryTell(2);
        await UntilAsync(() => _steps.Count == 2);
        Clock.Advance(TimeSpan.FromSeconds(5));
        await other.StopAsync();
        await actor.StopAsync();

        Assert.AreEqual(ActorExitReason.Stopped, (await child!.Completion).Reason);
        AssertItems("1 2", _steps);
    }

    private async Task CrashAsync(IActorRef<int> actor, int restartCount)
    {
        Assert.IsTrue(actor.TryTell(-restartCount));
        await UntilAsync(() => _steps.Count(step => step == "a:start") == restartCount + 1);
    }

    /// <summary>Waits until others have done something that gives no signal; the test's timeout is the bound.</summary>
    private static async Task UntilAsync(Func<bool> condition)
    {
        while (!condition())
        {
            await Task.Delay(1);
        }
    }

    /// <summary>Makes an actor that fails with negative messages and notes all that it does.</summary>
    private LambdaActor<int> Crashing(string name, Task? before = null) => new()
    {
        Starting = _ => Note($"{name}:start"),
        Receive = async (_, message, _) =>
        {
            await (before ?? Task.CompletedTask);
            if (message < 0)
            {
                throw new FormatException($"{message}");
            }

            await Note($"{name}:{message}");
        },
        Restarting = reason => _steps.Enqueue($"{name}:restart({reason.Message})"),
        Stopping = actorExit => _steps.Enqueue($"{name}:stop({actorExit.Reason})"),
    };

    private ValueTask Note(string step)
    {
        _steps.Enqueue(step);
        return default;
    }
}
