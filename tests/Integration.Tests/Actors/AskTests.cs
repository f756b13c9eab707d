using System;
using System.Threading;
using System.Threading.Tasks;
using Goroutines.Actors;
using Microsoft.Extensions.Logging;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Goroutines.IntegrationTests;

[TestClass]
public sealed class AskTests : ActorTest
{
    [TestMethod]
    [Timeout(60_000)]
    public async Task AskAsync_Answered_ReturnsTheAnswer()
    {
        IActorRef<Question> actor = Actors.Spawn(() => new LambdaActor<Question>
        {
            Receive = (_, question, _) =>
            {
                Assert.IsTrue(question.Reply.TrySet(question.Number * 2));
                Assert.IsFalse(question.Reply.TrySet(0));
                return default;
            },
        });

        int answer = await actor.AskAsync<int>(reply => new Question(21, reply));

        Assert.AreEqual(42, answer);
    }

    [TestMethod]
    [Timeout(60_000)]
    public async Task AskAsync_FromAnotherActor_GoesOnInItsTurn()
    {
        IActorRef<Question> adder = Actors.Spawn(() => new LambdaActor<Question>
        {
            Receive = async (_, question, _) =>
            {
                await Task.Yield();
                question.Reply.TrySet(question.Number + 1);
            },
        });
        IActorRef<Question> asker = Actors.Spawn(() => new LambdaActor<Question>
        {
            Receive = async (_, question, cancellationToken) =>
            {
                int sum = await adder.AskAsync<int>(
                    reply => new Question(question.Number, reply), cancellationToken: cancellationToken);
                question.Reply.TrySet(GoScheduler.Current == Scheduler ? sum : -1);
            },
        });

        Assert.AreEqual(8, await asker.AskAsync<int>(reply => new Question(7, reply)));
    }

    [TestMethod]
    [Timeout(60_000)]
    public async Task AskAsync_NoAnswer_TimesOutOnTheSystemsClock()
    {
        IActorRef<Question> actor = Actors.Spawn(
            () => new LambdaActor<Question>(), "silent", new ActorOptions { AskTimeout = TimeSpan.FromMinutes(1) });

        Task<int> ask = actor.AskAsync<int>(reply => new Question(1, reply));
        await Clock.WaitForTimerAsync();
        Clock.Advance(TimeSpan.FromSeconds(59));
        Assert.IsFalse(ask.IsCompleted);
        Clock.Advance(TimeSpan.FromSeconds(1));

        TimeoutException timeout = await Assert.ThrowsExactlyAsync<TimeoutException>(() => ask);
        Assert.Contains("silent", timeout.Message);
    }

    [TestMethod]
    [Timeout(60_000)]
    public async Task AskAsync_NoRoom_TimesOut()
    {
        var gate = new Gate();
        IActorRef<int> actor = Actors.Spawn(gate.CreateActor, options: new ActorOptions { MailboxCapacity = 1 });
        actor.TryTell(0);
        await gate.WaitForNextAsync();
        actor.TryTell(1);

        Task<int> ask = actor.AskAsync<int>(_ => 2, TimeSpan.FromSeconds(3));
        await Clock.WaitForTimerAsync();
        Clock.Advance(TimeSpan.FromSeconds(3));

        await Assert.ThrowsExactlyAsync<TimeoutException>(() => ask);
        gate.Open();
        await actor.StopAsync();
        AssertItems("0 1", gate.Handled);
    }

    [TestMethod]
    [Timeout(60_000)]
    public async Task AskAsync_AnsweredWithAFailure_ThrowsIt()
    {
        IActorRef<Question> actor = Actors.Spawn(() => new LambdaActor<Question>
        {
            Receive = (_, question, _) =>
            {
                question.Reply.TryFail(new FormatException("no number"));
                return default;
            },
        });

        await Assert.ThrowsExactlyAsync<FormatException>(() => actor.AskAsync<int>(reply => new Question(1, reply)));
        Assert.IsEmpty(Log.At(LogLevel.Warning), "The actor has not failed.");
    }

    [TestMethod]
    [Timeout(60_000)]
    public async Task AskAsync_Canceled_Throws()
    {
        IActorRef<Question> actor = Actors.Spawn(() => new LambdaActor<Question>());
        using var cancellation = new CancellationTokenSource();

        Task<int> ask = actor.AskAsync<int>(
            reply => new Question(1, reply), Timeout.InfiniteTimeSpan, cancellation.Token);
        await cancellation.CancelAsync();

        await Assert.ThrowsAsync<OperationCanceledException>(() => ask);
        await Assert.ThrowsExactlyAsync<ArgumentOutOfRangeException>(
            () => actor.AskAsync<int>(reply => new Question(1, reply), TimeSpan.Zero));
    }

    private sealed record Question(int Number, Reply<int> Reply);
}
