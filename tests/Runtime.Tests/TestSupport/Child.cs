using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Goroutines.Tests.TestSupport;

/// <summary>A finished run of tests/RuntimeChild.</summary>
public sealed record Child(int ExitCode, string Output, string Errors)
{
    /// <summary>Runs a mode of the program to its end.</summary>
    public static async Task<Child> RunAsync(IReadOnlyDictionary<string, string>? environment, params string[] arguments)
    {
        // A program that dies of an unhandled exception must not leave a dump behind.
        var start = new ProcessStartInfo(FindDotnet(), [FindProgram(), .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["DOTNET_DbgEnableMiniDump"] = "0" },
        };
        foreach ((string name, string value) in environment ?? new Dictionary<string, string>())
        {
            start.Environment[name] = value;
        }

        using Process process = Process.Start(start) ?? throw new InvalidOperationException("The child did not start.");
        using var limit = new CancellationTokenSource(Patience.Limit);
        try
        {
            Task<string> output = process.StandardOutput.ReadToEndAsync(limit.Token);
            Task<string> errors = process.StandardError.ReadToEndAsync(limit.Token);
            await process.WaitForExitAsync(limit.Token);
            return new Child(process.ExitCode, (await output).Trim(), await errors);
        }
        catch (OperationCanceledException)
        {
            throw new AssertFailedException($"The child did not end: {string.Join(' ', arguments)}.");
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }
    }

    public void AssertSucceeded(string output)
    {
        Assert.AreEqual(0, ExitCode, Errors);
        Assert.AreEqual(output, Output);
    }

    /// <summary>Asserts that the process was ended by an exception nobody caught.</summary>
    public void AssertDiedOf(string message)
    {
        Assert.IsTrue(ExitCode is not (0 or 2 or 3), $"Exit code {ExitCode}. {Errors}");
        Assert.Contains("Unhandled exception", Errors);
        Assert.Contains(message, Errors);
    }

    // The tests may run under their own executable, so the command is found from the runtime they run on.
    private static string FindDotnet()
    {
        string runtime = Path.GetDirectoryName(typeof(object).Assembly.Location)!;
        string root = Path.GetFullPath(Path.Combine(runtime, "..", "..", ".."));
        return Path.Combine(root, OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet");
    }

    // The output folders of all projects lie side by side, each with one folder a configuration.
    private static string FindProgram()
    {
        var own = new DirectoryInfo(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory));
        return Path.Combine(own.Parent!.Parent!.FullName, "RuntimeChild", own.Name, "RuntimeChild.dll");
    }
}
