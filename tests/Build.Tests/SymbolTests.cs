using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Reflection;
using Microsoft.VisualStudio.TestTools.UnitTesting;
using Mono.Cecil;
using Mono.Cecil.Cil;

namespace Goroutines.BuildTests;

/// <summary>
/// Goal: debuggers and stack traces see woven code as it was written. Method: the subjects with embedded symbols as they are
/// built, and once more with the symbols in a file of their own; every sequence point and scope compared, and traces of exceptions.
/// </summary>
[TestClass]
public sealed class SymbolTests
{
    private const int Hidden = 0xFEEFEE;

    private static string s_folder = string.Empty;

    [ClassInitialize]
    public static void WeaveBothForms(TestContext context)
    {
        s_folder = Directory.CreateTempSubdirectory("goroutines-symbols-").FullName;
        Directory.CreateDirectory(Path.Combine(s_folder, "woven"));
        using (ModuleDefinition module = IlText.Read(Subjects.Plain(Subjects.Own), hasSymbols: true))
        {
            module.Write(Path.Combine(s_folder, "BuildSubjects.dll"), new WriterParameters
            {
                WriteSymbols = true,
                SymbolWriterProvider = new PortablePdbWriterProvider(),
            });
        }

        Subjects.Weave(Path.Combine(s_folder, "BuildSubjects.dll"), Path.Combine(s_folder, "woven", "BuildSubjects.dll"));
    }

    [ClassCleanup]
    public static void RemoveFolder() => Directory.Delete(s_folder, recursive: true);

    [TestMethod]
    [Timeout(60_000)]
    [DataRow(true)]
    [DataRow(false)]
    public void SequencePoints_Woven_StandBeforeTheSameCode(bool isEmbedded)
    {
        using ModuleDefinition plain = IlText.Read(Subjects.Plain(Subjects.Own), hasSymbols: true);
        using ModuleDefinition woven = IlText.Read(WovenPath(isEmbedded), hasSymbols: true);
        Dictionary<string, MethodDefinition> after = IlText.MethodsOf(woven).ToDictionary(method => method.FullName);

        int count = 0;
        foreach (MethodDefinition method in IlText.MethodsOf(plain))
        {
            // Copies of loops stand behind the rest, with the lines of what they are copies of.
            string[] expected = PointsOf(method);
            string[] found = PointsOf(after[method.FullName]);
            CollectionAssert.AreEqual(expected, found.Take(expected.Length).ToArray(), method.FullName);
            CollectionAssert.IsSubsetOf(found.Distinct().ToArray(), expected, method.FullName);
            CollectionAssert.AreEqual(NamesOf(method), NamesOf(after[method.FullName]), method.FullName);
            count += expected.Length;
        }

        Assert.IsGreaterThan(300, count);
    }

    [TestMethod]
    [Timeout(60_000)]
    [DataRow(true)]
    [DataRow(false)]
    public void StackTrace_ThrownInWovenLoop_NamesTheSameLines(bool isEmbedded)
    {
        Assembly plain = new FolderContext(Subjects.PlainFolder).LoadByName(Subjects.Own);
        Assembly woven = new FolderContext(Path.GetDirectoryName(WovenPath(isEmbedded))!).LoadByName(Subjects.Own);
        (string Method, object[] Arguments)[] calls =
        [
            ("FromAStrip", [new[] { 1, 2, 3 }, 3]),
            ("FromACall", [new[] { "1", "x" }]),
            ("AfterALoop", [5]),
        ];

        foreach ((string method, object[] arguments) in calls)
        {
            (string File, int Line) expected = LineOf(plain, method, arguments);
            Assert.IsGreaterThan(0, expected.Line);
            Assert.AreEqual(expected, LineOf(woven, method, arguments), method);
        }
    }

    private static string WovenPath(bool isEmbedded) =>
        isEmbedded ? Subjects.Woven(Subjects.Own) : Path.Combine(s_folder, "woven", "BuildSubjects.dll");

    private static string[] PointsOf(MethodDefinition method) =>
    [
        .. method.DebugInformation.SequencePoints
            .Where(point => point.StartLine != Hidden)
            .Select(point => (point, Path.GetFileName(point.Document.Url)))
            .Select(pair => $"{pair.Item2} {pair.point.StartLine}:{pair.point.StartColumn}-{pair.point.EndLine}:{pair.point.EndColumn}"),
    ];

    private static string[] NamesOf(MethodDefinition method) => method.DebugInformation.Scope is null
        ? []
        : [.. NamesOf(method.DebugInformation.Scope)];

    private static IEnumerable<string> NamesOf(ScopeDebugInformation scope) =>
        scope.Variables.Select(variable => $"{variable.Index} {variable.Name}").Concat(scope.Scopes.SelectMany(NamesOf));

    private static (string File, int Line) LineOf(Assembly assembly, string method, object[] arguments)
    {
        MethodInfo thrower = assembly.GetType("Goroutines.BuildSubjects.Throwers")!.GetMethod(method)!;
        TargetInvocationException thrown = Assert.ThrowsExactly<TargetInvocationException>(() => thrower.Invoke(null, arguments));
        StackFrame frame = new StackTrace(thrown.InnerException!, fNeedFileInfo: true).GetFrames()
            .First(each => each.GetMethod()?.Name == method);
        return (Path.GetFileName(frame.GetFileName() ?? string.Empty), frame.GetFileLineNumber());
    }
}
