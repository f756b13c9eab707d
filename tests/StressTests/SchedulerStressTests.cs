using System;
using System.Diagnostics;
using System.Threading;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Goroutines.StressTests;

/// <summary>
/// Goal: whatever is put on a scheduler runs exactly once and in its lane, while its processor count changes all the time.
/// </summary>
/// <remarks>
/// Method: rounds of random operations over every way onto the scheduler, begun from outside and from each other, entered
/// in a ledger; another thread sets ProcessorCount and takes snapshots meanwhile. A watchdog fails a round that stands
/// still. GOROUTINES_STRESS_SECONDS sets the duration of each test, GOROUTINES_STRESS_SEED replays one.
/// </remarks>
[TestClass]
public sealed class SchedulerStressTests
{
    private const int ProcessorCountMax = 16;
    private const int OperationCount = 10_000;

    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    [Timeout(StressSettings.TimeoutMs, CooperativeCancellation = true)]
    [DataRow(1)]
    [DataRow(2)]
    [DataRow(4)]
    [DataRow(16)]
    public void Scheduler_MixedWorkFixedProcessors_EachRunsOnce(int processorCount) =>
        RunRounds([new StressTarget("fixed", processorCount)], changesProcessors: false);

    [TestMethod]
    [Timeout(StressSettings.TimeoutMs, CooperativeCancellation = true)]
    public void Scheduler_MixedWorkProcessorsChange_EachRunsOnce() =>
        RunRounds([new StressTarget("changing", 4)], changesProcessors: true);

    [TestMethod]
    [Timeout(StressSettings.TimeoutMs, CooperativeCancellation = true)]
    public void Schedulers_ThreeAtOnceSpawnOnEachOther_EachRunsOnceAtHome() =>
        RunRounds(
            [new StressTarget("one", 1), new StressTarget("two", 2), new StressTarget("three", 3)],
            changesProcessors: true);

    private void RunRounds(StressTarget[] targets, bool changesProcessors)
    {
        int seed = StressSettings.NextSeed();
        TestContext.WriteLine($"{StressSettings.SeedVariable}={seed}");
        using ManualResetEventSlim stop = new();
        Thread disturber = new(() => Disturb(targets, new Dice(seed, int.MinValue), changesProcessors, stop));
        disturber.Start();
        long operationCount = 0;
        int roundCount = 0;
        try
        {
            Stopwatch watch = Stopwatch.StartNew();
            do
            {
                StressProgram program = new(targets, unchecked(seed + roundCount), OperationCount, checksPlace: true);
                program.Run(submitterCount: 1 + (roundCount % 3));
                program.DrainAndAudit();
                operationCount += program.Ledger.BegunCount;
                roundCount++;
            }
            while (watch.Elapsed < StressSettings.Duration);
        }
        finally
        {
            stop.Set();
            disturber.Join();
            Array.ForEach(targets, target => target.Dispose());
        }

        TestContext.WriteLine($"{operationCount:N0} operations in {roundCount} rounds, each once.");
    }

    // The pauses pace the changes; nothing is ordered by them.
    private static void Disturb(StressTarget[] targets, Dice dice, bool changesProcessors, ManualResetEventSlim stop)
    {
        while (!stop.Wait(dice.Roll(4)))
        {
            GoScheduler scheduler = targets[dice.Roll(targets.Length)].Scheduler;
            if (changesProcessors)
            {
                scheduler.ProcessorCount = 1 + dice.Roll(ProcessorCountMax);
            }

            if (dice.OneIn(8))
            {
                scheduler.GetSnapshot();
            }
        }
    }
}
