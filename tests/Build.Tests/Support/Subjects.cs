using System;
using System.IO;
using System.Linq;
using System.Reflection;
using Goroutines.Build.Weaving;
using Goroutines.IntegrationTests;

namespace Goroutines.BuildTests;

/// <summary>The assemblies that are woven: the subjects beside these tests and the libraries they use. Copies are made once.</summary>
internal static class Subjects
{
    public const string Own = "BuildSubjects";

    /// <summary>Names of what has copies, without extension.</summary>
    public static readonly string[] Names = [Own, "Newtonsoft.Json", "Markdig", "FSharp.Core"];

    private static readonly Lazy<string> s_wovenFolder = new(WeaveAll);

    /// <summary>Gets the folder of the assemblies as their compilers wrote them.</summary>
    public static string PlainFolder { get; } = Path.GetDirectoryName(Repository.BuiltProgram(Own))!;

    /// <summary>Gets the folder of the woven copies.</summary>
    public static string WovenFolder => s_wovenFolder.Value;

    /// <summary>Gets what any assembly here may refer to: the runtime's own assemblies, the subjects and what they use.</summary>
    public static string[] References { get; } =
    [
        .. Directory.GetFiles(Path.GetDirectoryName(typeof(object).Assembly.Location)!, "*.dll"),
        .. Directory.GetFiles(PlainFolder, "*.dll"),
    ];

    public static string Plain(string name) => Path.Combine(PlainFolder, $"{name}.dll");

    public static string Woven(string name) => Path.Combine(WovenFolder, $"{name}.dll");

    public static WeavingReport Weave(string assembly, string output) => AssemblyWeaver.Weave(new WeavingOptions
    {
        AssemblyPath = assembly,
        OutputPath = output,
        References = References,
    });

    /// <summary>Weaves into a folder of its own below the tests' output, which this process removes when it ends.</summary>
    public static string WeaveInto(string folder, string name)
    {
        Directory.CreateDirectory(folder);
        string output = Path.Combine(folder, $"{name}.dll");
        Weave(Plain(name), output);
        return output;
    }

    public static MethodInfo[] WorkOf(Assembly subjects) =>
    [
        .. subjects.GetExportedTypes()
            .SelectMany(type => type.GetMethods(BindingFlags.Static | BindingFlags.Public | BindingFlags.DeclaredOnly))
            .Where(method => method.ReturnType == typeof(string) && method.GetParameters().Length == 0)
            .OrderBy(method => $"{method.DeclaringType}.{method.Name}", StringComparer.Ordinal),
    ];

    private static string WeaveAll()
    {
        string folder = Directory.CreateTempSubdirectory("goroutines-woven-").FullName;
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(folder, recursive: true);
        foreach (string name in Names)
        {
            WeaveInto(folder, name);
        }

        return folder;
    }
}
