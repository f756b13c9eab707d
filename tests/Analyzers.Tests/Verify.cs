using System;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Testing;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Testing;

namespace Goroutines.AnalyzersTests;

/// <summary>Compiles a piece of code against the library and looks at what is reported, and at what a fix makes of it.</summary>
/// <remarks>In the code, {|GO0001:this|} is where that rule has to report; nothing else may be.</remarks>
internal static class Verify
{
    // What a file of a user begins with; apart, so that the pieces are short.
    private const string Usings =
        """
        global using System;
        global using System.Collections.Generic;
        global using System.Linq;
        global using System.Threading;
        global using System.Threading.Tasks;
        """;

    private const string LibraryUsings =
        """
        global using Goroutines;
        global using Goroutines.Sync;
        """;

    // The assemblies these tests run on; nothing is asked of a package source while they run.
    private static readonly string[] s_needed =
        ["System.Private.CoreLib", "System.Runtime", "System.Collections", "System.Linq", "System.Threading"];

    private static readonly MetadataReference[] s_framework = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!)
        .Split(Path.PathSeparator)
        .Where(path => s_needed.Contains(Path.GetFileNameWithoutExtension(path)))
        .Select(path => (MetadataReference)MetadataReference.CreateFromFile(path))
        .ToArray();

    private static readonly MetadataReference s_library = MetadataReference.CreateFromFile(typeof(GoScheduler).Assembly.Location);

    public static Task ReportsAsync<TAnalyzer>(string code, CancellationToken cancellationToken)
        where TAnalyzer : DiagnosticAnalyzer, new() =>
        ReportsAsync<TAnalyzer>(code, _ => { }, cancellationToken);

    public static async Task ReportsAsync<TAnalyzer>(
        string code, Action<AnalyzerTest<DefaultVerifier>> change, CancellationToken cancellationToken)
        where TAnalyzer : DiagnosticAnalyzer, new()
    {
        var test = new CSharpAnalyzerTest<TAnalyzer, DefaultVerifier> { TestCode = code };
        Prepare(test, test.TestState);
        change(test);
        await test.RunAsync(cancellationToken);
    }

    /// <summary>Compiles without the library; its names then mean nothing.</summary>
    public static async Task SaysNothingWithoutLibraryAsync<TAnalyzer>(string code, CancellationToken cancellationToken)
        where TAnalyzer : DiagnosticAnalyzer, new()
    {
        var test = new CSharpAnalyzerTest<TAnalyzer, DefaultVerifier> { TestCode = code, ReferenceAssemblies = new("net10.0") };
        test.TestState.Sources.Add(Usings);
        test.TestState.AdditionalReferences.AddRange(s_framework);
        await test.RunAsync(cancellationToken);
    }

    /// <param name="code">The code with its diagnostics marked.</param>
    /// <param name="fixedCode">What it has to become.</param>
    /// <param name="title">The code action to take; null for the only one.</param>
    /// <param name="cancellationToken">Ends the test.</param>
    public static async Task FixesAsync<TAnalyzer, TFix>(
        string code, string fixedCode, string? title, CancellationToken cancellationToken)
        where TAnalyzer : DiagnosticAnalyzer, new()
        where TFix : CodeFixProvider, new()
    {
        var test = new CSharpCodeFixTest<TAnalyzer, TFix, DefaultVerifier>
        {
            TestCode = code,
            FixedCode = fixedCode,
            CodeActionEquivalenceKey = title,
        };
        Prepare(test, test.TestState);
        AddUsings(test.FixedState);
        await test.RunAsync(cancellationToken);
    }

    private static void Prepare(AnalyzerTest<DefaultVerifier> test, SolutionState state)
    {
        test.ReferenceAssemblies = new ReferenceAssemblies("net10.0");
        state.AdditionalReferences.AddRange(s_framework);
        state.AdditionalReferences.Add(s_library);
        AddUsings(state);
    }

    private static void AddUsings(SolutionState state) => state.Sources.Add(Usings + Environment.NewLine + LibraryUsings);
}
