using System;
using System.Globalization;
using System.Linq;
using System.Text.RegularExpressions;
using System.Threading.Tasks;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Goroutines.IntegrationTests;

/// <summary>Runs each sample as a user would, as a process of its own, and reads what it prints.</summary>
[TestClass]
public sealed partial class SampleTests
{
    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    [Timeout(120_000)]
    public async Task HelloGoroutines_Run_PrintsWhatTheReadmeShows()
    {
        string output = await RunAsync("HelloGoroutines");

        Assert.AreEqual(Readme.ShownOutput, output);
    }

    [TestMethod]
    [Timeout(120_000)]
    public async Task TenThousandTasks_Run_PrintsEveryTaskOnceAndTheProcessorCount()
    {
        string[] lines = (await RunAsync("TenThousandTasks")).Split('\n', StringSplitOptions.RemoveEmptyEntries);

        string[] expected = [.. Enumerable.Range(1, 10_000).Select(id => $"Task {id} completed").Order()];
        CollectionAssert.AreEqual(expected, lines.SkipLast(1).Order().ToArray());
        Assert.StartsWith($"10000 tasks on {Environment.ProcessorCount} processors in ", lines[^1]);
    }

    [TestMethod]
    [Timeout(300_000)]
    public async Task ExpandStack_Run_FinishesEveryRecursion()
    {
        string[] lines = (await RunAsync("ExpandStack")).Split('\n', StringSplitOptions.RemoveEmptyEntries);

        Assert.HasCount(4, lines);
        Assert.AreEqual("Recursion finished without overflow", lines[0]);
        Assert.MatchesRegex("^1,000,000 levels, synchronous: first [0-9]+ ms, warm [0-9]+ ms$", lines[1]);
        Assert.MatchesRegex("^1,000,000 levels, async on segments: first [0-9]+ ms, warm [0-9]+ ms$", lines[2]);
        Assert.MatchesRegex("^1,000,000 levels, async by queueing: first [0-9]+ ms, warm [0-9]+ ms$", lines[3]);
    }

    [TestMethod]
    [Timeout(300_000)]
    public async Task Starvation_Run_ShowsBothSides()
    {
        string[] lines = (await RunAsync("Starvation", "1")).Split('\n', StringSplitOptions.RemoveEmptyEntries);

        Assert.HasCount(5, lines);
        Assert.MatchesRegex("^ThreadPool( +[0-9.]+){4}$", lines[2]);
        Assert.MatchesRegex("^Goroutines( +[0-9.]+){4}$", lines[3]);
    }

    [TestMethod]
    [Timeout(300_000)]
    public async Task WaitKinds_Run_MeasuresEachWay()
    {
        string[] lines = (await RunAsync("WaitKinds")).Split('\n', StringSplitOptions.RemoveEmptyEntries);

        Assert.HasCount(19, lines);
        foreach (string line in lines.Skip(2))
        {
            Assert.MatchesRegex("^\\| [A-Za-z. ]+ \\| (context|declared|monitor|asked) +\\| +[0-9]+ \\| +[0-9]+ \\|$", line);
        }
    }

    [TestMethod]
    [Timeout(300_000)]
    public async Task MillionParked_Run_ParksAndWakesThemAll()
    {
        string[] lines = (await RunAsync("MillionParked")).Split('\n', StringSplitOptions.RemoveEmptyEntries);

        Assert.HasCount(3, lines);
        Assert.StartsWith("1,000,000 goroutines parked in ", lines[0]);
        Match cost = CostLine().Match(lines[1]);
        Assert.IsTrue(cost.Success, lines[1]);
        // A stack is a hundred times this, a thread per goroutine would be a million: wide bounds are enough.
        Assert.IsInRange(50, 1_000, int.Parse(cost.Groups["bytes"].Value, CultureInfo.InvariantCulture));
        Assert.IsInRange(1, 200, int.Parse(cost.Groups["threads"].Value, CultureInfo.InvariantCulture));
        Assert.StartsWith("all woken and finished in ", lines[2]);
    }

    [TestMethod]
    [Timeout(120_000)]
    public async Task Channels_Run_PrintsTheSumAndTakesEveryOrder()
    {
        string[] lines = (await RunAsync("Channels")).Split('\n', StringSplitOptions.RemoveEmptyEntries);

        Assert.HasCount(3, lines);
        Assert.AreEqual("sum of squares: 333833500", lines[0]);
        Assert.AreEqual("asked: some orders so far", lines[1]);
        Assert.AreEqual("orders taken: 500", lines[2]);
    }

    [TestMethod]
    [Timeout(120_000)]
    public async Task WorkerService_Run_TakesItsOptionsFromTheFileAndLosesNoWork()
    {
        string output = await RunAsync("WorkerService");

        // The order of the log and the program's own lines is not given: the console logger has a thread of its own.
        Assert.Contains("scheduler Goroutines has 3 processors\n", output);
        Assert.Contains("Scheduler Goroutines runs with 3 processors.", output);
        Assert.Contains("orders taken: 1000\n", output);
        Assert.Contains("orders packed when the host had stopped: 1000\n", output);
    }

    [TestMethod]
    [Timeout(120_000)]
    public async Task SupervisedService_Run_LosesTheFailingOrdersOnly()
    {
        string output = await RunAsync("SupervisedService");

        Assert.AreEqual("100 orders, 10 failures, 11 starts, 90 packed, 910 left\n", output);
    }

    [TestMethod]
    [Timeout(120_000)]
    public async Task WebApp_Run_AnswersWhileOthersBlock()
    {
        string[] lines = (await RunAsync("WebApp")).Split('\n', StringSplitOptions.RemoveEmptyEntries);

        Assert.HasCount(3, lines);
        Assert.AreEqual("Hello from scheduler Goroutines", lines[0]);
        Assert.MatchesRegex("^200 requests that block for 100 ms, at once: [0-9]+ ms for all of them$", lines[1]);
        Assert.MatchesRegex("^one that does not, meanwhile: [0-9]+ ms$", lines[2]);
    }

    private async Task<string> RunAsync(string sample, params string[] arguments)
    {
        ChildProcess run = await ChildProcess.RunAsync(
            ChildProcess.Dotnet,
            [Repository.BuiltProgram(sample), .. arguments],
            Repository.Root,
            environment: null,
            TestContext.CancellationToken);
        return run.MustSucceed().Output.ReplaceLineEndings("\n");
    }

    [GeneratedRegex("^(?<bytes>[0-9]+) bytes per goroutine, (?<threads>[0-9]+) threads in the process$")]
    private static partial Regex CostLine();
}
