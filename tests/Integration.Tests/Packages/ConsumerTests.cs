using System;
using System.Collections.Generic;
using System.IO;
using System.Threading.Tasks;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Goroutines.IntegrationTests;

/// <summary>
/// Goal: what a user installs works, also trimmed and compiled ahead of time, without a warning from either tool.
/// Method: pack, make a fresh project outside the repository, install, publish, run.
/// </summary>
[TestClass]
[TestCategory("Consumer")]
public sealed class ConsumerTests
{
    private const int TimeoutMs = 600_000;

    private const string HostedProgram =
        """
        using System;
        using System.Collections.Generic;
        using System.Threading;
        using System.Threading.Tasks;
        using Goroutines;
        using Goroutines.Actors;
        using Microsoft.Extensions.Configuration;
        using Microsoft.Extensions.DependencyInjection;
        using Microsoft.Extensions.Hosting;

        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["GoScheduler:ProcessorCount"] = "3",
            ["GoScheduler:jobs:ProcessorCount"] = "2",
        });
        builder.Services.AddGoScheduler();
        builder.Services.AddGoScheduler("jobs").AddActor<Adder, Number>("adder");

        using IHost host = builder.Build();
        await host.StartAsync();
        GoScheduler shared = host.Services.GetRequiredService<GoScheduler>();
        GoScheduler jobs = host.Services.GetRequiredKeyedService<GoScheduler>("jobs");
        int sum = await shared.Run(async () => 20 + await jobs.Run(() => 22));
        IActorRef<Number> adder = host.Services.GetRequiredKeyedService<IActorRef<Number>>("adder");
        await adder.TellAsync(new Number(-1, null)); // It fails, and a Polly pipeline restarts it.
        sum += await adder.AskAsync<int>(reply => new Number(sum, reply));
        await host.StopAsync();
        Console.WriteLine($"{shared.Name} {shared.ProcessorCount}, {jobs.Name} {jobs.ProcessorCount}, sum {sum}");

        internal sealed record Number(int Value, Reply<int>? Reply);

        internal sealed class Adder : Actor<Number>
        {
            protected override ValueTask ReceiveAsync(Number message, CancellationToken cancellationToken)
            {
                ArgumentOutOfRangeException.ThrowIfNegative(message.Value);
                message.Reply?.TrySet(message.Value + 1);
                return default;
            }
        }

        """;

    private const string HostedOutput = "Goroutines 3, jobs 2, sum 85\n";

    private static PackedFeed? s_feed;
    private static string s_readmeProject = string.Empty;
    private static string s_hostedProject = string.Empty;

    public TestContext TestContext { get; set; } = null!;

    private static PackedFeed Feed => s_feed ?? throw new InvalidOperationException("Nothing was packed.");

    [ClassInitialize]
    [Timeout(TimeoutMs)]
    public static async Task PackAndInstallAsync(TestContext context)
    {
        s_feed = await PackedFeed.CreateAsync(["Hosting", "Actors"], context.CancellationToken);
        s_readmeProject = await s_feed.CreateConsumerAsync(
            "readme", Readme.ShownProgram, ["Goroutines"], context.CancellationToken);
        s_hostedProject = await s_feed.CreateConsumerAsync(
            "hosted", HostedProgram, ["Goroutines.Actors"], context.CancellationToken);
        await s_feed.DotnetAsync(
            ["add", s_hostedProject, "package", "Microsoft.Extensions.Hosting", "--version", "10.0.0"],
            context.CancellationToken);
    }

    [ClassCleanup]
    public static void RemoveFolders() => s_feed?.Dispose();

    [TestMethod]
    [Timeout(TimeoutMs)]
    public async Task Packages_ReadmeProgramInAFreshProject_Runs()
    {
        ChildProcess run = await Feed.DotnetAsync(
            ["run", "--project", s_readmeProject, "--configuration", "Release"], TestContext.CancellationToken);

        Assert.AreEqual(Readme.ShownOutput, run.Output.ReplaceLineEndings("\n"));
    }

    [TestMethod]
    [Timeout(TimeoutMs)]
    public async Task Packages_PublishedTrimmed_RunWithoutWarnings()
    {
        string[] trimmed = ["--self-contained", "-p:PublishTrimmed=true"];

        Assert.AreEqual(Readme.ShownOutput, await PublishAndRunAsync(s_readmeProject, "trimmed", trimmed));
        Assert.AreEqual(HostedOutput, await PublishAndRunAsync(s_hostedProject, "trimmed", trimmed));
    }

    [TestMethod]
    [Timeout(TimeoutMs)]
    public async Task Packages_PublishedAheadOfTime_RunWithoutWarnings()
    {
        if (await NativeToolchain.FindProblemAsync(TestContext.CancellationToken) is { } problem)
        {
            Assert.Inconclusive($"Not run: no native toolchain here. {problem}");
        }

        string[] aheadOfTime = ["-p:PublishAot=true"];

        Assert.AreEqual(Readme.ShownOutput, await PublishAndRunAsync(s_readmeProject, "native", aheadOfTime));
        Assert.AreEqual(HostedOutput, await PublishAndRunAsync(s_hostedProject, "native", aheadOfTime));
    }

    private async Task<string> PublishAndRunAsync(string project, string kind, IEnumerable<string> how)
    {
        string output = Path.Combine(project, "published", kind);
        await Feed.DotnetAsync(
            [
                "publish", project, "--configuration", "Release", "--output", output,
                "--use-current-runtime", .. how,
                "-p:TreatWarningsAsErrors=true", "-p:TrimmerSingleWarn=false", "-p:WarningsNotAsErrors=NU1900",
            ],
            TestContext.CancellationToken);

        string program = Path.Combine(output, Path.GetFileName(project));
        ChildProcess run = await ChildProcess.RunAsync(
            OperatingSystem.IsWindows() ? $"{program}.exe" : program,
            [],
            output,
            environment: null,
            TestContext.CancellationToken);
        return run.MustSucceed().Output.ReplaceLineEndings("\n");
    }
}
