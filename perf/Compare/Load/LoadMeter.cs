using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text.Json;
using Goroutines.Compare.Measuring;
using Goroutines.Compare.Running;

namespace Goroutines.Compare.Load;

/// <summary>Lets the load generator loose on a server in this process, and measures what the requests cost here.</summary>
internal static class LoadMeter
{
    public const string Rate = "";
    public const string Median = "p50";
    public const string High = "p99";
    public const string ServerCpu = "server CPU";
    public const string Switches = "switches";

    public static string DescribeSize(int connectionCount, Scale scale) =>
        $"{connectionCount} {(connectionCount == 1 ? "connection" : "connections")}, "
        + $"{WindowCount(scale)} × {WindowMs(scale) / 1_000.0:0.#} s";

    public static IReadOnlyList<Metric> Measure(LoadKind kind, int port, int connectionCount, Scale scale)
    {
        using Process client = Start(kind, port, connectionCount, scale);
        var windows = new List<(LoadWindow Seen, double CpuUs, long Switches)>();
        _ = ReadWindow(client);
        (TimeSpan Cpu, long Switches) before = Sample();
        for (int window = 0; window < WindowCount(scale); window++)
        {
            LoadWindow seen = ReadWindow(client);
            (TimeSpan Cpu, long Switches) now = Sample();
            windows.Add((seen, (now.Cpu - before.Cpu).TotalMicroseconds, now.Switches - before.Switches));
            before = now;
        }

        client.WaitForExit();
        return
        [
            new Metric(Rate, [.. windows.Select(window => window.Seen.RequestCount / window.Seen.Seconds)]),
            new Metric(Median, [.. windows.Select(window => window.Seen.MedianUs)]),
            new Metric(High, [.. windows.Select(window => window.Seen.HighUs)]),
            new Metric(ServerCpu, [.. windows.Select(window => window.CpuUs / window.Seen.RequestCount)]),
            new Metric(Switches, [.. windows.Select(window => (double)window.Switches / window.Seen.RequestCount)]),
        ];
    }

    private static int WindowCount(Scale scale) => scale == Scale.Quick ? 2 : 5;

    private static int WindowMs(Scale scale) => scale == Scale.Quick ? 1_000 : 2_000;

    // Long enough for the JIT to have put in optimised code, which it does in the background.
    private static int WarmMs(Scale scale) => scale == Scale.Quick ? 2_000 : 4_000;

    private static Process Start(LoadKind kind, int port, int connectionCount, Scale scale)
    {
        int[] numbers = [port, connectionCount, WarmMs(scale), WindowMs(scale), WindowCount(scale)];
        string[] command =
        [
            .. ChildProcess.OwnCommand(), LoadClient.CommandName, kind.ToString(),
            .. numbers.Select(number => number.ToString(CultureInfo.InvariantCulture)),
        ];

        // Its error output is this process's own, which the parent reads.
        return Process.Start(new ProcessStartInfo(command[0], command.Skip(1)) { RedirectStandardOutput = true, UseShellExecute = false })
            ?? throw new InvalidOperationException("The load generator could not be started.");
    }

    private static LoadWindow ReadWindow(Process client) => client.StandardOutput.ReadLine() is string line
        ? JsonSerializer.Deserialize<LoadWindow>(line, JsonSerializerOptions.Web)!
        : throw new IOException("The load generator ended before its time.");

    private static (TimeSpan Cpu, long Switches) Sample() => (
        Environment.CpuUsage.TotalTime,
        ThreadCounters.Read(static _ => true).Values.Sum(thread => thread.ContextSwitches));
}
