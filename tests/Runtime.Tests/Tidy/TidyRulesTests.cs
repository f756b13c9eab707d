using System.Collections.Generic;
using System.Linq;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Goroutines.Tests.Tidy;

/// <summary>Plants violations and look-alikes: a checker that reports nothing proves nothing.</summary>
[TestClass]
public sealed class TidyRulesTests
{
    private const string Scheduling = "src/Runtime/Internal/Scheduling/Sample.cs";

    private static readonly SourceFile[] s_house =
    [
        Room("Internal.Primitives", "internal struct Padded { }"),
        Room("Internal.Work", "internal class WorkItem { private sealed class Entry { } }"),
        Room("Internal.Scheduling", "internal sealed class Core<T> where T : class { }"),
        Room("Sync", "public sealed class WaitGroup { } public delegate void Signal(int count);"),
        Room("Channels", "public abstract class Chan<T> where T : struct { }"),
        Room("", "public static class Go { } internal sealed class OnlyHereAttribute : System.Attribute { }"),
    ];

    [TestMethod]
    [Timeout(10_000, CooperativeCancellation = true)]
    [DataRow("Internal.Work", "using Goroutines.Internal.Scheduling; class X { }")]
    [DataRow("Internal.Work", "class X { Goroutines.Sync.WaitGroup w; }")]
    [DataRow("Internal.Work", "class X { global::Goroutines.Go g; }")]
    [DataRow("Internal.Work", "class X { Scheduling.Core<int> w; }", DisplayName = "relative name")]
    [DataRow("Internal.Work", "class X { void M(Go g) { } }", DisplayName = "root type without a dot")]
    [DataRow("Internal.Work", "[OnlyHere] class X { }")]
    [DataRow("Internal.Work", "class X { string M() => $\"{typeof(Go)}\"; }", DisplayName = "hole of a string")]
    [DataRow("Internal.Primitives", "using Goroutines.Internal.Work; class X { }")]
    [DataRow("Internal.Timers", "using Goroutines.Internal.Netpoll; class X { }", DisplayName = "same floor")]
    [DataRow("Sync", "class X { Chan<int> c; }")]
    [DataRow("Sync", "using static Goroutines.Channels.Chan; class X { }")]
    [DataRow("Internal.Parking", "class X { Signal s; }")]
    [DataRow("Internal.Primitives", "enum Rank { None } class X { Core<int> c; }", DisplayName = "behind an enum")]
    [DataRow("Tasks", "class X { }", DisplayName = "no such room")]
    public void FloorPlan_NameAbove_IsReported(string room, string body) => AssertReported(CheckRoom(room, body));

    [TestMethod]
    [Timeout(10_000, CooperativeCancellation = true)]
    [DataRow("Internal.Scheduling", "using Goroutines.Internal.Work; class X : WorkItem { Work.WorkItem w; }")]
    [DataRow("Internal.Scheduling", "using Goroutines.Internal.Primitives; class X { Padded p; }")]
    [DataRow("Internal.Work", "class X { /* Go */ string s = \"Go // Core\"; } // Core")]
    [DataRow("Internal.Work", "class X { int M(Y y) => y.Go + y?.Core; }", DisplayName = "members")]
    [DataRow("Internal.Work", "class Entry { }")]
    [DataRow("Internal.Primitives", "enum Rank : byte { None = 0, WorkItem, Core }", DisplayName = "enum members")]
    [DataRow("Internal.Primitives", "class X { Entry e; }", DisplayName = "nested types are private matters")]
    [DataRow("Sync", "using Goroutines.Internal.Scheduling; class X { Core<int> c; }")]
    [DataRow("", "using Goroutines.Sync; using Goroutines.Channels; class X { WaitGroup w; Chan<int> c; }")]
    public void FloorPlan_NameBelow_IsFine(string room, string body) => AssertFine(CheckRoom(room, body));

    [TestMethod]
    [Timeout(10_000, CooperativeCancellation = true)]
    public void FloorPlan_NoNamespace_IsReported() =>
        AssertReported(new FloorPlan(s_house).Check(new SourceFile(Scheduling, "internal class X { }")));

