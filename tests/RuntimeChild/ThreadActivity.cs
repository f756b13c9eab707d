using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;

namespace Goroutines.RuntimeChild;

/// <summary>Context switches and processor time of a thread of this process so far, as Linux counts them.</summary>
internal readonly record struct ThreadActivity(long SwitchCount, long CpuTicks)
{
    /// <summary>Reads the threads whose names start so, by their ids.</summary>
    public static Dictionary<string, ThreadActivity> Read(string namePrefix)
    {
        var threads = new Dictionary<string, ThreadActivity>();
        foreach (string folder in Directory.GetDirectories("/proc/self/task"))
        {
            try
            {
                if (File.ReadAllText(Path.Combine(folder, "comm")).StartsWith(namePrefix, StringComparison.Ordinal))
                {
                    threads[folder] = new ThreadActivity(ReadSwitchCount(folder), ReadCpuTicks(folder));
                }
            }
            catch (IOException)
            {
                // The thread ended while the folder was listed.
            }
        }

        return threads;
    }

    // Voluntary and involuntary ones have a line each.
    private static long ReadSwitchCount(string folder) => File.ReadLines(Path.Combine(folder, "status"))
        .Where(line => line.Contains("voluntary_ctxt_switches", StringComparison.Ordinal))
        .Sum(line => long.Parse(line.AsSpan(line.IndexOf(':', StringComparison.Ordinal) + 1), CultureInfo.InvariantCulture));

    // The name in parentheses may hold spaces; after it come the fields from the third on, of which these are 14 and 15.
    private static long ReadCpuTicks(string folder)
    {
        string stat = File.ReadAllText(Path.Combine(folder, "stat"));
        string[] fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        return long.Parse(fields[11], CultureInfo.InvariantCulture) + long.Parse(fields[12], CultureInfo.InvariantCulture);
    }
}
