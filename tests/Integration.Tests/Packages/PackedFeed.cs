using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Threading;
using System.Threading.Tasks;

namespace Goroutines.IntegrationTests;

/// <summary>Packs the library into a folder of its own, and makes projects that install it from there.</summary>
/// <remarks>
/// The version is new in every run and the packages unpack into a folder of their own, so that neither an older package
/// nor one left behind by another run can be what is tested. Everything else is taken from the packages the build of this
/// repository has restored already, or from the default source.
/// </remarks>
internal sealed class PackedFeed : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("goroutines-consumer-").FullName;
    private readonly Dictionary<string, string> _environment;

    private PackedFeed()
    {
        _environment = new Dictionary<string, string>
        {
            ["NUGET_PACKAGES"] = Path.Combine(_folder, "unpacked"),
            ["MSBUILDDISABLENODEREUSE"] = "1",
            ["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1",
        };
    }

    private string Version { get; } = $"0.0.1-consumer.{Environment.ProcessId}.{Stopwatch.GetTimestamp()}";

    private string PackageFolder => Path.Combine(_folder, "feed");

    /// <summary>Packs Goroutines, and some packages of those that go with it.</summary>
    /// <param name="partners">The folders in src/Integration.</param>
    /// <param name="cancellationToken">Ends the commands.</param>
    /// <returns>The feed, to be disposed.</returns>
    public static async Task<PackedFeed> CreateAsync(IEnumerable<string> partners, CancellationToken cancellationToken)
    {
        var feed = new PackedFeed();
        try
        {
            await feed.PackAsync(Repository.PathOf("src", "Runtime", "Runtime.csproj"), cancellationToken);
            foreach (string partner in partners)
            {
                await feed.PackAsync(Repository.PathOf("src", "Integration", partner, $"{partner}.csproj"), cancellationToken);
            }

            await feed.WriteNuGetConfigAsync(cancellationToken);
            return feed;
        }
        catch
        {
            feed.Dispose();
            throw;
        }
    }

    /// <summary>Makes a console project the way a user does, installs the packages and puts in a program.</summary>
    /// <returns>The project's folder.</returns>
    public async Task<string> CreateConsumerAsync(
        string name, string program, IEnumerable<string> packages, CancellationToken cancellationToken)
    {
        string folder = Path.Combine(_folder, name);
        await DotnetAsync(["new", "console", "--name", name, "--output", folder, "--no-restore"], cancellationToken);
        foreach (string package in packages)
        {
            await DotnetAsync(
                ["add", Path.Combine(folder, $"{name}.csproj"), "package", package, "--version", Version],
                cancellationToken);
        }

        await File.WriteAllTextAsync(Path.Combine(folder, "Program.cs"), program, cancellationToken);
        return folder;
    }

    /// <summary>Runs the dotnet command in the folder of the feed, with its settings.</summary>
    public async Task<ChildProcess> DotnetAsync(IEnumerable<string> arguments, CancellationToken cancellationToken)
    {
        ChildProcess run = await ChildProcess.RunAsync(
            ChildProcess.Dotnet, arguments, _folder, _environment, cancellationToken);
        return run.MustSucceed();
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private async Task PackAsync(string project, CancellationToken cancellationToken)
    {
        // Intermediate files apart as well: a build of the repository may be running.
        ChildProcess run = await ChildProcess.RunAsync(
            ChildProcess.Dotnet,
            [
                "pack", project, "--configuration", "Release", "--output", PackageFolder,
                $"-p:Version={Version}", $"-p:ArtifactsPath={Path.Combine(_folder, "artifacts")}",
            ],
            Repository.Root,
            new Dictionary<string, string> { ["MSBUILDDISABLENODEREUSE"] = "1" },
            cancellationToken);
        run.MustSucceed();
    }

    private async Task WriteNuGetConfigAsync(CancellationToken cancellationToken)
    {
        ChildProcess locals = await ChildProcess.RunAsync(
            ChildProcess.Dotnet,
            ["nuget", "locals", "global-packages", "--list", "--force-english-output"],
            Repository.Root,
            environment: null,
            cancellationToken);
        string restoredPackages = locals.MustSucceed().Output.Split(':', 2)[1].Trim();

        // Sources add to those of the user; only the packed ones come from this one.
        await File.WriteAllTextAsync(
            Path.Combine(_folder, "nuget.config"),
            $"""
            <configuration>
              <packageSources>
                <add key="packed" value="{PackageFolder}" />
              </packageSources>
              <fallbackPackageFolders>
                <add key="restored" value="{restoredPackages}" />
              </fallbackPackageFolders>
            </configuration>
            """,
            cancellationToken);
    }
}
