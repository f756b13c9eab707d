using System;
using System.Linq;
using System.Threading.Tasks;
using Goroutines.ProtoActor;
using Microsoft.VisualStudio.TestTools.UnitTesting;
using Proto;
using Proto.Mailbox;

namespace Goroutines.ClusterTests;

/// <summary>Actors of Proto.Actor run on the scheduler they were put on, before and after an await.</summary>
[TestClass]
public sealed class ProtoDispatcherTests
{
    private const int TimeoutMs = 60_000;

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    [TestMethod]
    [Timeout(TimeoutMs)]
    public async Task Receive_BeforeAndAfterAwait_RunsOnTheScheduler()
    {
        await using GoScheduler scheduler = Place.CreateScheduler("proto");
        await using var system = new ActorSystem(ActorSystemConfig.Setup().WithGoDispatcher(scheduler));
        PID actor = system.Root.Spawn(Props.FromFunc(async context =>
        {
            if (context.Message is string)
            {
                Place before = Place.Here();
                await Task.Delay(1);
                await Task.Yield();
                context.Respond(new[] { before, Place.Here() });
            }
        }));

        foreach (Place place in await system.Root.RequestAsync<Place[]>(actor, "where", s_patience))
        {
            Assert.AreSame(scheduler, place.Scheduler);
            Assert.AreSame(scheduler.ContextFree, place.Tasks);
            Assert.IsNull(place.Context);
        }
    }

    [TestMethod]
    [Timeout(TimeoutMs)]
    public async Task Receive_AwaitsWithMessagesWaiting_IsAloneInItsActor()
    {
        const int MessageCount = 50;
        await using GoScheduler scheduler = Place.CreateScheduler("proto");
        await using var system = new ActorSystem(ActorSystemConfig.Setup().WithGoDispatcher(scheduler));
        int insideCount = 0;
        int overlapCount = 0;
        PID actor = system.Root.Spawn(Props.FromFunc(async context =>
        {
            if (context.Message is int)
            {
                overlapCount += insideCount++;
                await Task.Yield();
                insideCount--;
                context.Respond("done");
            }
        }));

        await Task.WhenAll(Enumerable.Range(0, MessageCount).Select(i => system.Root.RequestAsync<string>(actor, i, s_patience)));

        Assert.AreEqual(0, overlapCount);
    }

    [TestMethod]
    [Timeout(TimeoutMs)]
    public async Task Dispatch_EachTurn_IsAnItemOfTheScheduler()
    {
        const int MessageCount = 500;
        await using GoScheduler scheduler = Place.CreateScheduler("proto");
        await using var system = new ActorSystem();
        PID actor = system.Root.Spawn(Echo().WithDispatcher(new GoDispatcher(scheduler, throughput: 1)));
        long before = Place.CountItems(scheduler);

        for (int i = 0; i < MessageCount; i++)
        {
            Assert.AreEqual(i, await system.Root.RequestAsync<int>(actor, i, s_patience));
        }

        Assert.IsGreaterThanOrEqualTo(MessageCount, Place.CountItems(scheduler) - before);
    }

    [TestMethod]
    [Timeout(TimeoutMs)]
    public async Task SystemDispatcher_PropsThatNameOne_KeepIt()
    {
        await using GoScheduler scheduler = Place.CreateScheduler("proto");
        await using GoScheduler other = Place.CreateScheduler("other");
        await using var system = new ActorSystem(ActorSystemConfig.Setup().WithGoDispatcher(scheduler, includeSystem: true));
        Props where = Props.FromFunc(context =>
        {
            if (context.Message is string)
            {
                context.Respond(Place.Here());
            }

            return Task.CompletedTask;
        });

        PID mine = system.Root.Spawn(where);
        PID own = system.Root.Spawn(where.WithGoDispatcher(other));

        Assert.AreSame(scheduler, (await system.Root.RequestAsync<Place>(mine, "where", s_patience)).Scheduler);
        Assert.AreSame(other, (await system.Root.RequestAsync<Place>(own, "where", s_patience)).Scheduler);
    }

    [TestMethod]
    [Timeout(TimeoutMs)]
    public async Task Receive_BlocksForAnotherActor_HoldsUpNobody()
    {
        await using GoScheduler scheduler = Place.CreateScheduler("proto", processorCount: 1);
        await using var system = new ActorSystem(ActorSystemConfig.Setup().WithGoDispatcher(scheduler));
        PID last = system.Root.Spawn(Echo());
        for (int i = 0; i < 10; i++)
        {
            PID next = last;
            last = system.Root.Spawn(Props.FromFunc(context =>
            {
                if (context.Message is int number)
                {
                    context.Respond(context.System.Root.RequestAsync<int>(next, number, s_patience).GetAwaiter().GetResult());
                }

                return Task.CompletedTask;
            }));
        }

        Assert.AreEqual(42, await system.Root.RequestAsync<int>(last, 42, s_patience));
    }

    [TestMethod]
    [Timeout(TimeoutMs)]
    public async Task Receive_SchedulerDisposed_GoesOnOnTheThreadPool()
    {
        GoScheduler scheduler = Place.CreateScheduler("proto");
        await using var system = new ActorSystem(ActorSystemConfig.Setup().WithGoDispatcher(scheduler));
        PID actor = system.Root.Spawn(Echo());
        Assert.AreEqual(1, await system.Root.RequestAsync<int>(actor, 1, s_patience));

        scheduler.Dispose();

        Assert.AreEqual(2, await system.Root.RequestAsync<int>(actor, 2, s_patience));
    }

    [TestMethod]
    [Timeout(TimeoutMs)]
    public void Arguments_Bad_AreNamed()
    {
        using GoScheduler scheduler = Place.CreateScheduler("proto");
        Assert.AreEqual("scheduler", Assert.ThrowsExactly<ArgumentNullException>(() => new GoDispatcher(null!)).ParamName);
        Assert.AreEqual("throughput", Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new GoDispatcher(scheduler, 0)).ParamName);
        Assert.AreEqual("runner", Assert.ThrowsExactly<ArgumentNullException>(() => new GoDispatcher(scheduler).Schedule(null!)).ParamName);
        Assert.AreEqual(Dispatchers.DefaultDispatcher.Throughput, new GoDispatcher(scheduler).Throughput);
    }

    private static Props Echo() => Props.FromFunc(context =>
    {
        if (context.Message is int number)
        {
            context.Respond(number);
        }

        return Task.CompletedTask;
    });
}
