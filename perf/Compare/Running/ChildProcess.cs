using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Reflection;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;
using Goroutines.Compare.Measuring;

namespace Goroutines.Compare.Running;

/// <summary>What came of one turn: an output, or the reason why there is none.</summary>
internal sealed record Turn(ChildOutput? Output, string? Failure);

/// <summary>Runs a child process to its end or to its time limit.</summary>
internal static class ChildProcess
{
    private static readonly TimeSpan s_timeLimit = TimeSpan.FromSeconds(120);

    /// <summary>Returns the command line by which this program starts itself again.</summary>
    public static IReadOnlyList<string> OwnCommand()
    {
        string executable = Environment.ProcessPath
            ?? throw new InvalidOperationException("The path of this program is unknown.");
        bool isHost = Path.GetFileNameWithoutExtension(executable).Equals("dotnet", StringComparison.OrdinalIgnoreCase);
        return isHost ? [executable, Assembly.GetExecutingAssembly().Location] : [executable];
    }

    public static async Task<Turn> RunAsync(IEnumerable<string> command, CancellationToken cancellationToken)
    {
        string[] words = [.. command];
        var startInfo = new ProcessStartInfo(words[0], words.Skip(1))
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        using Process process = Process.Start(startInfo)
            ?? throw new InvalidOperationException($"{words[0]} could not be started.");
        Task<string> output = process.StandardOutput.ReadToEndAsync(CancellationToken.None);
        Task<string> error = process.StandardError.ReadToEndAsync(CancellationToken.None);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(s_timeLimit);
        try
        {
            await process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync(CancellationToken.None);
            cancellationToken.ThrowIfCancellationRequested();
            return new Turn(null, $"not finished after {s_timeLimit.TotalSeconds} s");
        }

        return process.ExitCode == 0
            ? Parse(await output)
            : new Turn(null, $"exit code {process.ExitCode}: {FindReason(await error)}");
    }

    private static Turn Parse(string output)
    {
        try
        {
            ChildOutput? parsed = JsonSerializer.Deserialize<ChildOutput>(LastLine(output), JsonSerializerOptions.Web);
            return parsed?.Metrics is null
                ? new Turn(null, "the output has no metrics")
                : new Turn(parsed, null);
        }
        catch (JsonException e)
        {
            return new Turn(null, $"the output cannot be read: {e.Message}");
        }
    }

    // An unhandled exception is reported by the runtime on the line that starts so; else the last line says it.
    private static string FindReason(string error)
    {
        string? unhandled = error.Split('\n').FirstOrDefault(
            line => line.StartsWith("Unhandled exception.", StringComparison.Ordinal));
        string reason = unhandled ?? LastLine(error);
        return reason.Length == 0 ? "nothing on the standard error" : reason.Trim();
    }

    private static string LastLine(string text) =>
        text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).LastOrDefault() ?? "";
}
