using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Goroutines.Compare.Measuring;
using Goroutines.Compare.Workloads;

namespace Goroutines.Compare.Running;

/// <summary>The same workloads written in Go: built once per comparison, if there is a Go toolchain.</summary>
internal static class GoPeer
{
    private const string Tool = "go";

    public static bool IsAvailable { get; } = (Environment.GetEnvironmentVariable("PATH") ?? "")
        .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
        .Any(directory => File.Exists(Path.Combine(directory, OperatingSystem.IsWindows() ? Tool + ".exe" : Tool)));

    /// <summary>Builds the program; returns its path, or the reason why there is none.</summary>
    public static async Task<(string? Path, string? Failure)> BuildAsync(CancellationToken cancellationToken)
    {
        if (!IsAvailable)
        {
            return (null, "'go' is not on the PATH");
        }

        string root = Repository.FindRoot();
        string program = Path.Combine(root, "artifacts", "compare", OperatingSystem.IsWindows() ? "peer.exe" : "peer");
        var startInfo = new ProcessStartInfo(Tool, ["build", "-buildvcs=false", "-o", program, "."])
        {
            WorkingDirectory = Path.Combine(root, "perf", "peers", "go"),
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        if (!Directory.Exists(startInfo.WorkingDirectory))
        {
            return (null, "perf/peers/go was not found; run the program from a checkout");
        }

        using Process process = Process.Start(startInfo)!;
        string error = await process.StandardError.ReadToEndAsync(cancellationToken);
        await process.WaitForExitAsync(cancellationToken);
        return process.ExitCode == 0 ? (program, null) : (null, "'go build' failed: " + error.Trim().ReplaceLineEndings(" "));
    }

    public static IEnumerable<string> Command(string program, Workload workload, Scale scale) =>
        [program, workload.FullName, scale == Scale.Quick ? "quick" : "full"];
}
