using System;
using System.Threading;
using System.Threading.Tasks;
using Goroutines.Tests.TestSupport;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Goroutines.Tests.Options;

/// <summary>Options: what is refused names itself, what is left out has its default.</summary>
[TestClass]
public sealed class OptionsTests : SchedulerTest
{
    [TestMethod, Timeout(LimitMs)]
    [DataRow(-1)]
    [DataRow(int.MinValue)]
    [DataRow(4_097)]
    [DataRow(int.MaxValue)]
    public void New_ProcessorCountOutOfRange_NamesIt(int value) =>
        AssertRefused("ProcessorCount", new GoSchedulerOptions { ProcessorCount = value });

    [TestMethod, Timeout(LimitMs)]
    [DataRow(0)]
    [DataRow(-1)]
    public void New_MaxThreadsOutOfRange_NamesIt(int value) =>
        AssertRefused("MaxThreads", new GoSchedulerOptions { MaxThreads = value });

    [TestMethod, Timeout(LimitMs)]
    public void New_MaxThreadsBelowProcessorCount_NamesIt() =>
        AssertRefused("MaxThreads", new GoSchedulerOptions { ProcessorCount = 4, MaxThreads = 3 });

    [TestMethod, Timeout(LimitMs)]
    [DataRow(-1)]
    [DataRow(1)]
    [DataRow(4_096)]
    [DataRow(int.MaxValue)]
    public void New_WorkerStackSizeOutOfRange_NamesIt(int value) =>
        AssertRefused("WorkerStackSize", new GoSchedulerOptions { WorkerStackSize = value });

    [TestMethod, Timeout(LimitMs)]
    [DataRow(null)]
    [DataRow("")]
    [DataRow(" ")]
    public void New_NameMissing_NamesIt(string? value)
    {
        ArgumentException thrown = Assert.Throws<ArgumentException>(
            () => new GoScheduler(new GoSchedulerOptions { Name = value! }));
        Assert.AreEqual("Name", thrown.ParamName);
    }

    [TestMethod, Timeout(LimitMs)]
    [DataRow(0)]
    [DataRow(-1)]
    [DataRow(4_097)]
    [DataRow(int.MaxValue)]
    public async Task ProcessorCount_SetOutOfRange_ThrowsAndChangesNothing(int value)
    {
        GoScheduler scheduler = CreateScheduler(2);
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => scheduler.ProcessorCount = value);
        Assert.AreEqual(2, scheduler.ProcessorCount);
        Assert.AreEqual(1, await scheduler.Run(() => 1).Within());
    }

    [TestMethod, Timeout(LimitMs)]
    public void ProcessorCount_SetAboveMaxThreads_Throws()
    {
        GoScheduler scheduler = CreateScheduler(new GoSchedulerOptions { ProcessorCount = 2, MaxThreads = 3 });
        scheduler.ProcessorCount = 3;
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => scheduler.ProcessorCount = 4);
    }

    [TestMethod, Timeout(LimitMs)]
    public void New_NoOptions_HasTheDefaults()
    {
        using var scheduler = new GoScheduler();
        Assert.AreEqual("Goroutines", scheduler.Name);
        Assert.IsGreaterThanOrEqualTo(1, scheduler.ProcessorCount);
        Assert.IsLessThanOrEqualTo(Math.Max(2, Environment.ProcessorCount), scheduler.ProcessorCount);
        Assert.IsFalse(scheduler.IsDisposed);
        var options = new GoSchedulerOptions();
        Assert.AreEqual((0, 10_000, 0), (options.ProcessorCount, options.MaxThreads, options.WorkerStackSize));
    }

    [TestMethod, Timeout(LimitMs)]
    public void New_OptionsChangedLater_KeepsWhatItWasGiven()
    {
        var options = new GoSchedulerOptions { Name = "first", ProcessorCount = 2 };
        GoScheduler scheduler = CreateScheduler(options);
        options.Name = "second";
        options.ProcessorCount = 3;
        Assert.AreEqual("first", scheduler.Name);
        Assert.AreEqual(2, scheduler.ProcessorCount);
    }

    [TestMethod, Timeout(LimitMs)]
    public async Task New_Name_StartsTheThreadNames()
    {
        GoScheduler scheduler = CreateScheduler(new GoSchedulerOptions { Name = "named", ProcessorCount = 1 });
        Assert.StartsWith("named", await scheduler.Run(() => Thread.CurrentThread.Name ?? string.Empty).Within());
    }

    [TestMethod, Timeout(LimitMs)]
    public async Task New_LargeWorkerStack_AllowsDeepRecursion()
    {
        GoScheduler scheduler = CreateScheduler(new GoSchedulerOptions { ProcessorCount = 1, WorkerStackSize = 64 * 1024 * 1024 });
        static int Descend(int depth)
        {
            // About 1 KiB a level: 32 MiB in all, four times what a default stack has.
            Span<byte> ballast = stackalloc byte[1_024];
            ballast[depth % ballast.Length] = 1;
            return depth == 0 ? ballast[0] : Descend(depth - 1) + ballast[depth % ballast.Length];
        }

        Assert.AreEqual(32_001, await scheduler.Run(() => Descend(32_000)).Within());
    }

    [TestMethod, Timeout(LimitMs)]
    public async Task LongRunning_AboveMaxThreads_ThrowsAndTheSchedulerWorksOn()
    {
        GoScheduler scheduler = CreateScheduler(new GoSchedulerOptions { ProcessorCount = 1, MaxThreads = 3 });
        using var release = new ManualResetEventSlim();
        Task first = scheduler.Factory.StartNew(release.Wait, TaskCreationOptions.LongRunning);
        Task second = scheduler.Factory.StartNew(release.Wait, TaskCreationOptions.LongRunning);
        try
        {
            Assert.ThrowsExactly<TaskSchedulerException>(
                () => _ = scheduler.Factory.StartNew(() => { }, TaskCreationOptions.LongRunning));
            Assert.AreEqual(1, await scheduler.Run(() => 1).Within());
        }
        finally
        {
            release.Set();
        }

        await Task.WhenAll(first, second).Within();
    }

    private static void AssertRefused(string name, GoSchedulerOptions options)
    {
        ArgumentOutOfRangeException thrown = Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new GoScheduler(options));
        Assert.AreEqual(name, thrown.ParamName);
        Assert.Contains(name, thrown.Message);
    }
}
