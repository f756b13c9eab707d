using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;

namespace Goroutines.Tests.Tidy;

/// <summary>Finds the working tree the tests were built from and reads its text files.</summary>
internal static class Repository
{
    private static readonly string[] s_textEndings =
    [
        ".cs", ".csproj", ".props", ".targets", ".sln", ".json", ".md", ".txt", ".editorconfig", ".gitignore",
        ".sh", ".yml", ".go", "go.mod", ".runsettings", "LICENSE", ".ci/run",
    ];

    // What .gitignore keeps out of the history, and the history itself.
    private static readonly string[] s_skippedFolders =
        [".git", "artifacts", "bin", "obj", ".vs", ".idea", ".vscode"];

    /// <summary>Finds the root by walking up: the compiler rewrites the paths it records in CI builds.</summary>
    public static string FindRoot()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Directory.Packages.props")))
            {
                return folder.FullName;
            }
        }

        throw new DirectoryNotFoundException(
            $"No Directory.Packages.props above {AppContext.BaseDirectory}: run the tests inside the repository.");
    }

    public static IReadOnlyList<SourceFile> ReadAll()
    {
        string root = FindRoot();
        List<SourceFile> files = [];
        Stack<string> folders = new([root]);
        while (folders.TryPop(out string? folder))
        {
            foreach (string child in Directory.EnumerateDirectories(folder))
            {
                if (!s_skippedFolders.Contains(Path.GetFileName(child)))
                {
                    folders.Push(child);
                }
            }

            foreach (string file in Directory.EnumerateFiles(folder))
            {
                string relative = Path.GetRelativePath(root, file).Replace('\\', '/');
                if (s_textEndings.Any(ending => relative.EndsWith(ending, StringComparison.Ordinal)))
                {
                    files.Add(new SourceFile(relative, File.ReadAllText(file)));
                }
            }
        }

        files.Sort((a, b) => string.CompareOrdinal(a.Path, b.Path));
        return files;
    }
}
