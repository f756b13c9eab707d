using System;
using System.Diagnostics;
using System.Threading;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Goroutines.StressTests;

/// <summary>Goal: disposing a scheduler at any moment, from anywhere, loses nothing, runs nothing twice and never hangs.</summary>
/// <remarks>
/// Method: many short-lived schedulers, each disposed at a random moment of a round, from outside or from one of its own
/// workers, by one or by several callers, while operations go on beginning. The lane is not checked: what comes late runs
/// on the ThreadPool.
/// </remarks>
[TestClass]
public sealed class DisposalStressTests
{
    private const int OperationCount = 1_000;

    // Arbitrary, but wide: dispose waits for nothing.
    private static readonly TimeSpan s_disposeMax = TimeSpan.FromSeconds(30);

    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    [Timeout(StressSettings.TimeoutMs, CooperativeCancellation = true)]
    public void Dispose_AtAnyMomentUnderLoad_EachRunsOnce()
    {
        int seed = StressSettings.NextSeed();
        TestContext.WriteLine($"{StressSettings.SeedVariable}={seed}");
        int roundCount = 0;
        Stopwatch watch = Stopwatch.StartNew();
        do
        {
            RunRound(unchecked(seed + roundCount));
            roundCount++;
        }
        while (watch.Elapsed < StressSettings.Duration);
        TestContext.WriteLine($"{roundCount} schedulers disposed under load.");
    }

    private static void RunRound(int seed)
    {
        Dice dice = new(seed, int.MinValue);
        using StressTarget target = new("storm", 1 + dice.Roll(8));
        StressProgram program = new([target], seed, OperationCount, checksPlace: false);
        program.Run(submitterCount: 2, whileRunning: () => DisposeSomehow(program, target.Scheduler, ref dice));
        program.Audit();
        Assert.IsTrue(target.Scheduler.IsDisposed, $"Seed {seed}: disposed.");
    }

    private static void DisposeSomehow(StressProgram program, GoScheduler scheduler, ref Dice dice)
    {
        int momentCount = dice.Roll(OperationCount);
        SpinWait.SpinUntil(() => program.Ledger.BegunCount >= momentCount);
        switch (dice.Roll(4))
        {
            case 0:
                OnThreads(scheduler.Dispose);
                break;
            case 1:
                OnThreads(scheduler.Dispose, scheduler.Dispose);
                break;
            case 2:
                OnThreads(() => scheduler.DisposeAsync().AsTask().GetAwaiter().GetResult());
                break;
            default:
                using (ManualResetEventSlim disposed = new())
                {
                    scheduler.Post(() =>
                    {
                        scheduler.Dispose();
                        disposed.Set();
                    });
                    Assert.IsTrue(disposed.Wait(s_disposeMax), "A worker disposes its own scheduler.");
                }

                break;
        }
    }

    private static void OnThreads(params Action[] actions)
    {
        Thread[] threads = Array.ConvertAll(actions, action => new Thread(() => action()) { IsBackground = true });
        Array.ForEach(threads, thread => thread.Start());
        Array.ForEach(threads, thread => Assert.IsTrue(thread.Join(s_disposeMax), "Dispose returns."));
    }
}
