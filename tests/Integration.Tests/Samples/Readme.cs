using System;
using System.IO;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Goroutines.IntegrationTests;

/// <summary>What README.md shows: a program, and the output it is said to have.</summary>
internal static class Readme
{
    private static readonly string s_text = File.ReadAllText(Repository.PathOf("README.md"));

    /// <summary>Gets the first C# block.</summary>
    public static string ShownProgram => Block("csharp");

    /// <summary>Gets the first block of plain text.</summary>
    public static string ShownOutput => Block("text");

    private static string Block(string language)
    {
        string opening = $"```{language}\n";
        int start = s_text.IndexOf(opening, StringComparison.Ordinal);
        Assert.IsGreaterThanOrEqualTo(0, start, $"README.md has a block of {language}.");
        start += opening.Length;
        return s_text[start..s_text.IndexOf("```", start, StringComparison.Ordinal)];
    }
}