    [TestMethod]
    [Timeout(10_000, CooperativeCancellation = true)]
    [DataRow("Task.Run(() => { });")]
    [DataRow("System.Threading.Tasks.Task\n    .Run(M);")]
    [DataRow("ThreadPool.UnsafeQueueUserWorkItem(this, true);")]
    [DataRow("using Pool = System.Threading.ThreadPool;")]
    [DataRow("using static System.Threading.ThreadPool;")]
    [DataRow("await Task.Delay(1);")]
    [DataRow("Thread.Sleep(1);")]
    [DataRow("var now = DateTime.UtcNow;")]
    [DataRow("var now = DateTimeOffset.Now;")]
    [DataRow("Console.WriteLine();")]
    [DataRow("lock (_gate) { }")]
    [DataRow("Monitor.Enter(_gate);")]
    [DataRow("unsafe { }")]
    [DataRow("[LibraryImport(\"c\")]")]
    [DataRow("[DllImport(\"c\")]")]
    [DataRow("Unsafe.As<X>(y);")]
    [DataRow("using U = System.Runtime.CompilerServices.Unsafe;")]
    [DataRow("static ThreadLocal<int> s_local;")]
    [DataRow("throw new NotImplementedException();")]
    [DataRow("goto again;")]
    [DataRow("global using System;")]
    [DataRow("var s = $\"{{{Task.Run(M)}}}\";", DisplayName = "hole of a string")]
    [DataRow("var s = \"//\"; Thread.Sleep(1);", DisplayName = "behind a comment mark in a string")]
    [DataRow("var c = '\"'; Thread.Sleep(1); c = '\"';", DisplayName = "between quotes in characters")]
    [DataRow("var s = @\"\\\"; Thread.Sleep(1);", DisplayName = "behind a verbatim backslash")]
    [DataRow("var s = \"\"\"a \" b\"\"\"; Thread.Sleep(1);", DisplayName = "behind a raw string")]
    public void Bans_Violation_IsReported(string code) =>
        AssertReported(TidyRules.CheckBans(new SourceFile(Scheduling, code)));

    [TestMethod]
    [Timeout(10_000, CooperativeCancellation = true)]
    [DataRow(Scheduling, "// Task.Run would lose the context; ThreadPool.X too.\n/* lock ( */ int x;")]
    [DataRow(Scheduling, "var s = \"Thread.Sleep(1)\" + @\"a \"\" Console\" + \"\"\"unsafe \"goto\" x\"\"\";")]
    [DataRow(Scheduling, "var s = $$\"\"\"{Console} {{x}}\"\"\"; var t = $\"{{Console}} {x:N1}\".Length;")]
    [DataRow(Scheduling, "#region it's unsafe\nTryLock(x); Unlock(x); @lockAll(x);\n#endregion")]
    [DataRow(Scheduling, "goto case 1; goto default;")]
    [DataRow("src/Runtime/Internal/Primitives/Futex.cs", "[LibraryImport(\"c\")] unsafe int M() => Unsafe.As<X>(y);")]
    [DataRow("src/Runtime/GoScheduler.cs", "ThreadPool.UnsafeQueueUserWorkItem(item, false);")]
    [DataRow("tests/Runtime.Tests/SomeTests.cs", "Thread.Sleep(1); throw new NotImplementedException();")]
    public void Bans_LookAlikeOrAllowedPlace_IsFine(string path, string code) =>
        AssertFine(TidyRules.CheckBans(new SourceFile(path, code)));

    [TestMethod]
    [Timeout(10_000, CooperativeCancellation = true)]
    public void Size_AtTheLimit_IsFineAndBeyondIsReported()
    {
        string longest = new('x', TidyRules.ColumnCountMax);
        AssertFine(TidyRules.CheckSize(Text(longest + "\r\n")));
        AssertReported(TidyRules.CheckSize(Text(longest + "x\n")));

        string most = string.Concat(Enumerable.Repeat("x\n", TidyRules.LineCountMax));
        AssertFine(TidyRules.CheckSize(Text(most)));
        AssertReported(TidyRules.CheckSize(Text(most + "x\n")));
        AssertReported(TidyRules.CheckSize(Text(most + "x")));
    }

    [TestMethod]
    [Timeout(10_000, CooperativeCancellation = true)]
    public void ThreadStatics_OtherThanOne_IsReported()
    {
        SourceFile one = Text("[ThreadStatic] static int t_x;");
        SourceFile listed = Text("[Obsolete(\"x\"), System.ThreadStaticAttribute] static int t_x;");
        AssertFine(TidyRules.CheckThreadStatics([one, Text("// [ThreadStatic]")]));
        AssertFine(TidyRules.CheckThreadStatics([listed]));
        AssertReported(TidyRules.CheckThreadStatics([one, listed]));
        AssertReported(TidyRules.CheckThreadStatics([]));
    }

