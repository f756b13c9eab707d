using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.RegularExpressions;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Goroutines.IntegrationTests;

[TestClass]
public sealed partial class ReadmeTests
{
    [TestMethod]
    [Timeout(60_000)]
    public void Readme_Program_IsTheHelloSampleByteForByte()
    {
        string sample = File.ReadAllText(Repository.PathOf("samples", "HelloGoroutines", "Program.cs"));

        Assert.AreEqual(sample, Readme.ShownProgram);
        Assert.IsLessThanOrEqualTo(15, sample.TrimEnd('\n').Split('\n').Length, "The README promises a short program.");
    }

    [TestMethod]
    [Timeout(60_000)]
    public void Readme_Links_LeadToFiles()
    {
        string readme = File.ReadAllText(Repository.PathOf("README.md"));

        List<string> dead = [.. Link().Matches(readme)
            .Select(link => link.Groups["target"].Value)
            .Where(target => !target.Contains("://", StringComparison.Ordinal))
            .Where(target => !Path.Exists(Repository.PathOf(target.Split('#')[0])))];

        Assert.IsEmpty(dead, string.Join(", ", dead));
    }

    [TestMethod]
    [Timeout(60_000)]
    public void SamplesPage_EverySample_IsOnIt()
    {
        string page = File.ReadAllText(Repository.PathOf("docs", "samples.md"));

        foreach (string folder in Directory.GetDirectories(Repository.PathOf("samples")))
        {
            Assert.Contains($"## {Path.GetFileName(folder)}\n", page);
        }
    }

    [GeneratedRegex(@"\]\((?<target>[^)]+)\)")]
    private static partial Regex Link();
}
