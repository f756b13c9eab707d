using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;

namespace Goroutines.RuntimeChild;

/// <summary>Prints what the threads of schedulers do that have worked and have nothing to do any more.</summary>
/// <remarks>A process of its own, so that nothing but the schedulers is there to disturb them. They idle side by side.</remarks>
internal static class IdleMode
{
    private const int GoroutineCount = 1_000;

    // Arbitrary: long beside the monitor's last ticks, short beside the time that is measured.
    private static readonly TimeSpan s_settleStep = TimeSpan.FromMilliseconds(200);

    public static int Run(TimeSpan duration)
    {
        GoScheduler[] schedulers = [new GoScheduler(), Create(1), Create(2), Create(4), Create(16)];
        foreach (GoScheduler scheduler in schedulers)
        {
            Work(scheduler);
        }

        Dictionary<string, ThreadActivity>[] before = Settle(schedulers);
        Thread.Sleep(duration);
        Dictionary<string, ThreadActivity>[] after = Read(schedulers);
        for (int i = 0; i < schedulers.Length; i++)
        {
            if (before[i].Count == 0)
            {
                Console.Error.WriteLine($"No thread carries the name {schedulers[i].Name}: zero would mean nothing.");
                return 3;
            }

            bool isSame = before[i].Keys.ToHashSet().SetEquals(after[i].Keys);
            long switches = after[i].Values.Sum(t => t.SwitchCount) - before[i].Values.Sum(t => t.SwitchCount);
            long ticks = after[i].Values.Sum(t => t.CpuTicks) - before[i].Values.Sum(t => t.CpuTicks);
            Console.WriteLine($"{schedulers[i].Name}: {(isSame ? "same" : "other")} threads, {switches} switches, {ticks} ticks");
        }

        // They slept, and they wake up.
        foreach (GoScheduler scheduler in schedulers)
        {
            Work(scheduler);
        }

        return 0;
    }

    private static GoScheduler Create(int processorCount) =>
        new(new GoSchedulerOptions { Name = $"idle{processorCount}", ProcessorCount = processorCount });

    private static void Work(GoScheduler scheduler)
    {
        Task.WaitAll(Enumerable.Range(0, GoroutineCount).Select(_ => scheduler.Run(async () => await Task.Yield())));
        scheduler.DrainAsync().GetAwaiter().GetResult();
    }

    // The monitor and the searchers need a moment to come to rest. If they never do, the test that started this ends it.
    private static Dictionary<string, ThreadActivity>[] Settle(GoScheduler[] schedulers)
    {
        Dictionary<string, ThreadActivity>[] last = Read(schedulers);
        while (true)
        {
            Thread.Sleep(s_settleStep);
            Dictionary<string, ThreadActivity>[] now = Read(schedulers);
            if (now.Zip(last).All(pair => pair.First.Values.Sum(t => t.SwitchCount) == pair.Second.Values.Sum(t => t.SwitchCount)))
            {
                return now;
            }

            last = now;
        }
    }

    private static Dictionary<string, ThreadActivity>[] Read(GoScheduler[] schedulers) =>
        Array.ConvertAll(schedulers, scheduler => ThreadActivity.Read(scheduler.Name + " "));
}
