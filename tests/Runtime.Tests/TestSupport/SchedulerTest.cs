using System;
using System.Collections.Concurrent;
using System.Threading.Tasks;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Goroutines.Tests.TestSupport;

/// <summary>Base of tests that run on schedulers: makes them, disposes them, and fails the test for exceptions nobody expected.</summary>
public abstract class SchedulerTest
{
    /// <summary>The limit of one test in milliseconds; arbitrary, wide enough for a loaded machine.</summary>
    public const int LimitMs = 60_000;

    private readonly ConcurrentQueue<GoScheduler> _created = new();
    private readonly ConcurrentQueue<Exception> _unexpected = new();

    /// <summary>Set by the test runner.</summary>
    public TestContext TestContext { get; set; } = null!;

    /// <summary>Makes a scheduler that the test's end disposes; an exception nobody awaits fails the test.</summary>
    protected GoScheduler CreateScheduler(int processorCount) =>
        CreateScheduler(new GoSchedulerOptions { ProcessorCount = processorCount });

    protected GoScheduler CreateScheduler(GoSchedulerOptions options)
    {
        GoScheduler scheduler = CreateUnwatched(options);
        scheduler.UnhandledException += (_, e) =>
        {
            e.Handled = true;
            _unexpected.Enqueue(e.Exception);
        };

        return scheduler;
    }

    /// <summary>As <see cref="CreateScheduler(int)"/>, and each unhandled exception goes to <paramref name="failures"/>.</summary>
    protected GoScheduler CreateScheduler(int processorCount, FailureLog failures)
    {
        ArgumentNullException.ThrowIfNull(failures);
        GoScheduler scheduler = CreateUnwatched(new GoSchedulerOptions { ProcessorCount = processorCount });
        failures.Watch(scheduler);
        return scheduler;
    }

    /// <summary>A random generator whose seed the test's output shows.</summary>
    protected Random CreateRandom()
    {
        int seed = Seed.Next();
        TestContext.WriteLine($"Seed: {seed} (set {Seed.Variable} to repeat)");
        return new Random(seed);
    }

    [TestCleanup]
    public async Task DisposeSchedulersAsync()
    {
        while (_created.TryDequeue(out GoScheduler? scheduler))
        {
            await scheduler.DisposeAsync();
        }

        if (_unexpected.TryDequeue(out Exception? first))
        {
            Assert.Fail($"An exception reached UnhandledException: {first}");
        }
    }

    private GoScheduler CreateUnwatched(GoSchedulerOptions options)
    {
        var scheduler = new GoScheduler(options);
        _created.Enqueue(scheduler);
        return scheduler;
    }
}
