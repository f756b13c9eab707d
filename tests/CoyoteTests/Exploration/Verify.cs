using System;
using System.Globalization;
using System.Linq;
using Goroutines.ModelTests.Models;
using Microsoft.Coyote;
using Microsoft.Coyote.Logging;
using Microsoft.Coyote.SystematicTesting;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Goroutines.ModelTests.Exploration;

/// <summary>Has Coyote explore a scenario and judges the outcome.</summary>
/// <remarks>
/// The environment variable GOROUTINES_MODEL_SEED repeats a run, choice by choice; otherwise each run has another seed.
/// </remarks>
internal static class Verify
{
    // Scenarios take a few hundred steps; one that takes this many goes in circles, which counts as a failure.
    private const uint StepCountMax = 20_000;

    // Coyote's guess that somebody hangs outside of its control; a loaded machine may hold a test up for seconds.
    private const uint HangTimeoutMs = 60_000;

    // By priorities: of the seeded bugs the hardest (a machine parks without looking once more) shows in 2.2 % of the executions,
    // with 1 change in 0.9 %, with 10 in 2.2 %. By chance with few switches: others show more often than by priorities.
    // Switching at random at each step found the hardest once in 6,400 executions, so it is not used.
    private const uint PriorityChangeCount = 5;
    private const uint SwitchProbabilityBits = 3;

    /// <summary>How Coyote's report of a deadlock begins.</summary>
    public const string Deadlock = "Deadlock detected.";

    /// <summary>Gets the seed of this process, printed by each test.</summary>
    public static uint Seed { get; } =
        uint.TryParse(Environment.GetEnvironmentVariable("GOROUTINES_MODEL_SEED"), CultureInfo.InvariantCulture, out uint seed)
            ? seed
            : (uint)Environment.TickCount & 0xFFFFFF;

    /// <summary>Asserts that no execution within the bound fails.</summary>
    public static void Holds(TestContext context, Action<Simulation> build)
    {
        Explore(ByPriorities(), iterationCount: 300);
        Explore(ByChance(), iterationCount: 100);

        void Explore(Configuration strategy, uint iterationCount)
        {
            (TestReport report, _) = Verify.Explore(context, strategy, iterationCount, () => Run(build, SeededBug.None));
            Assert.IsEmpty(report.BugReports, string.Join('\n', report.BugReports));
            Assert.AreEqual((int)iterationCount, report.NumOfExploredFairPaths + report.NumOfExploredUnfairPaths);
        }
    }

    /// <summary>Asserts that a seeded bug is found within the bound and reported by what it does, and again when replayed.</summary>
    public static void Finds(TestContext context, Action<Simulation> build, SeededBug bug, string expected) =>
        Finds(context, expected, () => Run(build, bug));

    public static void Finds(TestContext context, string expected, Action body)
    {
        // The hardest is missed by this many executions once in 10^19.
        (TestReport report, string schedule) = Explore(context, ByPriorities(), iterationCountMax: 2_000, body);
        Assert.AreEqual(1, report.NumOfFoundBugs, "The seeded bug was not found.");
        Assert.Contains(expected, report.BugReports.First());
        (TestReport again, _) = Explore(context, Configuration.Create().WithReproducibleTrace(schedule), iterationCountMax: 1, body);
        Assert.AreEqual(1, again.NumOfFoundBugs, "The schedule of the failure repeats it.");
        Assert.Contains(expected, again.BugReports.First());
    }

    private static void Run(Action<Simulation> build, SeededBug bug)
    {
        var simulation = new Simulation(bug);
        build(simulation);
        simulation.Run();
    }

    private static Configuration ByPriorities() =>
        Configuration.Create().WithPrioritizationStrategy(isFair: true, PriorityChangeCount);

    private static Configuration ByChance() => Configuration.Create().WithProbabilisticStrategy(SwitchProbabilityBits);

    private static (TestReport Report, string Schedule) Explore(
        TestContext context, Configuration strategy, uint iterationCountMax, Action body)
    {
        Configuration configuration = strategy
            .WithTestingIterations(iterationCountMax)
            .WithRandomGeneratorSeed(Seed)
            .WithAtomicOperationRaceCheckingEnabled()
            .WithVolatileOperationRaceCheckingEnabled()
            .WithPartiallyControlledConcurrencyAllowed(false)
            .WithSystematicFuzzingFallbackEnabled(false)
            .WithMaxSchedulingSteps(StepCountMax)
            .WithFailureOnMaxStepsBoundEnabled()
            .WithDeadlockTimeout(HangTimeoutMs)
            .WithTelemetryEnabled(false);
        using TestingEngine engine = TestingEngine.Create(configuration, body);

        // Its progress goes to the console otherwise.
        using var logger = new MemoryLogger(VerbosityLevel.None);
        engine.SetLogger(logger);
        engine.Run();
        TestReport report = engine.TestReport;
        context.WriteLine($"seed {Seed}, {report.GetText(configuration)}");
        foreach (string found in report.BugReports)
        {
            context.WriteLine(found);
        }

        Assert.IsEmpty(report.InternalErrors, string.Join('\n', report.InternalErrors));

        // The tester ends threads by interrupts when it has found something, and the portable parker gives an interrupt back.
        string[] uncontrolled = [.. report.UncontrolledInvocations.Where(name => name != "System.Threading.Thread.Interrupt")];
        Assert.IsEmpty(uncontrolled, string.Join('\n', uncontrolled));
        return (report, engine.ReproducibleTrace);
    }
}
