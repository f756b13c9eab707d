using System;
using System.IO;

namespace Goroutines.Compare;

/// <summary>Where the sources are, for the Go program and for the place of the report.</summary>
internal static class Repository
{
    private const string RootMark = "Directory.Packages.props";

    /// <summary>Walks up from the program to the root of the repository; elsewhere, the current directory.</summary>
    public static string FindRoot()
    {
        for (DirectoryInfo? directory = new(AppContext.BaseDirectory); directory is not null; directory = directory.Parent)
        {
            if (File.Exists(Path.Combine(directory.FullName, RootMark)))
            {
                return directory.FullName;
            }
        }

        return Environment.CurrentDirectory;
    }
}
