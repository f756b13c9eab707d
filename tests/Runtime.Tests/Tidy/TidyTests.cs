using System;
using System.Collections.Generic;
using System.Linq;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Goroutines.Tests.Tidy;

/// <summary>The house rules of CONTRIBUTING.md that matter most, checked against the whole working tree.</summary>
[TestClass]
public sealed class TidyTests
{
    private static readonly string[] s_codeFolders = ["src", "tests", "perf", "samples"];

    private static IReadOnlyList<SourceFile> s_files = [];

    [ClassInitialize]
    public static void ReadRepository(TestContext context) => s_files = Repository.ReadAll();

    [TestMethod]
    [Timeout(60_000, CooperativeCancellation = true)]
    public void Repository_Read_FindsTheSources()
    {
        // Without this a wrong root would make every other test here pass on nothing.
        string[] paths = s_files.Select(file => file.Path).ToArray();
        Assert.Contains("Directory.Packages.props", paths);
        Assert.Contains("src/Runtime/Runtime.csproj", paths);
        Assert.Contains("tests/Runtime.Tests/Tidy/TidyTests.cs", paths);
        Assert.IsNotEmpty(Under(FloorPlan.Folder));
    }

    [TestMethod]
    [Timeout(60_000, CooperativeCancellation = true)]
    public void Runtime_Names_PointToLowerFloorsOnly()
    {
        SourceFile[] files = Under(FloorPlan.Folder);
        FloorPlan plan = new(files);
        AssertClean(files.SelectMany(plan.Check));
    }

    [TestMethod]
    [Timeout(60_000, CooperativeCancellation = true)]
    public void Partners_Names_ArePublicOnes()
    {
        AssertClean(Under("src/Integration").SelectMany(TidyRules.CheckPartner));
        AssertClean(s_files.Where(file => file.IsUnder("src")).SelectMany(TidyRules.CheckFriends));
    }

    [TestMethod]
    [Timeout(60_000, CooperativeCancellation = true)]
    public void Files_Size_StaysReadable() => AssertClean(Under(s_codeFolders).SelectMany(TidyRules.CheckSize));

    [TestMethod]
    [Timeout(60_000, CooperativeCancellation = true)]
    public void Source_BannedCalls_None() => AssertClean(Under("src").SelectMany(TidyRules.CheckBans));

    [TestMethod]
    [Timeout(60_000, CooperativeCancellation = true)]
    public void Runtime_ThreadStatics_One() => AssertClean(TidyRules.CheckThreadStatics(Under(FloorPlan.Folder)));

    [TestMethod]
    [Timeout(60_000, CooperativeCancellation = true)]
    public void Source_Leftovers_None() => AssertClean(Under("src").SelectMany(TidyRules.CheckLeftovers));

    [TestMethod]
    [Timeout(60_000, CooperativeCancellation = true)]
    public void Code_EmptyCatchBlocks_None() =>
        AssertClean(Under(s_codeFolders).SelectMany(TidyRules.CheckCatchBlocks));

    [TestMethod]
    [Timeout(60_000, CooperativeCancellation = true)]
    public void Repository_MachinePaths_None() => AssertClean(s_files.SelectMany(TidyRules.CheckMachinePaths));

    private static SourceFile[] Under(params string[] folders) =>
        s_files.Where(file => file.IsCSharp && folders.Any(file.IsUnder)).ToArray();

    private static void AssertClean(IEnumerable<string> problems)
    {
        string[] found = problems.ToArray();
        Assert.IsEmpty(found, Environment.NewLine + string.Join(Environment.NewLine, found));
    }
}
