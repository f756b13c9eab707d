using System;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Akka.Actor;
using Akka.Configuration;
using Akka.Hosting;
using Goroutines.AkkaNet;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Goroutines.ClusterTests;

/// <summary>Actors of Akka.NET run on the scheduler they were put on, in the environment they need.</summary>
[TestClass]
public sealed class AkkaDispatcherTests
{
    private const int TimeoutMs = 60_000;

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    [TestMethod]
    [Timeout(TimeoutMs)]
    public async Task Receive_OnGoDispatcher_RunsOnTheWorkersAsOnTheThreadPool()
    {
        await using GoScheduler scheduler = Place.CreateScheduler("akka");
        using ActorSystem system = ActorSystem.Create("here", GoDispatcher.CreateConfig(scheduler));
        IActorRef actor = system.ActorOf(Answerer.SayingWhere());

        Place place = await actor.Ask<Place>("where", s_patience);

        Assert.AreSame(scheduler, place.Scheduler);
        Assert.AreSame(TaskScheduler.Default, place.Tasks);
        Assert.IsNull(place.Context);
    }

    [TestMethod]
    [Timeout(TimeoutMs)]
    public async Task PreStart_OnGoDispatcher_RunsThereTooWithoutAMessage()
    {
        await using GoScheduler scheduler = Place.CreateScheduler("akka");
        using ActorSystem system = ActorSystem.Create("here", GoDispatcher.CreateConfig(scheduler));
        var started = new TaskCompletionSource<Place>(TaskCreationOptions.RunContinuationsAsynchronously);

        system.ActorOf(Props.Create(() => new Starter(started)));
        Place place = await started.Task.WaitAsync(s_patience);

        Assert.AreSame(scheduler, place.Scheduler);
        Assert.AreSame(TaskScheduler.Default, place.Tasks);
        Assert.IsNull(place.Context);
    }

    [TestMethod]
    [Timeout(TimeoutMs)]
    public async Task Dispatch_EachTurn_IsAnItemOfTheScheduler()
    {
        const int MessageCount = 500;
        await using GoScheduler scheduler = Place.CreateScheduler("akka");
        using ActorSystem system = ActorSystem.Create(
            "here", GoDispatcher.CreateConfig(scheduler, new GoDispatcherOptions { Throughput = 1 }));
        IActorRef actor = system.ActorOf(Answerer.Create(message => message));
        long before = Place.CountItems(scheduler);

        for (int i = 0; i < MessageCount; i++)
        {
            Assert.AreEqual(i, await actor.Ask<int>(i, s_patience));
        }

        Assert.IsGreaterThanOrEqualTo(MessageCount, Place.CountItems(scheduler) - before);
    }

    [TestMethod]
    [Timeout(TimeoutMs)]
    [DataRow("Yield")]
    [DataRow("Delay")]
    [DataRow("Go.Yield")]
    [DataRow("Go.Delay")]
    [DataRow("Go.Run")]
    [DataRow("Task.Run")]
    public async Task ReceiveAsync_AfterAwait_KeepsItsContext(string way)
    {
        await using GoScheduler scheduler = Place.CreateScheduler("akka");
        using ActorSystem system = ActorSystem.Create("here", GoDispatcher.CreateConfig(scheduler));
        Func<int, Task> wait = way switch
        {
            "Yield" => async _ => await Task.Yield(),
            "Delay" => _ => Task.Delay(1),
            "Go.Yield" => async _ => await Go.Yield(),
            "Go.Delay" => async _ => await Go.Delay(TimeSpan.FromMilliseconds(1)),
            "Go.Run" => _ => Go.Run(() => { }),
            _ => _ => Task.Run(() => { }),
        };
        IActorRef actor = system.ActorOf(Props.Create(() => new Awaiter(scheduler, wait)));

        string[] verdicts = await Task.WhenAll(Enumerable.Range(0, 20).Select(number => actor.Ask<string>(number, s_patience)));

        CollectionAssert.AreEqual(Enumerable.Repeat("fine", 20).ToArray(), verdicts);
    }

    [TestMethod]
    [Timeout(TimeoutMs)]
    [DataRow(false)]
    [DataRow(true)]
    public async Task InternalDispatcher_Option_IsTaken(bool isIncluded)
    {
        await using GoScheduler scheduler = Place.CreateScheduler("akka");
        using ActorSystem system = ActorSystem.Create(
            "here", GoDispatcher.CreateConfig(scheduler, new GoDispatcherOptions { IncludeInternal = isIncluded }));
        IActorRef actor = system.ActorOf(Answerer.SayingWhere().WithDispatcher("akka.actor.internal-dispatcher"));

        Place place = await actor.Ask<Place>("where", s_patience);

        Assert.AreSame(isIncluded ? scheduler : null, place.Scheduler);
    }

