using System;
using System.Linq;

namespace Goroutines.Tests.Tidy;

/// <summary>One text file of the repository and the views the rules take of it.</summary>
internal sealed class SourceFile
{
    private string? _code;

    public SourceFile(string path, string text)
    {
        Path = path;
        Text = text;
    }

    /// <summary>Gets the path from the root of the repository, with forward slashes.</summary>
    public string Path { get; }

    public string Text { get; }

    /// <summary>Gets the text with comments, directives and strings blanked.</summary>
    public string Code => _code ??= CSharpText.CodeOf(Text);

    public bool IsCSharp => Path.EndsWith(".cs", StringComparison.Ordinal);

    public bool IsUnder(string folder) => Path.StartsWith(folder + "/", StringComparison.Ordinal);

    /// <summary>Returns "path(line): message" for a position in the text.</summary>
    public string Report(int position, string message)
    {
        int line = 1 + Text.AsSpan(0, position).Count('\n');
        return $"{Path}({line}): {message}";
    }

    public override string ToString() => Path;
}
