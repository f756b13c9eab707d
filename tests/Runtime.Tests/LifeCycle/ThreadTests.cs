using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Goroutines.Tests.TestSupport;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Goroutines.Tests.LifeCycle;

/// <summary>The threads of schedulers as the system sees them: none is left behind, and an idle one does not move.</summary>
[TestClass]
public sealed class ThreadTests : SchedulerTest
{
    [TestMethod, ProcessorCounts, Timeout(LimitMs)]
    [OSCondition(OperatingSystems.Linux)]
    public async Task Idle_AfterWork_OurThreadsDoNotRun(int processorCount)
    {
        string name = $"idle{processorCount}-{Random.Shared.Next(100_000)}";
        GoScheduler scheduler = CreateScheduler(new GoSchedulerOptions { Name = name, ProcessorCount = processorCount });
        await Task.WhenAll(Enumerable.Range(0, 1_000).Select(_ => scheduler.Run(async () => await Task.Yield()))).Within();
        await scheduler.DrainAsync().Within();

        // The monitor and the searchers need a moment to come to rest; from then on nothing may move.
        long switches = CountSwitches(name);
        Patience.Until(() =>
        {
            Thread.Sleep(200);
            long before = switches;
            switches = CountSwitches(name);
            return switches == before;
        });
        Assert.AreNotEqual(0, switches, "The threads carry the scheduler's name.");
        Thread.Sleep(TimeSpan.FromSeconds(3));
        Assert.AreEqual(switches, CountSwitches(name));
        Assert.AreEqual(1, await scheduler.Run(() => 1).Within());
    }

    [TestMethod, Timeout(LimitMs)]
    [OSCondition(OperatingSystems.Linux)]
    public async Task Dispose_TwoHundredSchedulers_LeavesNoThreads()
    {
        string name = $"churn-{Random.Shared.Next(100_000)}";
        for (int i = 0; i < 200; i++)
        {
            await using var scheduler = new GoScheduler(
                new GoSchedulerOptions { Name = name, ProcessorCount = 1 + (i % 4) });
            Task<int> work = scheduler.Run(async () =>
            {
                await Task.Yield();
                return await scheduler.Run(() => 1);
            });
            if (i % 3 != 0)
            {
                await work.Within();
            }
        }

        Patience.Until(() => CountThreads(name) == 0);
    }

    [TestMethod, Timeout(LimitMs)]
    [OSCondition(OperatingSystems.Linux)]
    public async Task LongRunning_Ended_LeavesNoThreads()
    {
        string name = $"long-{Random.Shared.Next(100_000)}";
        GoScheduler scheduler = CreateScheduler(new GoSchedulerOptions { Name = name, ProcessorCount = 1 });
        await Task.WhenAll(Enumerable.Range(0, 20).Select(
            _ => scheduler.Factory.StartNew(() => { }, TaskCreationOptions.LongRunning))).Within();
        await scheduler.Run(() => { }).Within();

        // One worker and perhaps the monitor.
        Patience.Until(() => CountThreads(name) <= 2);
    }

    [TestMethod, Timeout(LimitMs)]
    [OSCondition(OperatingSystems.Linux)]
    public async Task Run_MoreWorkThanProcessors_StartsNoMoreWorkersThanProcessors()
    {
        string name = $"few-{Random.Shared.Next(100_000)}";
        GoScheduler scheduler = CreateScheduler(new GoSchedulerOptions { Name = name, ProcessorCount = 3 });
        await Task.WhenAll(Enumerable.Range(0, 5_000).Select(_ => scheduler.Run(async () => await Task.Yield()))).Within();
        Assert.IsLessThanOrEqualTo(4, CountThreads(name), "Three workers and the monitor.");
    }

    private static int CountThreads(string name) => FindThreads(name).Count();

    private static long CountSwitches(string name) => FindThreads(name).Sum(path => ReadLines(Path.Combine(path, "status"))
        .Where(line => line.Contains("voluntary_ctxt_switches", StringComparison.Ordinal))
        .Sum(line => long.Parse(line[(line.IndexOf(':', StringComparison.Ordinal) + 1)..], CultureInfo.InvariantCulture)));

    // The system keeps the first 15 characters of a thread's name.
    private static IEnumerable<string> FindThreads(string name)
    {
        string prefix = name[..Math.Min(name.Length, 15)];
        return Directory.EnumerateDirectories("/proc/self/task").Where(
            path => ReadLines(Path.Combine(path, "comm")).Any(line => line.StartsWith(prefix, StringComparison.Ordinal)));
    }

    private static string[] ReadLines(string path)
    {
        try
        {
            return File.ReadAllLines(path);
        }
        catch (IOException)
        {
            // The thread ended while the folder was listed.
            return [];
        }
    }
}
