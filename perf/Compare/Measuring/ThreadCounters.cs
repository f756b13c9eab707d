using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;

namespace Goroutines.Compare.Measuring;

/// <summary>Context switches and processor time of some of this process's threads, as Linux counts them.</summary>
internal readonly record struct ThreadCounters(int ThreadCount, long ContextSwitches, long CpuTicks)
{
    private const string TaskDirectory = "/proc/self/task";

    /// <summary>Reads the counters of every thread whose name is wanted.</summary>
    /// <exception cref="PlatformNotSupportedException">The system has no /proc/self/task.</exception>
    public static Dictionary<string, ThreadCounters> Read(Func<string, bool> isWanted)
    {
        if (!Directory.Exists(TaskDirectory))
        {
            throw new PlatformNotSupportedException($"This row reads {TaskDirectory}, which only Linux has.");
        }

        var counters = new Dictionary<string, ThreadCounters>();
        foreach (string directory in Directory.GetDirectories(TaskDirectory))
        {
            try
            {
                if (isWanted(File.ReadAllText(Path.Combine(directory, "comm")).TrimEnd('\n')))
                {
                    counters[directory] = ReadThread(directory);
                }
            }
            catch (IOException)
            {
                // The thread ended while it was being read.
            }
        }

        return counters;
    }

    /// <summary>Returns what was added since an earlier reading; threads that are new count in full.</summary>
    public static ThreadCounters Difference(
        Dictionary<string, ThreadCounters> before, Dictionary<string, ThreadCounters> after)
    {
        long switches = 0;
        long ticks = 0;
        foreach ((string thread, ThreadCounters now) in after)
        {
            ThreadCounters then = before.GetValueOrDefault(thread);
            switches += now.ContextSwitches - then.ContextSwitches;
            ticks += now.CpuTicks - then.CpuTicks;
        }

        return new ThreadCounters(after.Count, switches, ticks);
    }

    private static ThreadCounters ReadThread(string directory)
    {
        long switches = File.ReadLines(Path.Combine(directory, "status"))
            .Where(line => line.Contains("ctxt_switches", StringComparison.Ordinal))
            .Sum(line => long.Parse(line.AsSpan(line.IndexOf(':') + 1), CultureInfo.InvariantCulture));

        // The name in parentheses may itself hold spaces; the fields after it are counted from the third on.
        string stat = File.ReadAllText(Path.Combine(directory, "stat"));
        string[] fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        long ticks = long.Parse(fields[11], CultureInfo.InvariantCulture)
            + long.Parse(fields[12], CultureInfo.InvariantCulture);
        return new ThreadCounters(1, switches, ticks);
    }
}
