using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Goroutines.Actors;
using Microsoft.Extensions.Logging;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Goroutines.IntegrationTests;

[TestClass]
public sealed class LifecycleTests : ActorTest
{
    private readonly ConcurrentQueue<string> _steps = new();

    [TestMethod]
    [Timeout(60_000)]
    public async Task Spawn_ThenStop_CallsEachStepOnceAndInOrder()
    {
        IActorRef<int> actor = Actors.Spawn(() => Traced("a"), "a");
        await actor.TellAsync(1);
        await actor.StopAsync();

        AssertItems("a:start a:1 a:stop(Stopped)", _steps);
        Assert.AreEqual(ActorExitReason.Stopped, (await actor.Completion).Reason);
        Assert.IsNull(Actors.Find("a"));
        Assert.IsFalse(actor.TryTell(2));
    }

    [TestMethod]
    [Timeout(60_000)]
    public async Task Spawn_NamesAndPaths_AreFoundAndUnique()
    {
        var children = new ConcurrentQueue<IActorRef>();
        IActorRef<int> actor = Actors.Spawn(
            () => new LambdaActor<int>
            {
                Starting = self =>
                {
                    children.Enqueue(self.PublicContext.Spawn(() => new LambdaActor<int>(), "child"));
                    children.Enqueue(self.PublicContext.Spawn(() => new LambdaActor<string>()));
                    Assert.AreSame(self.PublicContext.Self, Actors.Find("parent"));
                    Assert.IsNull(self.PublicContext.Parent);
                    CollectionAssert.AreEqual(children.ToArray(), self.PublicContext.Children.ToArray());
                    return default;
                },
                Receive = (_, _, _) => default,
            },
            "parent");
        await actor.TellAsync(0);
        while (children.Count < 2)
        {
            await Task.Yield();
        }

        Assert.AreSame(children.First(), Actors.Find("parent/child"));
        Assert.AreEqual("parent/child", children.First().Path);
        Assert.AreEqual("$2", children.Last().Name);
        Assert.IsNull(Actors.Find("parent/other"));
        Assert.IsNull(Actors.Find("child"));
        Assert.ThrowsExactly<ArgumentException>(() => Actors.Spawn(() => new LambdaActor<int>(), "parent"));
        Assert.ThrowsExactly<ArgumentException>(() => Actors.Spawn(() => new LambdaActor<int>(), "a/b"));
        Assert.ThrowsExactly<ArgumentException>(() => Actors.Spawn(() => new LambdaActor<int>(), "$1"));
        await Actors.StopAsync();
        Assert.ThrowsExactly<ActorStoppedException>(() => Actors.Spawn(() => new LambdaActor<int>()));
    }

    [TestMethod]
    [Timeout(60_000)]
    public async Task StopAsync_WithChildren_StopsThemBeforeItself()
    {
        IActorRef<int> actor = Actors.Spawn(() => Traced("p", self =>
        {
            self.PublicContext.Spawn(() => Traced("c1"), options: new ActorOptions()).TryTell(1);
            self.PublicContext.Spawn(() => Traced("c2")).TryTell(2);
        }));
        await actor.TellAsync(0);
        await actor.StopAsync();

        List<string> steps = [.. _steps];
        Assert.HasCount(9, steps);
        Assert.AreEqual("p:stop(Stopped)", steps[^1]);
        Assert.IsLessThan(steps.IndexOf("c1:stop(Stopped)"), steps.IndexOf("c1:1"));
        Assert.IsLessThan(steps.IndexOf("c2:stop(Stopped)"), steps.IndexOf("c2:2"));
    }

    [TestMethod]
    [Timeout(60_000)]
    public async Task StopSelf_InAMessage_EndsAfterIt()
    {
        IActorRef<int> actor = Actors.Spawn(() => new LambdaActor<int>
        {
            Receive = (self, message, _) =>
            {
                self.PublicContext.StopSelf();
                _steps.Enqueue($"{message}");
                self.PublicContext.Self.TryTell(message + 1);
                return default;
            },
            Stopping = actorExit => _steps.Enqueue($"{actorExit.Reason}"),
        });
        actor.TryTell(1);
        ActorExit exit = await actor.Completion;

        Assert.AreEqual(ActorExitReason.Finished, exit.Reason);
        AssertItems("1 Finished", _steps);
        AssertItems("2", DeadMessages(DeadLetterReason.Stopped));
    }

    [TestMethod]
    [Timeout(60_000)]
    public async Task Watch_ActorStops_OneNoticeAndNoneAfterUnwatch()
    {
        IActorRef<int> watched = Actors.Spawn(() => new LambdaActor<int>(), "watched");
        IActorRef<int> unwatched = Actors.Spawn(() => new LambdaActor<int>(), "unwatched");
        IActorRef<int> gone = Actors.Spawn(() => new LambdaActor<int>(), "gone");
        await gone.StopAsync();
        var notices = new SemaphoreSlim(0);
        IActorRef<int> watcher = Actors.Spawn(() => new LambdaActor<int>
        {
            Starting = self =>
            {
                self.PublicContext.Watch(watched);
                self.PublicContext.Watch(watched);
                self.PublicContext.Watch(unwatched);
                self.PublicContext.Unwatch(unwatched);
                self.PublicContext.Watch(gone);
                return default;
            },
            Receive = (_, _, _) => Release(notices),
            ActorTerminated = (actor, actorExit) =>
            {
                _steps.Enqueue($"{actor.Name}:{actorExit.Reason}");
                notices.Release();
            },
        });
        await notices.WaitAsync();

        await watched.StopAsync();
        await notices.WaitAsync();
        await unwatched.StopAsync();
        watcher.TryTell(1);
        await notices.WaitAsync();

        AssertItems("gone:Stopped watched:Stopped", _steps);
        notices.Dispose();
    }

