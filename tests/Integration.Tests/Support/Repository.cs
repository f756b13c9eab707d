using System;
using System.IO;

namespace Goroutines.IntegrationTests;

/// <summary>Finds the source tree and the build output the running tests came from.</summary>
internal static class Repository
{
    /// <summary>Gets the folder that holds Directory.Packages.props, above the test binary.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>Gets the path of a file or folder of the repository.</summary>
    public static string PathOf(params string[] parts) => Path.Combine([Root, .. parts]);

    /// <summary>Gets the assembly of a program built in the same configuration as the tests.</summary>
    public static string BuiltProgram(string project)
    {
        // artifacts/bin/PROJECT/CONFIGURATION/PROJECT.dll, the tests' own assembly included.
        var output = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar));
        return Path.Combine(output.Parent!.Parent!.FullName, project, output.Name, $"{project}.dll");
    }

    private static string FindRoot()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Directory.Packages.props")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName
            ?? throw new InvalidOperationException("The tests have to run from inside the repository.");
    }
}
