using System;
using System.Collections.Generic;
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
    // The first scheduler has the default options; the number of another is its processor count.
    [TestMethod, Timeout(LimitMs)]
    [OSCondition(OperatingSystems.Linux, IgnoreMessage = "The counts of context switches are read from /proc.")]
    public async Task Idle_TenSecondsAfterWork_OurThreadsDoNotRun() =>
        (await Child.RunAsync(null, "idle", "10")).AssertSucceeded("""
            Goroutines: same threads, 0 switches, 0 ticks
            idle1: same threads, 0 switches, 0 ticks
            idle2: same threads, 0 switches, 0 ticks
            idle4: same threads, 0 switches, 0 ticks
            idle16: same threads, 0 switches, 0 ticks
            """);

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