    [TestMethod]
    [Timeout(60_000)]
    public async Task Stash_ThenUnstash_ComesBeforeTheMailboxAndInOrder()
    {
        bool isOpen = false;
        IActorRef<int> actor = Actors.Spawn(
            () => new LambdaActor<int>
            {
                Receive = (self, message, _) =>
                {
                    if (message == 0)
                    {
                        isOpen = true;
                        self.PublicContext.UnstashAll();
                    }
                    else if (!isOpen)
                    {
                        self.PublicContext.Stash(message);
                        return default;
                    }

                    _steps.Enqueue($"{message}");
                    return default;
                },
            },
            options: new ActorOptions { StashCapacity = 2 });
        foreach (int message in new[] { 1, 2, 0, 3 })
        {
            await actor.TellAsync(message);
        }

        await actor.StopAsync();

        AssertItems("0 1 2 3", _steps);
    }

    [TestMethod]
    [Timeout(60_000)]
    public async Task Stash_Full_Fails()
    {
        IActorRef<int> actor = Actors.Spawn(
            () => new LambdaActor<int>
            {
                Receive = (self, message, _) =>
                {
                    self.PublicContext.Stash(message);
                    return default;
                },
            },
            options: new ActorOptions { StashCapacity = 1, Restart = RestartPolicy.Temporary });
        await actor.TellAsync(1);
        await actor.TellAsync(2);
        ActorExit exit = await actor.Completion;

        Assert.IsInstanceOfType<InvalidOperationException>(exit.Exception);
        AssertItems("1", DeadMessages(DeadLetterReason.Stopped));
    }

    [TestMethod]
    [Timeout(60_000)]
    public async Task Schedule_OnceAndRepeated_ComeWhenTheClockSays()
    {
        using var handled = new SemaphoreSlim(0);
        IDisposable? repeated = null;
        IActorRef<string> actor = Actors.Spawn(() => new LambdaActor<string>
        {
            Starting = self =>
            {
                self.PublicContext.Schedule("once", TimeSpan.FromSeconds(5));
                repeated = self.PublicContext.Schedule("tick", TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(2));
                return default;
            },
            Receive = (_, message, _) =>
            {
                _steps.Enqueue(message);
                if (message == "cancel")
                {
                    repeated!.Dispose();
                }

                return Release(handled);
            },
        });
        await Clock.WaitForTimerAsync();
        await Clock.WaitForTimerAsync();

        for (int second = 1; second <= 7; second++)
        {
            Clock.Advance(TimeSpan.FromSeconds(1));
            if (second is 2 or 4 or 5 or 6)
            {
                await handled.WaitAsync();
            }
        }

        await actor.TellAsync("cancel");
        await handled.WaitAsync();
        Clock.Advance(TimeSpan.FromSeconds(10));
        await actor.StopAsync();
        Clock.Advance(TimeSpan.FromSeconds(10));

        AssertItems("tick tick once tick cancel", _steps);
        Assert.IsEmpty(DeadLetters);
    }

    [TestMethod]
    [Timeout(60_000)]
    public async Task OnStoppingAsync_Throws_IsLoggedAndTheActorStops()
    {
        IActorRef<int> actor = Actors.Spawn(() => new LambdaActor<int>
        {
            Stopping = _ => throw new FormatException("untidy"),
        });

        ActorExit exit = await actor.StopAsync();

        Assert.AreEqual(ActorExitReason.Stopped, exit.Reason);
        Assert.AreEqual("untidy", Log.At(LogLevel.Warning).Single().Exception?.Message);
    }

    [TestMethod]
    [Timeout(60_000)]
    public async Task Dispose_OfTheActorObject_ComesLast()
    {
        IActorRef<int> actor = Actors.Spawn(() => new DisposableActor(_steps));
        await actor.TellAsync(1);
        await actor.StopAsync();

        AssertItems("1 stop dispose", _steps);
    }

    [TestMethod]
    [Timeout(60_000)]
    public async Task ActorOptions_AfterSpawn_CannotBeChanged()
    {
        var options = new ActorOptions { MailboxCapacity = 3 };
        IActorRef<int> actor = Actors.Spawn(() => new LambdaActor<int>(), options: options);

        Assert.ThrowsExactly<InvalidOperationException>(() => options.MailboxCapacity = 4);
        Assert.ThrowsExactly<InvalidOperationException>(() => options.Supervision.MaxRestarts = 4);
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(
            () => Actors.Spawn(() => new LambdaActor<int>(), options: new ActorOptions { Throughput = 0 }));
        await actor.StopAsync();
    }

    private static ValueTask Release(SemaphoreSlim semaphore)
    {
        semaphore.Release();
        return default;
    }

    private LambdaActor<int> Traced(string name, Action<LambdaActor<int>>? starting = null) => new()
    {
        Starting = self =>
        {
            _steps.Enqueue($"{name}:start");
            starting?.Invoke(self);
            return default;
        },
        Receive = (_, message, _) =>
        {
            _steps.Enqueue($"{name}:{message}");
            return default;
        },
        Stopping = actorExit => _steps.Enqueue($"{name}:stop({actorExit.Reason})"),
    };

    private sealed class DisposableActor(ConcurrentQueue<string> steps) : Actor<int>, IAsyncDisposable
    {
        public ValueTask DisposeAsync()
        {
            steps.Enqueue("dispose");
            return default;
        }

        protected override ValueTask ReceiveAsync(int message, CancellationToken cancellationToken)
        {
            steps.Enqueue($"{message}");
            return default;
        }

        protected override ValueTask OnStoppingAsync(ActorExit actorExit)
        {
            steps.Enqueue("stop");
            return default;
        }
    }
}
