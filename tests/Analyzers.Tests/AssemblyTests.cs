using System;
using System.Linq;
using System.Reflection;
using Goroutines.Analyzers;
using Goroutines.Analyzers.CodeFixes;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Goroutines.AnalyzersTests;

/// <summary>
/// Goal: every .NET 10 SDK loads the analyzers. Method: look at what the assemblies ask for; a compiler passes over one that asks
/// for a newer compiler, and a warning is all that tells.
/// </summary>
[TestClass]
public sealed class AssemblyTests
{
    private static readonly Version s_compilerOfFirstSdk = new(5, 0, 0, 0);

    // What the compiler, and after it what an editor, brings along.
    private static readonly string[] s_broughtByCompiler =
        ["netstandard", "System.Collections.Immutable", "Microsoft.CodeAnalysis", "Microsoft.CodeAnalysis.CSharp"];
    private static readonly string[] s_broughtByEditor =
        ["Microsoft.CodeAnalysis.Workspaces", "Microsoft.CodeAnalysis.CSharp.Workspaces", "System.Composition.AttributedModel"];

    [TestMethod]
    [Timeout(10_000)]
    [DataRow(typeof(GoroutineCodeAnalyzer), false)]
    [DataRow(typeof(GoRunFix), true)]
    public void References_Loaded_AreThereInTheFirstSdk(Type type, bool isForEditor)
    {
        foreach (AssemblyName reference in type.Assembly.GetReferencedAssemblies())
        {
            bool isCompiler = reference.Name!.StartsWith("Microsoft.CodeAnalysis", StringComparison.Ordinal);
            Assert.IsTrue(!isCompiler || reference.Version <= s_compilerOfFirstSdk, $"{reference} is newer than the first SDK's.");
            bool isBrought = s_broughtByCompiler.Contains(reference.Name)
                || (isForEditor && s_broughtByEditor.Contains(reference.Name));
            Assert.IsTrue(isBrought, $"Nobody brings {reference.Name}.");
        }
    }
}
