using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using Goroutines.Tests.TestSupport;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Goroutines.Tests.LifeCycle;

/// <summary>
/// Goal: nothing is lost and nothing runs twice when submitters race the disposal. Method: threads and goroutines submit through
/// random doors while the scheduler is disposed at a random moment; each piece of work has a counter of its own.
/// </summary>
[TestClass]
public sealed class DisposeRaceTests : SchedulerTest
{
    private const int SubmitterCount = 4;
    private const int ItemsPerSubmitter = 250;

    [TestMethod, ProcessorCounts, Timeout(LimitMs)]
    public void Dispose_StormOfSubmitters_EachItemRunsOnce(int processorCount)
    {
        Random random = CreateRandom();
        for (int round = 0; round < 40; round++)
        {
            RunRound(CreateScheduler(processorCount), random);
        }
    }

    private static void RunRound(GoScheduler scheduler, Random random)
    {
        Action<GoScheduler, Action>[] doors = [.. DisposeTests.Doors.Values];
        int[] runs = new int[SubmitterCount * ItemsPerSubmitter];
        using var left = new CountdownEvent(runs.Length);
        using var start = new Barrier(SubmitterCount + 1);
        var threads = new List<Thread>();
        for (int submitter = 0; submitter < SubmitterCount; submitter++)
        {
            int seed = random.Next();
            int first = submitter * ItemsPerSubmitter;
            bool isInside = submitter % 2 == 1;
            var thread = new Thread(() =>
            {
                start.SignalAndWait();
                void Submit() => SubmitAll(scheduler, doors, new Random(seed), runs, first, left);
                if (isInside)
                {
                    scheduler.Run(Submit).GetAwaiter().GetResult();
                }
                else
                {
                    Submit();
                }
            });
            thread.Start();
            threads.Add(thread);
        }

        start.SignalAndWait();
        Thread.SpinWait(random.Next(20_000));
        scheduler.Dispose();
        threads.ForEach(thread => thread.JoinWithin());
        left.WaitWithin();
        Assert.IsTrue(runs.All(count => count == 1));
    }

    private static void SubmitAll(
        GoScheduler scheduler, Action<GoScheduler, Action>[] doors, Random random, int[] runs, int first, CountdownEvent left)
    {
        for (int i = first; i < first + ItemsPerSubmitter; i++)
        {
            int index = i;
            doors[random.Next(doors.Length)](scheduler, () =>
            {
                // A second run is counted and seen at the end; only the first one signals.
                if (Interlocked.Increment(ref runs[index]) == 1)
                {
                    left.Signal();
                }
            });
        }
    }
}
