using System;
using System.Diagnostics;
using System.Threading;
using System.Threading.Tasks;
using Akka.Actor;
using Goroutines.AkkaNet;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Goroutines.ClusterTests;

/// <summary>What Akka.NET schedules runs on the scheduler's timers, once or again and again, until it is canceled.</summary>
[TestClass]
public sealed class GoTimersTests
{
    private const int TimeoutMs = 60_000;

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    private GoScheduler _scheduler = null!;
    private ActorSystem _system = null!;

    private IScheduler Timers => _system.Scheduler;

    [TestInitialize]
    public void Start()
    {
        _scheduler = Place.CreateScheduler("timers");
        _system = ActorSystem.Create("timers", GoDispatcher.CreateConfig(_scheduler));
    }

    [TestCleanup]
    public async Task EndAsync()
    {
        await _system.Terminate().WaitAsync(s_patience);
        await _scheduler.DisposeAsync();
    }

    [TestMethod]
    [Timeout(TimeoutMs)]
    public async Task ScheduleTellOnce_Time_ComesAndIsNotEarly()
    {
        var told = new TaskCompletionSource<Place>(TaskCreationOptions.RunContinuationsAsynchronously);
        IActorRef actor = _system.ActorOf(Answerer.Create(_ => told.TrySetResult(Place.Here())));
        var delay = TimeSpan.FromMilliseconds(30);
        long start = Stopwatch.GetTimestamp();

        Timers.ScheduleTellOnce(delay, actor, "now", ActorRefs.NoSender);
        Place place = await told.Task.WaitAsync(s_patience);

        Assert.IsGreaterThanOrEqualTo(delay, Stopwatch.GetElapsedTime(start));
        Assert.AreSame(_scheduler, place.Scheduler);
    }

    [TestMethod]
    [Timeout(TimeoutMs)]
    public async Task ScheduleOnce_Action_RunsOnTheScheduler()
    {
        var ran = new TaskCompletionSource<Place>(TaskCreationOptions.RunContinuationsAsynchronously);

        Timers.Advanced.ScheduleOnce(TimeSpan.Zero, () => ran.TrySetResult(Place.Here()));
        Place place = await ran.Task.WaitAsync(s_patience);

        Assert.AreSame(_scheduler, place.Scheduler);
        Assert.IsNull(place.Context);
    }

    [TestMethod]
    [Timeout(TimeoutMs)]
    public async Task ScheduleRepeatedly_UntilCanceled_RunsOneAtATime()
    {
        using var cancelable = new Cancelable(Timers);
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        int insideCount = 0;
        int runCount = 0;
        int overlapCount = 0;
        int runCountAtCancel = 0;

        Timers.Advanced.ScheduleRepeatedly(
            TimeSpan.Zero,
            TimeSpan.FromMilliseconds(1),
            () =>
            {
                overlapCount += Interlocked.Increment(ref insideCount) - 1;

                // Longer than the interval: the next one would be due already.
                Thread.Sleep(3);
                if (++runCount == 10)
                {
                    runCountAtCancel = runCount;
                    cancelable.Cancel();
                    done.SetResult();
                }

                Interlocked.Decrement(ref insideCount);
            },
            cancelable);
        await done.Task.WaitAsync(s_patience);

        // What is scheduled behind it has come: had it gone on, it would have run.
        await AfterAsync(TimeSpan.FromMilliseconds(50));
        Assert.AreEqual(0, overlapCount);
        Assert.AreEqual(runCountAtCancel, runCount);
    }

    [TestMethod]
    [Timeout(TimeoutMs)]
    public async Task ScheduleRepeatedly_Failure_EndsIt()
    {
        int runCount = 0;
        Timers.Advanced.ScheduleRepeatedly(
            TimeSpan.Zero,
            TimeSpan.FromMilliseconds(1),
            () =>
            {
                runCount++;
                throw new InvalidOperationException("On purpose.");
            });

        await AfterAsync(TimeSpan.FromMilliseconds(50));

        Assert.AreEqual(1, runCount);
    }

    [TestMethod]
    [Timeout(TimeoutMs)]
    public async Task Cancel_BeforeItsTime_NeverRunsAndTakesTheTimersOff()
    {
        const int Count = 1_000;
        using var cancelable = new Cancelable(Timers);
        int runCount = 0;
        int timerCount = _scheduler.GetSnapshot().TimerCount;
        for (int i = 0; i < Count; i++)
        {
            // Some of them for longer than a timer can be armed at once.
            Timers.Advanced.ScheduleOnce(TimeSpan.FromDays(1 + (i % 100)), () => runCount++, cancelable);
        }

        Assert.IsGreaterThanOrEqualTo(timerCount + Count, _scheduler.GetSnapshot().TimerCount);
        cancelable.Cancel();
        await AfterAsync(TimeSpan.FromMilliseconds(20));

        Assert.IsLessThan(timerCount + Count, _scheduler.GetSnapshot().TimerCount);
        Assert.AreEqual(0, runCount);
        Timers.Advanced.ScheduleOnce(TimeSpan.Zero, () => runCount++, cancelable);
        await AfterAsync(TimeSpan.FromMilliseconds(20));
        Assert.AreEqual(0, runCount);
    }

    [TestMethod]
    [Timeout(TimeoutMs)]
    public async Task ReceiveTimeout_NothingComes_IsTold()
    {
        var told = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _system.ActorOf(Props.Create(() => new Dozer(told)));

        await told.Task.WaitAsync(s_patience);
    }

    [TestMethod]
    [Timeout(TimeoutMs)]
    public async Task Ask_NobodyAnswers_TimesOut()
    {
        IActorRef silent = _system.ActorOf(Props.Create(() => new Silent()));

        await Assert.ThrowsAsync<AskTimeoutException>(() => silent.Ask<string>("anybody?", TimeSpan.FromMilliseconds(20)));
    }

    [TestMethod]
    [Timeout(TimeoutMs)]
    public async Task Schedule_AfterTheEnd_Throws()
    {
        await _system.Terminate().WaitAsync(s_patience);

        Assert.ThrowsExactly<SchedulerException>(() => Timers.Advanced.ScheduleOnce(TimeSpan.Zero, () => { }));
    }

    [TestMethod]
    [Timeout(TimeoutMs)]
    public void Clock_Read_GoesOn()
    {
        TimeSpan first = Timers.MonotonicClock;
        TimeSpan second = Timers.HighResMonotonicClock;

        Assert.IsGreaterThanOrEqualTo(first, second);
        Assert.IsLessThan(TimeSpan.FromHours(1), (DateTimeOffset.Now - Timers.Now).Duration());
    }

    private async Task AfterAsync(TimeSpan delay)
    {
        var after = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Timers.Advanced.ScheduleOnce(delay, () => after.SetResult());
        await after.Task.WaitAsync(s_patience);
    }

    private sealed class Dozer : ReceiveActor
    {
        public Dozer(TaskCompletionSource told)
        {
            Receive<ReceiveTimeout>(_ => told.TrySetResult());
            SetReceiveTimeout(TimeSpan.FromMilliseconds(20));
        }
    }

    private sealed class Silent : ReceiveActor
    {
        public Silent() => ReceiveAny(_ => { });
    }
}