    [TestMethod]
    [Timeout(TimeoutMs)]
    public async Task Throughput_Option_IsTaken()
    {
        await using GoScheduler scheduler = Place.CreateScheduler("akka");
        using ActorSystem system = ActorSystem.Create(
            "here", GoDispatcher.CreateConfig(scheduler, new GoDispatcherOptions { Throughput = 7 }));

        Assert.AreEqual(7, system.Dispatchers.DefaultGlobalDispatcher.Throughput);
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new GoDispatcherOptions { Throughput = 0 });
    }

    [TestMethod]
    [Timeout(TimeoutMs)]
    public async Task Hocon_Alone_MeansTheSharedScheduler()
    {
        using ActorSystem system = ActorSystem.Create(
            "here",
            ConfigurationFactory.ParseString(
                $$"""
                akka.scheduler.implementation = "{{GoDispatcher.Timers}}"
                mine { type = Dispatcher, executor = "{{GoDispatcher.Executor}}", throughput = 5 }
                """));
        IActorRef mine = system.ActorOf(Answerer.SayingWhere().WithDispatcher("mine"));
        IActorRef other = system.ActorOf(Answerer.SayingWhere());

        Assert.AreSame(GoScheduler.Shared, (await mine.Ask<Place>("where", s_patience)).Scheduler);
        Assert.IsNull((await other.Ask<Place>("where", s_patience)).Scheduler);
    }

    [TestMethod]
    [Timeout(TimeoutMs)]
    public void Hocon_UnknownScheduler_Throws()
    {
        Config config = ConfigurationFactory.ParseString(
            $$"""akka.scheduler { implementation = "{{GoDispatcher.Timers}}", go-scheduler = nobody }""");

        Exception? thrown = Assert.Throws<Exception>(() => ActorSystem.Create("here", config));
        while (thrown is not ConfigurationException and not null)
        {
            thrown = thrown.InnerException;
        }

        Assert.IsNotNull(thrown);
        Assert.Contains("nobody", thrown.Message);
    }

    [TestMethod]
    [Timeout(TimeoutMs)]
    public async Task Hosting_WithGoDispatcher_RunsOnTheRegisteredScheduler()
    {
        await using GoScheduler scheduler = Place.CreateScheduler("akka");
        HostApplicationBuilder builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Services.AddSingleton(scheduler);
        builder.Services.AddAkka("hosted", (akka, provider) => akka
            .WithGoDispatcher(provider.GetRequiredService<GoScheduler>())
            .WithActors((system, registry) => registry.Register<Answerer>(system.ActorOf(Answerer.SayingWhere()))));
        using IHost host = builder.Build();
        await host.StartAsync();
        IActorRef actor = host.Services.GetRequiredService<IRequiredActor<Answerer>>().ActorRef;

        Place place = await actor.Ask<Place>("where", s_patience);
        await host.StopAsync();

        Assert.AreSame(scheduler, place.Scheduler);
    }

    [TestMethod]
    [Timeout(TimeoutMs)]
    public async Task Receive_BlocksForAnotherActor_HoldsUpNobody()
    {
        await using GoScheduler scheduler = Place.CreateScheduler("akka", processorCount: 1);
        using ActorSystem system = ActorSystem.Create("here", GoDispatcher.CreateConfig(scheduler));
        IActorRef last = system.ActorOf(Answerer.Create(_ => "done"));

        // Ten deep: with a fixed number of threads there would be none left for the last one.
        for (int i = 0; i < 10; i++)
        {
            IActorRef next = last;
            last = system.ActorOf(Answerer.Create(message => next.Ask<string>(message, s_patience).GetAwaiter().GetResult()));
        }

        Assert.AreEqual("done", await last.Ask<string>("go", s_patience));
    }

    [TestMethod]
    [Timeout(TimeoutMs)]
    public async Task Receive_SchedulerDisposed_GoesOnOnTheThreadPool()
    {
        GoScheduler scheduler = Place.CreateScheduler("akka");
        using ActorSystem system = ActorSystem.Create("here", GoDispatcher.CreateConfig(scheduler));
        IActorRef actor = system.ActorOf(Answerer.SayingWhere());
        await actor.Ask<Place>("where", s_patience);

        scheduler.Dispose();
        Place place = await actor.Ask<Place>("where", s_patience);

        Assert.IsNull(place.Context);
        await system.Terminate().WaitAsync(s_patience);
    }

    private sealed class Starter(TaskCompletionSource<Place> started) : UntypedActor
    {
        protected override void PreStart() => started.SetResult(Place.Here());

        protected override void OnReceive(object message) => Unhandled(message);
    }
}
