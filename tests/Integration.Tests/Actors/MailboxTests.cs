using System;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Goroutines.Actors;
using Microsoft.Extensions.Logging;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Goroutines.IntegrationTests;

[TestClass]
public sealed class MailboxTests : ActorTest
{
    [TestMethod]
    [Timeout(120_000)]
    [DataRow(1, 1)]
    [DataRow(16, 64)]
    [DataRow(1_000_000, 64)]
    public async Task Tell_ManySenders_OneTurnAtATimeAndEachInOrder(int capacity, int throughput)
    {
        const int SenderCount = 4;
        const int MessageCount = 20_000;
        int inside = 0;
        int overlapCount = 0;
        int misplacedCount = 0;
        int foreignCount = 0;
        var last = new int[SenderCount];
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        int handledCount = 0;
        IActorRef<(int Sender, int Number)> actor = Actors.Spawn(
            () => new LambdaActor<(int Sender, int Number)>
            {
                Receive = async (_, message, _) =>
                {
                    overlapCount += Interlocked.Increment(ref inside) == 1 ? 0 : 1;
                    misplacedCount += message.Number == ++last[message.Sender] ? 0 : 1;
                    if (message.Number % 100 == 0)
                    {
                        await Task.Yield();
                        foreignCount += GoScheduler.Current == Scheduler ? 0 : 1;
                    }

                    foreignCount += GoScheduler.Current == Scheduler ? 0 : 1;
                    Interlocked.Decrement(ref inside);
                    if (++handledCount == SenderCount * MessageCount)
                    {
                        done.SetResult();
                    }
                },
            },
            options: new ActorOptions { MailboxCapacity = capacity, Throughput = throughput });

        Task[] senders = [.. Enumerable.Range(0, SenderCount).Select(sender => Send(sender))];
        await Task.WhenAll(senders);
        await done.Task;

        Assert.AreEqual(0, overlapCount, "turns that overlap");
        Assert.AreEqual(0, misplacedCount, "messages out of order");
        Assert.AreEqual(0, foreignCount, "times not on the scheduler");

        // Half of the senders are goroutines, the others threads of the pool.
        Task Send(int sender) => sender % 2 == 0 ? Scheduler.Run(() => SendAll(sender)) : Task.Run(() => SendAll(sender));

        async Task SendAll(int sender)
        {
            for (int number = 1; number <= MessageCount; number++)
            {
                await actor.TellAsync((sender, number));
            }
        }
    }

    [TestMethod]
    [Timeout(60_000)]
    public async Task TryTell_ToIdleAgainAndAgain_EveryMessageIsHandled()
    {
        // Goal: the way from idle to scheduled and back, with senders that come at just that moment.
        const int RoundCount = 30_000;
        using var handled = new SemaphoreSlim(0);
        IActorRef<int> actor = Actors.Spawn(() => new LambdaActor<int> { Receive = (_, _, _) => Release(handled) });

        Task[] senders = [.. Enumerable.Range(0, 2).Select(_ => Task.Run(async () =>
        {
            for (int i = 0; i < RoundCount; i++)
            {
                Assert.IsTrue(actor.TryTell(i));
                await handled.WaitAsync();
            }
        }))];
        await Task.WhenAll(senders);

        Assert.AreEqual(0, handled.CurrentCount);
    }

    [TestMethod]
    [Timeout(60_000)]
    public async Task TryTell_MailboxFull_ReturnsFalseAndIsADeadLetter()
    {
        var gate = new Gate();
        IActorRef<int> actor = await SpawnBusyAsync(gate, MailboxFullMode.Wait, capacity: 2);

        bool[] taken = [actor.TryTell(1), actor.TryTell(2), actor.TryTell(3)];
        gate.Open();
        await actor.StopAsync();

        AssertItems("True True False", taken);
        AssertItems("0 1 2", gate.Handled);
        AssertItems("3", DeadMessages(DeadLetterReason.MailboxFull));
    }

