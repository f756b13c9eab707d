using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Diagnostics.Metrics;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Goroutines.Actors;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Goroutines.IntegrationTests;

/// <summary>
/// Goal: however often actors fail, each message but the failing ones is handled exactly once, and order holds. Method: actors under each
/// strategy, senders from threads and goroutines, and failures at random (before and after an await), with a seed that is printed.
/// </summary>
[TestClass]
public sealed class CrashStormTests : ActorTest
{
    private const int ActorCount = 4;
    private const int MessageCount = 3_000;

    [TestMethod]
    [Timeout(120_000)]
    [DataRow(SupervisionStrategy.OneForOne)]
    [DataRow(SupervisionStrategy.OneForAll)]
    [DataRow(SupervisionStrategy.RestForOne)]
    public async Task CrashStorm_EveryStrategy_LosesNoMessageButTheFailingOnes(SupervisionStrategy strategy)
    {
        int seed = Environment.TickCount;
        TestContext.WriteLine($"seed {seed}");
        Create(new SupervisionOptions { Strategy = strategy, MaxRestarts = int.MaxValue, RestartDelay = TimeSpan.Zero });
        long failureCount = 0;
        using MeterListener listener = Listen(
            Actors.Name, "goroutines.actors.failures", count => Interlocked.Add(ref failureCount, count));
        Victim.Log[] logs = [.. Enumerable.Range(0, ActorCount).Select(_ => new Victim.Log())];
        IActorRef<int>[] actors = [.. logs.Select(log => Actors.Spawn(
            () => new Victim(log), options: new ActorOptions { MailboxCapacity = 64 }))];

        await Task.WhenAll(actors.Select((actor, index) => index % 2 == 0
            ? Scheduler.Run(() => SendAsync(actor, new Random(seed + index)))
            : Task.Run(() => SendAsync(actor, new Random(seed + index)))));
        await Actors.StopAsync();

        foreach (Victim.Log log in logs)
        {
            // Negative ones have failed. Both kinds are noted when their handling begins.
            CollectionAssert.AreEqual(
                Enumerable.Range(1, MessageCount).ToArray(), log.Begun.Select(Math.Abs).ToArray(), $"seed {seed}");
            Assert.AreEqual(log.Begun.Count(message => message > 0), log.HandledCount, $"seed {seed}");
        }

        Assert.IsEmpty(DeadLetters);
        Assert.AreEqual(logs.Sum(log => log.Begun.Count(message => message < 0)), (int)failureCount);
    }

    [TestMethod]
    [Timeout(120_000)]
    [DataRow(SupervisionStrategy.OneForOne)]
    [DataRow(SupervisionStrategy.OneForAll)]
    [DataRow(SupervisionStrategy.RestForOne)]
    public async Task CrashStorm_UpToTheParent_EveryMessageIsBegunOrADeadLetter(SupervisionStrategy strategy)
    {
        const int ParentRestartMin = 20;
        int seed = Environment.TickCount;
        TestContext.WriteLine($"seed {seed}");
        Create(new SupervisionOptions { MaxRestarts = int.MaxValue, RestartDelay = TimeSpan.Zero });
        var children = new IActorRef<int>[ActorCount];
        var log = new Victim.Log();
        int startCount = 0;
        IActorRef<int> parent = Actors.Spawn(
            () => new LambdaActor<int>
            {
                Starting = self =>
                {
                    for (int i = 0; i < ActorCount; i++)
                    {
                        Volatile.Write(ref children[i], self.PublicContext.Spawn(() => new Victim(log)));
                    }

                    Interlocked.Increment(ref startCount);
                    return default;
                },
            },
            options: new ActorOptions
            {
                Supervision = new SupervisionOptions { Strategy = strategy, MaxRestarts = 2, RestartDelay = TimeSpan.Zero },
            });

        int toldCount = 0;
        await Task.WhenAll(Enumerable.Range(0, ActorCount).Select(index => Task.Run(async () =>
        {
            var random = new Random(seed + index);
            while (Volatile.Read(ref startCount) <= ParentRestartMin)
            {
                if (Volatile.Read(ref children[index]) is { } child)
                {
                    child.TryTell(random.Next(4) == 0 ? -1 : 1);
                    Interlocked.Increment(ref toldCount);
                }

                await Task.Yield();
            }
        })));
        ActorExit exit = await parent.StopAsync();

        Assert.AreEqual(ActorExitReason.Stopped, exit.Reason);
        Assert.AreEqual(toldCount, log.Begun.Count + DeadLetters.Count, $"seed {seed}");
        foreach (IActorRef<int> child in children)
        {
            await child.Completion;
        }
    }

    [TestMethod]
    [Timeout(60_000)]
    public async Task ReportUnhandled_AtTheTop_IsCountedByType()
    {
        Create(new SupervisionOptions { MaxRestarts = 0 });
        var counted = new TaskCompletionSource<long>(TaskCreationOptions.RunContinuationsAsynchronously);
        using MeterListener listener = Listen(
            Actors.Name, "goroutines.actors.unhandled_failures", count => counted.TrySetResult(count));
        IActorRef<int> actor = Actors.Spawn(() => new Victim(new Victim.Log()));
        actor.TryTell(-1);

        Assert.AreEqual(1, await counted.Task);
        Assert.AreEqual(ActorExitReason.Failed, (await actor.Completion).Reason);
    }

    private static async Task SendAsync(IActorRef<int> actor, Random random)
    {
        for (int number = 1; number <= MessageCount; number++)
        {
            await actor.TellAsync(random.Next(20) == 0 ? -number : number);
        }
    }

    private static MeterListener Listen(string system, string instrument, Action<long> count)
    {
        var listener = new MeterListener
        {
            InstrumentPublished = (published, self) =>
            {
                if (published.Meter.Name == "Goroutines.Actors" && published.Name == instrument)
                {
                    self.EnableMeasurementEvents(published);
                }
            },
        };
        listener.SetMeasurementEventCallback<long>((_, value, tags, _) =>
        {
            var named = new Dictionary<string, object?>(tags.ToArray());
            if (Equals(named["actor.system"], system) && Equals(named["actor.type"], nameof(Victim)))
            {
                count(value);
            }
        });
        listener.Start();
        return listener;
    }

    private sealed class Victim(Victim.Log log) : Actor<int>
    {
        protected override async ValueTask ReceiveAsync(int message, CancellationToken cancellationToken)
        {
            log.Begun.Enqueue(message);
            if (message % 3 == 0)
            {
                await Task.Yield();
            }

            if (message < 0)
            {
                throw new FormatException();
            }

            Interlocked.Increment(ref log.HandledCount);
        }

        public sealed class Log
        {
            public ConcurrentQueue<int> Begun { get; } = new();

            public int HandledCount;
        }
    }
}