    [TestMethod]
    [Timeout(10_000, CooperativeCancellation = true)]
    [DataRow("// " + "TO" + "DO: later")]
    [DataRow("/* " + "FIX" + "ME */")]
    public void Leftovers_Violation_IsReported(string text) => AssertReported(TidyRules.CheckLeftovers(Text(text)));

    [TestMethod]
    [Timeout(10_000, CooperativeCancellation = true)]
    [DataRow("src", "try { } catch { }", true)]
    [DataRow("src", "try { } catch (Exception) { /* why */ }", true)]
    [DataRow("src", "try { } catch (Exception e) when (M(e)) {\n}", true)]
    [DataRow("src", "try { } catch (Exception) { throw; }", false)]
    [DataRow("tests", "try { } catch (Exception) { }", true)]
    [DataRow("tests", "try { } catch (Exception) { /* why */ }", false)]
    [DataRow("tests", "var s = \"catch { }\";", false)]
    public void CatchBlocks_Empty_IsReported(string folder, string code, bool isReported)
    {
        SourceFile file = new(folder + "/X.cs", code);
        Assert.AreEqual(isReported, TidyRules.CheckCatchBlocks(file).Any());
    }

    [TestMethod]
    [Timeout(10_000, CooperativeCancellation = true)]
    [DataRow("cd /" + "home/someone/x", true)]
    [DataRow("\"/" + "root/.nuget\"", true)]
    [DataRow("in /" + "tmp/x", true)]
    [DataRow("see /" + "work/x", true)]
    [DataRow(@"C:\" + @"Users\someone", true)]
    [DataRow("https://example.org/home/x and src/work/x and ./tmp/x and /proc/self/stat", false)]
    [DataRow("</summary> a /root /tmp", false)]
    public void MachinePaths_Absolute_IsReported(string text, bool isReported) =>
        Assert.AreEqual(isReported, TidyRules.CheckMachinePaths(Text(text)).Any());

    [TestMethod]
    [Timeout(10_000, CooperativeCancellation = true)]
    [DataRow("namespace Goroutines.Hosting; class X { }", false)]
    [DataRow("namespace Microsoft.Extensions.DependencyInjection; class X { }", false)]
    [DataRow("namespace Goroutines.Actors; class X { }", true)]
    [DataRow("using Goroutines.Internal.Work; namespace Goroutines.Hosting;", true)]
    public void Partner_InsideName_IsReported(string code, bool isReported)
    {
        SourceFile file = new("src/Integration/Hosting/X.cs", code);
        Assert.AreEqual(isReported, TidyRules.CheckPartner(file).Any());
    }

    [TestMethod]
    [Timeout(10_000, CooperativeCancellation = true)]
    public void Partner_OtherNameThanItsFolder_IsKnown()
    {
        AssertFine(TidyRules.CheckPartner(new SourceFile("src/Integration/Akka/X.cs", "namespace Goroutines.AkkaNet; class X { }")));
        AssertReported(TidyRules.CheckPartner(new SourceFile("src/Integration/Akka/X.cs", "namespace Goroutines.Akka; class X { }")));
    }

    [TestMethod]
    [Timeout(10_000, CooperativeCancellation = true)]
    [DataRow("<InternalsVisibleTo Include=\"Runtime.Tests\" />", false)]
    [DataRow("<InternalsVisibleTo Include=\"Goroutines.Hosting\" />", true)]
    [DataRow("[assembly: InternalsVisibleTo(\"Goroutines.Actors, PublicKey=00\")]", true)]
    public void Friends_Partner_IsReported(string text, bool isReported) =>
        Assert.AreEqual(isReported, TidyRules.CheckFriends(Text(text)).Any());

    [TestMethod]
    [Timeout(10_000, CooperativeCancellation = true)]
    public void Report_Position_NamesTheLine() =>
        Assert.AreEqual("X.cs(3): why", new SourceFile("X.cs", "a\nb\nc").Report(4, "why"));

    private static IEnumerable<string> CheckRoom(string room, string body)
    {
        SourceFile file = Room(room, body);
        return new FloorPlan(s_house.Append(file)).Check(file);
    }

    // Usings may stand behind the namespace; for the checker it is all the same.
    private static SourceFile Room(string room, string body) =>
        new("src/Runtime/X.cs", $"namespace {(room.Length == 0 ? "Goroutines" : "Goroutines." + room)};\n{body}\n");

    private static SourceFile Text(string text) => new("X.cs", text);

    private static void AssertReported(IEnumerable<string> problems) => Assert.IsNotEmpty(problems.ToArray());

    private static void AssertFine(IEnumerable<string> problems) =>
        Assert.IsEmpty(problems.ToArray(), string.Join('\n', problems));
}