    [TestMethod]
    [Timeout(60_000)]
    public async Task TellAsync_MailboxFull_WaitsForRoom()
    {
        var gate = new Gate();
        IActorRef<int> actor = await SpawnBusyAsync(gate, MailboxFullMode.Wait, capacity: 1);
        await actor.TellAsync(1);

        Task waiting = actor.TellAsync(2).AsTask();
        using var cancellation = new CancellationTokenSource();
        Task canceled = actor.TellAsync(3, cancellation.Token).AsTask();
        Assert.IsFalse(waiting.IsCompleted);
        await cancellation.CancelAsync();
        await Assert.ThrowsAsync<OperationCanceledException>(() => canceled);
        gate.Open();
        await waiting;
        await actor.StopAsync();

        AssertItems("0 1 2", gate.Handled);
    }

    [TestMethod]
    [Timeout(60_000)]
    [DataRow(MailboxFullMode.DropNewest, "0 1 3", 2)]
    [DataRow(MailboxFullMode.DropOldest, "0 2 3", 1)]
    public async Task TellAsync_MailboxFullAndDrops_MakesRoomAndADeadLetter(MailboxFullMode mode, string handled, int dropped)
    {
        var gate = new Gate();
        IActorRef<int> actor = await SpawnBusyAsync(gate, mode, capacity: 2);

        await actor.TellAsync(1);
        Assert.IsTrue(actor.TryTell(2));
        await actor.TellAsync(3);
        gate.Open();
        await actor.StopAsync();

        AssertItems(handled, gate.Handled);
        AssertItems($"{dropped}", DeadMessages(DeadLetterReason.Dropped));
    }

    [TestMethod]
    [Timeout(60_000)]
    public async Task TellAsync_MailboxFullAndFails_Throws()
    {
        var gate = new Gate();
        IActorRef<int> actor = await SpawnBusyAsync(gate, MailboxFullMode.Fail, capacity: 1);
        await actor.TellAsync(1);

        await Assert.ThrowsExactlyAsync<MailboxFullException>(() => actor.TellAsync(2).AsTask());
        await Assert.ThrowsExactlyAsync<MailboxFullException>(() => actor.AskAsync<int>(_ => 3));
        gate.Open();

        AssertItems("2 3", DeadMessages(DeadLetterReason.MailboxFull));
    }

    [TestMethod]
    [Timeout(60_000)]
    public async Task StopAsync_Drain_HandlesWhatWaitsAndRefusesMore()
    {
        var gate = new Gate();
        IActorRef<int> actor = await SpawnBusyAsync(gate, MailboxFullMode.Wait, capacity: 10);
        await actor.TellAsync(1);
        await actor.TellAsync(2);

        Task<ActorExit> stopping = actor.StopAsync();
        bool taken = actor.TryTell(3);
        await Assert.ThrowsExactlyAsync<ActorStoppedException>(() => actor.TellAsync(4).AsTask());
        await Assert.ThrowsExactlyAsync<ActorStoppedException>(() => actor.AskAsync<int>(_ => 5));
        Assert.IsFalse(stopping.IsCompleted);
        Assert.IsFalse(gate.Token.IsCancellationRequested, "A drain lets the message in hand go on.");
        gate.Open();
        ActorExit exit = await stopping;

        Assert.IsFalse(taken);
        Assert.AreEqual(ActorExitReason.Stopped, exit.Reason);
        AssertItems("0 1 2", gate.Handled);
        AssertItems("3 4 5", DeadMessages(DeadLetterReason.Stopped));
    }

    [TestMethod]
    [Timeout(60_000)]
    public async Task StopAsync_Now_CancelsTheMessageInHandAndDropsTheRest()
    {
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        IActorRef<int> actor = Actors.Spawn(() => new LambdaActor<int>
        {
            Receive = async (_, _, cancellationToken) =>
            {
                begun.TrySetResult();
                await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
            },
        });
        actor.TryTell(0);
        await begun.Task;
        actor.TryTell(1);
        actor.TryTell(2);

        ActorExit exit = await actor.StopAsync(StopMode.Now);

        Assert.AreEqual(ActorExitReason.Stopped, exit.Reason);
        AssertItems("1 2", DeadMessages(DeadLetterReason.Stopped));
        Assert.IsEmpty(Log.At(LogLevel.Warning), "To be canceled is no failure.");
    }

