using System;
using System.Collections.Generic;
using Goroutines.Internal.Primitives;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Goroutines.Tests.Options;

/// <summary>The default processor count, from made-up /proc and /sys files.</summary>
[TestClass]
public sealed class ProcessorLimitTests
{
    private const string Version2 = "0::/app";
    private const string Version2Mount = "30 23 0:26 / /sys/fs/cgroup rw,nosuid - cgroup2 cgroup2 rw";

    [TestMethod, Timeout(5_000)]
    [DataRow("300000 100000", 3, DisplayName = "a whole quota")]
    [DataRow("350000 100000", 4, DisplayName = "rounds up")]
    [DataRow("100000 100000", 2, DisplayName = "no less than two")]
    [DataRow("10000 100000", 2, DisplayName = "a small part of one is two as well")]
    [DataRow("800000 100000", 8, DisplayName = "as many as there are")]
    [DataRow("900000 100000", 8, DisplayName = "more than there are")]
    [DataRow("max 100000", 8, DisplayName = "no quota")]
    [DataRow("nonsense", 8, DisplayName = "not a quota")]
    public void Compute_Version2_IsTheRoundedQuota(string cpuMax, int expected) =>
        Assert.AreEqual(expected, Compute("ff", Version2, Version2Mount, ("/sys/fs/cgroup/app/cpu.max", cpuMax)));

    [TestMethod, Timeout(5_000)]
    [DataRow("300000", "100000", 3)]
    [DataRow("250000", "100000", 3)]
    [DataRow("-1", "100000", 8)]
    [DataRow("50000", "100000", 2)]
    [DataRow("300000", "0", 8)]
    public void Compute_Version1_IsTheRoundedQuota(string quota, string period, int expected) => Assert.AreEqual(expected, Compute(
        "ff",
        "5:cpuset:/app\n4:cpu,cpuacct:/app",
        "31 23 0:27 / /sys/fs/cgroup/cpu,cpuacct rw - cgroup cgroup rw,cpu,cpuacct",
        ("/sys/fs/cgroup/cpu,cpuacct/app/cpu.cfs_quota_us", quota),
        ("/sys/fs/cgroup/cpu,cpuacct/app/cpu.cfs_period_us", period)));

    [TestMethod, Timeout(5_000)]
    public void Compute_ParentHasLess_TakesTheParents() => Assert.AreEqual(3, Compute(
        "ff", "0::/parent/child", Version2Mount,
        ("/sys/fs/cgroup/parent/child/cpu.max", "600000 100000"),
        ("/sys/fs/cgroup/parent/cpu.max", "300000 100000")));

    [TestMethod, Timeout(5_000)]
    public void Compute_MountBelowARoot_FindsTheGroupUnderIt() => Assert.AreEqual(3, Compute(
        "ff", "0::/docker/abc", "30 23 0:26 /docker/abc /sys/fs/cgroup ro - cgroup2 cgroup2 rw",
        ("/sys/fs/cgroup/cpu.max", "300000 100000")));

    [TestMethod, Timeout(5_000)]
    [DataRow("1", 1)]
    [DataRow("5", 2)]
    [DataRow("0000,00000003", 2)]
    [DataRow("ffffffff,ffffffff", 64)]
    public void Compute_AffinityMask_CountsItsBits(string mask, int expected) =>
        Assert.AreEqual(expected, Compute(mask, string.Empty, string.Empty));

    [TestMethod, Timeout(5_000)]
    public void Compute_OneProcessorAndASmallQuota_IsOne() =>
        Assert.AreEqual(1, Compute("1", Version2, Version2Mount, ("/sys/fs/cgroup/app/cpu.max", "50000 100000")));

    [TestMethod, Timeout(5_000)]
    public void Compute_NothingReadable_IsTheFallback() =>
        Assert.AreEqual(6, new ProcessorLimit(_ => null).Compute(fallbackCount: 6));

    [TestMethod, Timeout(5_000)]
    public void Current_ThisProcess_IsWithinItsProcessors()
    {
        Assert.IsGreaterThanOrEqualTo(1, ProcessorLimit.Current);
        Assert.IsLessThanOrEqualTo(4_096, ProcessorLimit.Current);
    }

    private static int Compute(string mask, string cgroup, string mounts, params (string Path, string Text)[] files)
    {
        var texts = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["/proc/self/status"] = $"Name:\ttest\nCpus_allowed:\t{mask}\nCpus_allowed_list:\t0\n",
            ["/proc/self/cgroup"] = cgroup + "\n",
            ["/proc/self/mountinfo"] = "22 1 8:1 / / rw - ext4 /dev/root rw\n" + mounts + "\n",
        };
        foreach ((string path, string text) in files)
        {
            texts[path] = text + "\n";
        }

        return new ProcessorLimit(texts.GetValueOrDefault).Compute(fallbackCount: 99);
    }
}
