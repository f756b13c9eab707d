using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Linq;
using System.Threading.Tasks;
using Goroutines.Actors;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Goroutines.IntegrationTests;

/// <summary>A scheduler and an actor system for each test, the dead letters it had, and a clock that stands still.</summary>
public abstract class ActorTest
{
    private readonly ConcurrentQueue<DeadLetterEventArgs> _deadLetters = new();

    public TestContext TestContext { get; set; } = null!;

    internal TestClock Clock { get; } = new();

    internal LogRecorder Log { get; } = new();

    protected GoScheduler Scheduler { get; private set; } = null!;

    protected ActorSystem Actors { get; private set; } = null!;

    protected IReadOnlyList<DeadLetterEventArgs> DeadLetters => [.. _deadLetters];

    [TestInitialize]
    public void Start()
    {
        Scheduler = new GoScheduler(new GoSchedulerOptions { Name = $"actors {Guid.NewGuid():N}", ProcessorCount = 4 });
        Actors = Create(new SupervisionOptions { RestartDelay = TimeSpan.Zero });
    }

    [TestCleanup]
    public async Task EndAsync()
    {
        await Actors.StopAsync(StopMode.Now);
        await Scheduler.DisposeAsync();
        Log.Dispose();
    }

    /// <summary>Makes a system on the test's scheduler, in place of the one there is.</summary>
    protected ActorSystem Create(SupervisionOptions supervision, Action<ActorSystemOptions>? configure = null)
    {
        var options = new ActorSystemOptions
        {
            Supervision = supervision,
            TimeProvider = Clock,
            LoggerFactory = new RecorderFactory(Log),
        };
        configure?.Invoke(options);
        Actors = new ActorSystem(Scheduler, options);
        Actors.DeadLettered += (_, letter) => _deadLetters.Enqueue(letter);
        return Actors;
    }

    /// <summary>Asserts that a sequence is what a text lists, with blanks between.</summary>
    protected static void AssertItems<T>(string expected, IEnumerable<T> actual) => Assert.AreEqual(expected, string.Join(' ', actual));

    protected object?[] DeadMessages(DeadLetterReason reason) =>
        [.. _deadLetters.Where(letter => letter.Reason == reason).Select(letter => letter.Message)];
}