    [TestMethod]
    [Timeout(60_000)]
    public async Task StopAsync_WhileSendersWait_TellsThem()
    {
        var gate = new Gate();
        IActorRef<int> actor = await SpawnBusyAsync(gate, MailboxFullMode.Wait, capacity: 1);
        await actor.TellAsync(1);
        Task waiting = actor.TellAsync(2).AsTask();

        Task stopping = actor.StopAsync();
        gate.Open();
        await stopping;

        await Assert.ThrowsExactlyAsync<ActorStoppedException>(() => waiting);
        AssertItems("2", DeadMessages(DeadLetterReason.Stopped));
    }

    [TestMethod]
    [Timeout(120_000)]
    public async Task StopAsync_DrainWhileManyTell_WhatWasTakenIsHandled()
    {
        for (int round = 0; round < 50; round++)
        {
            int handledCount = 0;
            int takenCount = 0;
            IActorRef<int> actor = Actors.Spawn(() => new LambdaActor<int>
            {
                Receive = (_, _, _) =>
                {
                    handledCount++;
                    return default;
                },
            });
            using var started = new SemaphoreSlim(0);
            Task[] senders = [.. Enumerable.Range(0, 3).Select(_ => Task.Run(() =>
            {
                for (int i = 0; actor.TryTell(i); i++)
                {
                    Interlocked.Increment(ref takenCount);
                    if (i == 10)
                    {
                        started.Release();
                    }
                    else if (i > 900)
                    {
                        Thread.Yield();
                    }
                }
            }))];
            await started.WaitAsync();
            await actor.StopAsync();
            await Task.WhenAll(senders);

            Assert.AreEqual(takenCount, handledCount, $"round {round}");
        }
    }

    [TestMethod]
    [Timeout(60_000)]
    [DataRow(10, 1_000_000, 10, DisplayName = "count")]
    [DataRow(1_000_000, 1, 20, DisplayName = "time")]
    public async Task Turn_BudgetSpent_LetsOthersRun(int throughput, long timeBudgetTicks, int handledMax)
    {
        const int MessageCount = 1_000;
        using var narrow = new GoScheduler(new GoSchedulerOptions { Name = "narrow", ProcessorCount = 1 });
        await using var system = new ActorSystem(narrow);
        int handledCount = 0;
        int handledBeforeOther = -1;
        IActorRef<int> other = system.Spawn(() => new LambdaActor<int>
        {
            Receive = (_, _, _) =>
            {
                handledBeforeOther = handledCount;
                return default;
            },
        });
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        IActorRef<int> busy = system.Spawn(
            () => new LambdaActor<int>
            {
                Receive = async (_, message, _) =>
                {
                    if (message == 0)
                    {
                        await gate.Task;
                        return;
                    }

                    handledCount++;
                    if (message == 1)
                    {
                        other.TryTell(0);
                    }
                },
            },
            options: new ActorOptions { Throughput = throughput, TimeBudget = TimeSpan.FromTicks(timeBudgetTicks) });
        for (int message = 0; message <= MessageCount; message++)
        {
            await busy.TellAsync(message);
        }

        // In this order: a drain of both could close the other one before it is told.
        gate.SetResult();
        await busy.StopAsync();
        await other.StopAsync();

        Assert.AreEqual(MessageCount, handledCount);
        Assert.IsInRange(1, handledMax, handledBeforeOther);
    }

    [TestMethod]
    [Timeout(60_000)]
    public async Task DeadLettered_HandlerThrows_IsLoggedAndHarmsNobody()
    {
        Actors.DeadLettered += (_, _) => throw new FormatException("handler");
        IActorRef<int> actor = Actors.Spawn(() => new LambdaActor<int>());
        await actor.StopAsync();

        Assert.IsFalse(actor.TryTell(1));

        Assert.AreEqual("handler", Log.At(LogLevel.Warning).Single().Exception?.Message);
    }

    private static ValueTask Release(SemaphoreSlim semaphore)
    {
        semaphore.Release();
        return default;
    }

    /// <summary>Spawns an actor that is in the middle of message 0.</summary>
    private async Task<IActorRef<int>> SpawnBusyAsync(Gate gate, MailboxFullMode mode, int capacity)
    {
        IActorRef<int> actor = Actors.Spawn(
            gate.CreateActor, options: new ActorOptions { FullMode = mode, MailboxCapacity = capacity });
        actor.TryTell(0);
        Assert.AreEqual(0, await gate.WaitForNextAsync());
        return actor;
    }
}
