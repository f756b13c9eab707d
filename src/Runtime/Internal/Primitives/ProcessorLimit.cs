using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Numerics;

namespace Goroutines.Internal.Primitives;

/// <summary>How many processors this process may use: CPUs, affinity mask and the CPU quota of its control groups.</summary>
/// <remarks>
/// The rule is that of Go 1.25 (runtime/cgroup_linux.go, GOMAXPROCS): min(affinity, max(2, ceil(quota))). Two is the least
/// a quota leads to, because one processor alone cannot overlap anything. Unlike Go, quotas of the parent groups count too.
/// </remarks>
internal sealed class ProcessorLimit
{
    private readonly Func<string, string?> _readFile;

    /// <param name="readFile">Returns a file's text, or null when it cannot be read.</param>
    public ProcessorLimit(Func<string, string?> readFile) => _readFile = readFile;

    /// <summary>Gets the limit of this process, 1 or more.</summary>
    public static int Current
    {
        get
        {
            bool isOverridden = Environment.GetEnvironmentVariable("DOTNET_PROCESSOR_COUNT") is { Length: > 0 };
            return isOverridden || !OperatingSystem.IsLinux()
                ? Environment.ProcessorCount
                : new ProcessorLimit(ReadFile).Compute(Environment.ProcessorCount);
        }
    }

    /// <summary>Returns the limit that the files of /proc and /sys tell.</summary>
    /// <param name="fallbackCount">The count to use when the affinity mask cannot be read.</param>
    public int Compute(int fallbackCount)
    {
        int affinityCount = ReadAffinityCount() ?? fallbackCount;
        double quota = ReadQuota();
        int quotaCount = quota >= affinityCount ? affinityCount : Math.Max(2, (int)Math.Ceiling(quota));
        return Math.Max(1, Math.Min(affinityCount, quotaCount));
    }

    /// <summary>Returns the smallest quota in processors over the groups of this process; infinity when there is none.</summary>
    public double ReadQuota()
    {
        double quota = double.PositiveInfinity;
        foreach (CgroupFolder folder in FindCpuFolders())
        {
            for (string path = folder.Path; ; path = path[..path.LastIndexOf('/')])
            {
                quota = Math.Min(quota, folder.IsVersion2 ? ReadVersion2(path) : ReadVersion1(path));
                if (path.Length <= folder.MountPoint.Length || path.LastIndexOf('/') <= 0)
                {
                    break;
                }
            }
        }

        return quota;
    }

    private static string? ReadFile(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // No such group or no right to look: then it sets no limit that could be known.
            return null;
        }
    }

    private int? ReadAffinityCount()
    {
        const string Key = "Cpus_allowed:";
        foreach (string line in Lines("/proc/self/status"))
        {
            if (line.StartsWith(Key, StringComparison.Ordinal))
            {
                int count = 0;
                foreach (char digit in line.AsSpan(Key.Length).Trim())
                {
                    count += char.IsAsciiHexDigit(digit) ? BitOperations.PopCount((uint)Convert.ToInt32(digit.ToString(), 16)) : 0;
                }

                return count > 0 ? count : null;
            }
        }

        return null;
    }

    private double ReadVersion2(string path)
    {
        string[]? words = _readFile(path + "/cpu.max")?.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return words is [var quota, var period] ? Divide(quota, period) : double.PositiveInfinity;
    }

    private double ReadVersion1(string path) =>
        Divide(_readFile(path + "/cpu.cfs_quota_us"), _readFile(path + "/cpu.cfs_period_us"));

    private static double Divide(string? quotaText, string? periodText)
    {
        bool isLimited = long.TryParse(quotaText, NumberStyles.Integer, CultureInfo.InvariantCulture, out long quota)
            & long.TryParse(periodText, NumberStyles.Integer, CultureInfo.InvariantCulture, out long period);
        return isLimited && quota > 0 && period > 0 ? (double)quota / period : double.PositiveInfinity;
    }

    // Joins the group paths of /proc/self/cgroup with the mount points of /proc/self/mountinfo.
    private IEnumerable<CgroupFolder> FindCpuFolders()
    {
        foreach (string line in Lines("/proc/self/cgroup"))
        {
            string[] parts = line.Split(':', 3);
            if (parts.Length < 3)
            {
                continue;
            }

            bool isVersion2 = parts[0] == "0" && parts[1].Length == 0;
            if (!isVersion2 && Array.IndexOf(parts[1].Split(','), "cpu") < 0)
            {
                continue;
            }

            if (FindMount(isVersion2) is var (root, mountPoint))
            {
                // Inside a container the group's path may be that of the host; the mount shows the part below its root.
                string path = parts[2].StartsWith(root, StringComparison.Ordinal) ? parts[2][root.Length..] : parts[2];
                yield return new CgroupFolder(mountPoint, (mountPoint + "/" + path.Trim('/')).TrimEnd('/'), isVersion2);
            }
        }
    }

    private (string Root, string MountPoint)? FindMount(bool isVersion2)
    {
        foreach (string line in Lines("/proc/self/mountinfo"))
        {
            // 36 35 98:0 /root /mount/point options optional - type source super-options
            int dash = line.IndexOf(" - ", StringComparison.Ordinal);
            string[] before = dash < 0 ? [] : line[..dash].Split(' ');
            string[] after = dash < 0 ? [] : line[(dash + 3)..].Split(' ');
            if (before.Length < 5 || after.Length < 3)
            {
                continue;
            }

            bool isWanted = isVersion2 ? after[0] == "cgroup2" : after[0] == "cgroup" && Array.IndexOf(after[2].Split(','), "cpu") >= 0;
            if (isWanted)
            {
                return (before[3].TrimEnd('/'), before[4]);
            }
        }

        return null;
    }

    private string[] Lines(string path) => _readFile(path)?.Split('\n') ?? [];

    private readonly record struct CgroupFolder(string MountPoint, string Path, bool IsVersion2);
}
