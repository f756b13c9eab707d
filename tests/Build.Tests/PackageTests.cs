using System;
using System.IO;
using System.Threading;
using System.Threading.Tasks;
using Goroutines.Build.Weaving;
using Goroutines.IntegrationTests;
using Microsoft.VisualStudio.TestTools.UnitTesting;
using Mono.Cecil;

namespace Goroutines.BuildTests;

/// <summary>
/// Goal: who installs the package and sets the property has checkpoints in the loops, in every way of building.
/// Method: pack, make a fresh project outside the repository, install, build it in turn with and without.
/// </summary>
[TestClass]
[TestCategory("Consumer")]
public sealed class PackageTests
{
    private const int TimeoutMs = 600_000;

    /// <summary>One processor, a loop without an end, and a goroutine that stops it after some turns.</summary>
    private const string Program =
        """
        using System;
        using System.Threading;
        using System.Threading.Tasks;
        using Goroutines;

        int isStopped = 0;
        var options = new GoSchedulerOptions { ProcessorCount = 1, TimeSlice = TimeSpan.FromMilliseconds(40) };
        await using var scheduler = new GoScheduler(options);
        Task<long> computing = scheduler.Run(() =>
        {
            long sum = 0;
            while (Volatile.Read(ref isStopped) == 0)
            {
                for (int i = 0; i < 100; i++)
                {
                    sum += i ^ (sum >> 3);
                }
            }

            return sum;
        });
        await scheduler.Run(async () =>
        {
            for (int turn = 0; turn < 20; turn++)
            {
                await Go.Yield();
            }

            Volatile.Write(ref isStopped, 1);
        });
        await computing;
        Console.WriteLine("taken turns");

        """;

    public TestContext TestContext { get; set; } = null!;

    private CancellationToken Cancellation => TestContext.CancellationToken;

    [TestMethod]
    [Timeout(TimeoutMs)]
    public async Task Package_PropertySet_WeavesWhatIsBuiltAndPublished()
    {
        using PackedFeed feed = await PackedFeed.CreateAsync(["Build"], Cancellation);
        string project = await feed.CreateConsumerAsync("woven", Program, ["Goroutines.Build"], Cancellation);
        string built = Path.Combine(project, "bin", "Release", "net10.0", "woven.dll");

        await BuildAsync(feed, project, "false");
        Assert.IsFalse(IsWoven(built), "Woven without being asked to.");

        await BuildAsync(feed, project, "true");
        Assert.IsTrue(IsWoven(built), "Not woven.");
        DateTime time = File.GetLastWriteTimeUtc(built);
        await BuildAsync(feed, project, "true");
        Assert.AreEqual(time, File.GetLastWriteTimeUtc(built), "Nothing had changed.");
        ChildProcess run = await feed.DotnetAsync([built], Cancellation);
        Assert.AreEqual("taken turns", run.Output.Trim());

        await File.AppendAllTextAsync(Path.Combine(project, "Program.cs"), "// Changed.\n", Cancellation);
        string published = Path.Combine(project, "published");
        await feed.DotnetAsync(["publish", project, "-p:GoCheckpoints=true", "--output", published], Cancellation);
        Assert.IsTrue(IsWoven(Path.Combine(published, "woven.dll")), "Not woven after a change, or not where it was published.");
        Assert.IsFalse(File.Exists(Path.Combine(published, "Mono.Cecil.dll")), "The build's own tools were published.");
        Assert.IsFalse(File.Exists(Path.Combine(published, "Goroutines.Build.dll")), "The build's own tools were published.");

        await BuildAsync(feed, project, "false");
        Assert.IsFalse(IsWoven(built), "Still woven when it was no longer asked for.");
    }

    private static bool IsWoven(string assembly)
    {
        using ModuleDefinition module = ModuleDefinition.ReadModule(assembly);
        return module.GetType(AssemblyWeaver.MarkerType) is not null;
    }

    private async Task BuildAsync(PackedFeed feed, string project, string checkpoints) => await feed.DotnetAsync(
        [
            "build", project, "--configuration", "Release", $"-p:GoCheckpoints={checkpoints}",
            "-p:TreatWarningsAsErrors=true", "-p:WarningsNotAsErrors=NU1900",
        ],
        Cancellation);
}
