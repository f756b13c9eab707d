using System;
using System.Diagnostics;
using System.Reflection;
using System.Threading;
using System.Threading.Tasks;
using Goroutines.Diagnostics;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Goroutines.BuildTests;

/// <summary>
/// Goal: a woven goroutine that computes for ever lets the others on its processor go on, in time and by itself: while they run it
/// stands still. Method: one processor, one hog, and another goroutine that takes forty turns and watches the hog in each.
/// </summary>
[TestClass]
[DoNotParallelize]
public sealed class HogTests
{
    private const int TurnCount = 40;

    private static readonly Type s_hogs =
        new FolderContext(Subjects.WovenFolder).LoadByName(Subjects.Own).GetType("Goroutines.BuildSubjects.Hogs")!;

    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    [Timeout(60_000)]
    [DataRow("Compute")]
    [DataRow("Call")]
    [DataRow("Throw")]
    public async Task Hog_Woven_TakesTurnsOnOneProcessor(string name)
    {
        // The monitor takes a processor from who reaches no checkpoint within half a slice more, and such a hog goes on beside the
        // others. The slice is long so that a thread the machine has no time for is seldom mistaken for one.
        var options = new GoSchedulerOptions { ProcessorCount = 1, TimeSlice = TimeSpan.FromMilliseconds(40) };
        await using var scheduler = new GoScheduler(options);
        MethodInfo hog = s_hogs.GetMethod(name)!;
        s_hogs.GetMethod("Reset")!.Invoke(null, null);
        Func<long> work = hog.CreateDelegate<Func<long>>();
        Func<int> steps = s_hogs.GetProperty("Steps")!.GetMethod!.CreateDelegate<Func<int>>();
        int running = 0;
        Task<long> computing = scheduler.Run(() =>
        {
            Volatile.Write(ref running, 1);
            return work();
        });
        int turns = 0;
        int undisturbedTurns = 0;
        await scheduler.Run(async () =>
        {
            while (turns < TurnCount)
            {
                if (Volatile.Read(ref running) != 0)
                {
                    turns++;
                    undisturbedTurns += StandsStill(steps) ? 1 : 0;
                }

                await Go.Yield();
            }
        }).WaitAsync(TestContext.CancellationToken);

        SchedulerSnapshot snapshot = scheduler.GetSnapshot();
        Assert.IsFalse(computing.IsCompleted);
        s_hogs.GetMethod("Stop")!.Invoke(null, null);
        await computing.WaitAsync(TestContext.CancellationToken);
        TestContext.WriteLine(snapshot.ToString());
        Assert.IsGreaterThan(TurnCount / 2, undisturbedTurns);
    }

    private static bool StandsStill(Func<int> steps)
    {
        int before = steps();
        long start = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(start) < TimeSpan.FromMilliseconds(5))
        {
            Thread.SpinWait(100);
        }

        return steps() == before;
    }
}
