using System;
using System.Linq;
using Microsoft.VisualStudio.TestTools.UnitTesting;
using Mono.Cecil;

namespace Goroutines.BuildTests;

/// <summary>Goal: what asks to be left alone is, and nothing else. Method: look for checks in the subjects made for that.</summary>
[TestClass]
public sealed class ExclusionTests
{
    private static ModuleDefinition s_woven = null!;

    [ClassInitialize]
    public static void Read(TestContext context) => s_woven = IlText.Read(Subjects.Woven(Subjects.Own));

    [ClassCleanup]
    public static void Close() => s_woven.Dispose();

    [TestMethod]
    [Timeout(60_000)]
    [DataRow("LeftAlone", "Marked")]
    [DataRow("LeftAlone", ".cctor")]
    [DataRow("MarkedType", "Count")]
    [DataRow("Inner", "Down")]
    public void Method_NoCheckpoints_IsLeftAlone(string type, string method) =>
        Assert.IsFalse(IlText.HasCheck(IlText.Find(s_woven, type, method)));

    [TestMethod]
    [Timeout(60_000)]
    public void GeneratedCode_OfMarkedMethods_IsLeftAlone()
    {
        MethodDefinition[] generated =
        [
            .. IlText.MethodsOf(s_woven).Where(method =>
                method.DeclaringType.DeclaringType?.Name == "LeftAlone"
                && (method.DeclaringType.Name + method.Name).Contains("<Marked", StringComparison.Ordinal)),
        ];

        // The lambda, the async method's MoveNext and the iterator's.
        Assert.IsGreaterThanOrEqualTo(3, generated.Length);
        Assert.IsFalse(generated.Any(IlText.HasCheck));
    }

    [TestMethod]
    [Timeout(60_000)]
    [DataRow("LeftAlone", "Sum")]
    [DataRow("PlainLoops", "For")]
    [DataRow("ProtectedLoops", "LoopInCatch")]
    [DataRow("Inner`1", "Describe")]
    public void Method_Unmarked_IsWoven(string type, string method) =>
        Assert.IsTrue(IlText.HasCheck(IlText.Find(s_woven, type, method)));

    [TestMethod]
    [Timeout(60_000)]
    public void Loop_InFinallyBlock_IsLeftAlone()
    {
        MethodDefinition method = IlText.Find(s_woven, "ProtectedLoops", "LoopInFinally");

        Assert.IsTrue(IlText.HasCheck(method), "The loop around is woven.");
        Assert.IsFalse(method.Body.Instructions.Any(each => IlText.ReadsRequests(each) && IlText.IsUninterrupted(method, each)));
    }
}
