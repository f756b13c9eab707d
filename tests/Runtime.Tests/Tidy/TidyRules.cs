using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.RegularExpressions;

namespace Goroutines.Tests.Tidy;

/// <summary>The house rules that a text can be checked for, floors excepted (those are in FloorPlan).</summary>
internal static partial class TidyRules
{
    public const int LineCountMax = 500;
    public const int ColumnCountMax = 140;

    private const string Internal = "src/Runtime/Internal";
    private const string Primitives = Internal + "/Primitives";
    private const string Netpoll = Internal + "/Netpoll";

    // The one file that may queue on the ThreadPool: where work goes that a disposed scheduler is given.
    private const string ThreadPoolFallback = Internal + "/Scheduling/ThreadPoolFallback.cs";

    // Debug builds check the ranks of locks, on any thread.
    private const string RankCheck = Primitives + "/RankedLock.cs";

    // A namespace Goroutines.Akka would hide Akka.NET's own, Akka, from everything in ours.
    private static readonly Dictionary<string, string> s_partnersOfOtherNames = new() { ["Akka"] = "AkkaNet" };

    private static readonly string[] s_unsafeRooms = [Primitives, Netpoll];

    private static readonly Ban[] s_bans =
    [
        new(@"\bTask\s*\.\s*Run\b", "Task.Run", Internal, "queue a WorkItem on the scheduler", []),
        new(@"\bThreadPool\b", "ThreadPool", Internal, "queue a WorkItem on the scheduler", [ThreadPoolFallback]),
        new(@"\bTask\s*\.\s*Delay\b", "Task.Delay", Internal, "park with a deadline", []),
        new(@"\bThread\s*\.\s*Sleep\b", "Thread.Sleep", Internal, "park with a deadline", []),
        new(@"\bDateTime(?:Offset)?\b", "DateTime", Internal, "the monotonic clock of Primitives", []),
        new(@"\bConsole\b", "Console", Internal, "a Telemetry event or counter", []),
        new(@"\block\s*\(", "lock", Internal, "the ranked lock of Primitives", []),
        new(@"\bMonitor\s*\.", "Monitor", Internal, "the ranked lock or the parker of Primitives", [Primitives]),
        new(@"\bunsafe\b", "unsafe", "src/Runtime", "a wrapper in Primitives", s_unsafeRooms),
        new(@"\b(?:Dll|Library)Import\b", "P/Invoke", "src/Runtime", "a wrapper in Primitives", s_unsafeRooms),
        new(@"\bUnsafe\s*\.", "Unsafe", "src/Runtime", "a wrapper in Primitives", s_unsafeRooms),
        new(@"\bUnsafe\s*;", "Unsafe by alias", "src/Runtime", "a wrapper in Primitives", s_unsafeRooms),
        new(@"\bThreadLocal\s*<", "ThreadLocal", "src/Runtime", "a field of the current machine", [RankCheck]),
        new(@"\bNotImplementedException\b", "NotImplementedException", "src", "the implementation", []),
        new(@"\bgoto\b(?!\s+(?:case|default)\b)", "goto", "src", "a method that returns", []),
        new(@"\bglobal\s+using\b", "global using", "src", "a using in the file, so that floors show", []),
    ];

    public static IEnumerable<string> CheckSize(SourceFile file)
    {
        string[] lines = file.Text.Split('\n');
        int lineCount = lines[^1].Length == 0 ? lines.Length - 1 : lines.Length;
        if (lineCount > LineCountMax)
        {
            yield return $"{file.Path}: {lineCount} lines, the limit is {LineCountMax}. Split it by job.";
        }

        for (int index = 0; index < lines.Length; index++)
        {
            int columnCount = lines[index].TrimEnd('\r').Length;
            if (columnCount > ColumnCountMax)
            {
                yield return $"{file.Path}({index + 1}): {columnCount} columns, the limit is {ColumnCountMax}.";
            }
        }
    }

    public static IEnumerable<string> CheckBans(SourceFile file) =>
        from ban in s_bans
        where file.IsUnder(ban.Folder) && !ban.Except.Any(place => file.Path == place || file.IsUnder(place))
        from Match match in Regex.Matches(file.Code, ban.Pattern)
        select file.Report(match.Index, $"{ban.Name} is banned here. Use {ban.Replacement}.");

    /// <summary>Reports unless there is exactly one thread static: the current machine.</summary>
    public static IEnumerable<string> CheckThreadStatics(IEnumerable<SourceFile> runtimeFiles)
    {
        string[] found = runtimeFiles
            .SelectMany(file => ThreadStatic().Matches(file.Code).Select(match => file.Report(match.Index, "here")))
            .ToArray();
        return found.Length == 1
            ? []
            : [$"src/Runtime has {found.Length} thread statics, not one: {string.Join(", ", found)}."];
    }

    public static IEnumerable<string> CheckLeftovers(SourceFile file) =>
        Leftover().Matches(file.Text).Select(match => file.Report(match.Index, $"{match.Value} does not merge."));

    public static IEnumerable<string> CheckMachinePaths(SourceFile file) =>
        MachinePath().Matches(file.Text).Select(match =>
            file.Report(match.Index, $"'{match.Value}' is a path of one machine. Use a relative or asked-for path."));

    /// <summary>Reports blocks that swallow: under src any empty block, elsewhere one that does not say why.</summary>
    public static IEnumerable<string> CheckCatchBlocks(SourceFile file)
    {
        string text = file.IsUnder("src") ? file.Code : CSharpText.CodeAndCommentsOf(file.Text);
        return EmptyCatch().Matches(text).Select(match => file.Report(match.Index, "an empty catch block swallows."));
    }

    /// <summary>Reports partners that are not named after their folder or reach for what is not public.</summary>
    public static IEnumerable<string> CheckPartner(SourceFile file)
    {
        string folder = file.Path.Split('/')[2];
        string partner = s_partnersOfOtherNames.GetValueOrDefault(folder, folder);
        foreach (Match match in NamespaceDeclaration().Matches(file.Code))
        {
            string name = match.Groups["name"].Value;
            bool isOwn = (name + ".").StartsWith($"Goroutines.{partner}.", StringComparison.Ordinal);
            if (!isOwn && !name.StartsWith("Microsoft.", StringComparison.Ordinal))
            {
                yield return file.Report(match.Index, $"namespace {name}: the partner's is Goroutines.{partner}.");
            }
        }

        foreach (Match match in InternalName().Matches(file.Code))
        {
            yield return file.Report(match.Index, $"{match.Value}: a partner sees public types only.");
        }
    }

    /// <summary>Reports assemblies other than tests and benchmarks that may see internals.</summary>
    public static IEnumerable<string> CheckFriends(SourceFile project)
    {
        foreach (Match match in Friend().Matches(project.Text))
        {
            string name = match.Groups["name"].Value;
            if (!name.EndsWith("Tests", StringComparison.Ordinal) && name != "Benchmarks")
            {
                yield return project.Report(match.Index, $"{name} may see internals: tests and benchmarks only.");
            }
        }
    }

    // First in its attribute list or behind others.
    [GeneratedRegex(@"\[\s*(?:[\w.]+\s*(?:\([^)]*\))?\s*,\s*)*(?:System\s*\.\s*)?ThreadStatic(?:Attribute)?\b")]
    private static partial Regex ThreadStatic();

    [GeneratedRegex(@"\b(?:TODO|FIXME|XXX|HACK)\b")]
    private static partial Regex Leftover();

    // Absolute paths below the usual homes of one user or one run. In parts, so that this file passes its own check.
    [GeneratedRegex(
        @"(?<![\w.~})*-])/" + @"(?:home|root|tmp|work|Users|var/folders)/[\w.{$<]|[A-Za-z]:\\" + @"Users\\")]
    private static partial Regex MachinePath();

    [GeneratedRegex(@"\bcatch\b\s*(?:\([^{}]*\))?\s*\{\s*\}")]
    private static partial Regex EmptyCatch();

    [GeneratedRegex(@"\bnamespace\s+(?<name>[\w.]+)\s*[;{]")]
    private static partial Regex NamespaceDeclaration();

    [GeneratedRegex(@"\bGoroutines\s*\.\s*Internal\b")]
    private static partial Regex InternalName();

    [GeneratedRegex(@"InternalsVisibleTo(?:\s+Include=|\(\s*)""(?<name>[^"",]+)")]
    private static partial Regex Friend();

    private sealed record Ban(string Pattern, string Name, string Folder, string Replacement, string[] Except);
}
