using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.RegularExpressions;

namespace Goroutines.Tests.Tidy;

/// <summary>The floors of src/Runtime: a file may name its own namespace and lower ones, nothing else.</summary>
/// <remarks>
/// Names are looked up in a table of all types declared under src/Runtime, so that a type is seen however it is
/// written: with a using, qualified, relative (Work.WorkItem), or without any (a root type from below). What is not
/// seen is use without a name: a member whose type is inferred. The file that hands it out has to name it, though.
/// </remarks>
internal sealed partial class FloorPlan
{
    public const string Root = "Goroutines";
    public const string Folder = "src/Runtime";

    // Rooms on one floor do not know each other.
    private static readonly Dictionary<string, int> s_floors = new(StringComparer.Ordinal)
    {
        ["Goroutines.CompilerServices"] = 1,
        ["Goroutines.Internal.Primitives"] = 1,
        ["Goroutines.Internal.Telemetry"] = 2,
        ["Goroutines.Internal.Work"] = 3,
        ["Goroutines.Internal.Timers"] = 4,
        ["Goroutines.Internal.Netpoll"] = 4,
        ["Goroutines.Internal.Scheduling"] = 5,
        ["Goroutines.Internal.Parking"] = 6,
        ["Goroutines.Internal.Stacks"] = 6,
        ["Goroutines.Sync"] = 7,
        ["Goroutines.Channels"] = 7,
        ["Goroutines.Diagnostics"] = 7,
        [Root] = 8,

        // Its factories take a GoScheduler, and its operations go back to the scheduler's SynchronizationContext.
        ["Goroutines.Net"] = 9,
    };

    private static readonly HashSet<string> s_roomNames =
        s_floors.Keys.Select(name => name[(name.LastIndexOf('.') + 1)..]).ToHashSet(StringComparer.Ordinal);

    // Type name -> the namespaces that declare it.
    private readonly Dictionary<string, HashSet<string>> _declared = new(StringComparer.Ordinal);

    public FloorPlan(IEnumerable<SourceFile> runtimeFiles)
    {
        foreach (SourceFile file in runtimeFiles)
        {
            if (NamespaceOf(file) is not { } room)
            {
                continue;
            }

            foreach (string name in TopLevelTypesOf(file.Code))
            {
                Declare(name, room);
                if (name.EndsWith("Attribute", StringComparison.Ordinal))
                {
                    Declare(name[..^"Attribute".Length], room);
                }
            }
        }
    }

    /// <summary>Reports what is wrong with the place of one file of src/Runtime and with the names it uses.</summary>
    public IEnumerable<string> Check(SourceFile file)
    {
        if (!file.Code.AsSpan().ContainsAnyExcept(" \t\r\n"))
        {
            yield break;
        }

        string? room = NamespaceOf(file);
        if (room is null)
        {
            if (AssemblyAttributesOnly(file.Code))
            {
                yield break;
            }

            yield return file.Report(0, "declares no namespace, so it stands on no floor.");
            yield break;
        }

        if (!s_floors.ContainsKey(room))
        {
            yield return file.Report(0, $"namespace {room} is not on the floor plan (docs/ARCHITECTURE.md).");
            yield break;
        }

        foreach (string problem in CheckQualifiedNames(file, room).Concat(CheckTypeNames(file, room)).Distinct())
        {
            yield return problem;
        }
    }

    private static bool MayName(string from, string to) => from == to || s_floors[to] < s_floors[from];

    private static string Complain(string from, string name, string to) =>
        $"{from} (floor {s_floors[from]}) names {name} of {to} (floor {s_floors[to]}). Arrows point down only.";

    private static IEnumerable<string> CheckQualifiedNames(SourceFile file, string room)
    {
        foreach (Match match in QualifiedName().Matches(file.Code))
        {
            string name = Spaces().Replace(match.Value, string.Empty);
            bool isDeclaration = NamespaceDeclaration().Matches(file.Code).Any(declared =>
                match.Index >= declared.Index && match.Index < declared.Index + declared.Length);
            string target = name;
            while (!s_floors.ContainsKey(target))
            {
                target = target[..target.LastIndexOf('.')];
            }

            if (!isDeclaration && !MayName(room, target))
            {
                yield return file.Report(match.Index, Complain(room, name, target));
            }
        }
    }

    private IEnumerable<string> CheckTypeNames(SourceFile file, string room)
    {
        // Members of an enum are words of their own: a lock rank is named after the part that holds the lock.
        string code = EnumBody().Replace(file.Code, body => new string(' ', body.Length));
        foreach (Match match in Identifier().Matches(code))
        {
            if (_declared.TryGetValue(match.Value, out HashSet<string>? rooms)
                && !rooms.Any(target => MayName(room, target))
                && !IsMember(code, match.Index))
            {
                yield return file.Report(match.Index, Complain(room, match.Value, rooms.First()));
            }
        }
    }

    /// <summary>Tells whether the name stands behind a dot that follows anything but a room's name.</summary>
    private static bool IsMember(string code, int index)
    {
        Match before = DottedPrefix().Match(code[Math.Max(0, index - 100)..index]);
        return before.Success && !s_roomNames.Contains(before.Groups["left"].Value);
    }

    private void Declare(string name, string room)
    {
        if (!_declared.TryGetValue(name, out HashSet<string>? rooms))
        {
            _declared.Add(name, rooms = new HashSet<string>(StringComparer.Ordinal));
        }

        rooms.Add(room);
    }

    private static string? NamespaceOf(SourceFile file)
    {
        Match match = NamespaceDeclaration().Match(file.Code);
        return match.Success ? match.Groups["name"].Value : null;
    }

    private static IEnumerable<string> TopLevelTypesOf(string code)
    {
        int depth = 0;
        int position = 0;
        foreach (Match match in TypeDeclaration().Matches(code))
        {
            for (; position < match.Index; position++)
            {
                depth += code[position] == '{' ? 1 : code[position] == '}' ? -1 : 0;
            }

            if (depth == 0)
            {
                yield return match.Groups["name"].Value;
            }
        }
    }

    private static bool AssemblyAttributesOnly(string code) =>
        !TypeDeclaration().IsMatch(code) && code.Contains("[assembly:", StringComparison.Ordinal);

    [GeneratedRegex(@"\bnamespace\s+(?<name>[\w.]+)\s*[;{]")]
    private static partial Regex NamespaceDeclaration();

    [GeneratedRegex(
        @"\b(?:class|struct|interface|enum|record(?:\s+(?:class|struct))?)\s+(?!where\b|class\b|struct\b)(?<name>\w+)"
        + @"|\bdelegate\s+[\w<>\[\]., ?]+?\s(?<name>\w+)\s*(?:<[^>]*>)?\s*\(")]
    private static partial Regex TypeDeclaration();

    [GeneratedRegex(@"(?<![\w.])Goroutines(?:\s*\.\s*\w+)*")]
    private static partial Regex QualifiedName();

    [GeneratedRegex(@"(?<=\benum\s+\w+[^{};]*)\{[^}]*\}")]
    private static partial Regex EnumBody();

    [GeneratedRegex(@"(?<![\w])[A-Za-z_]\w*")]
    private static partial Regex Identifier();

    [GeneratedRegex(@"(?<left>\w*)[\]\)>!?]*\s*\.\s*$")]
    private static partial Regex DottedPrefix();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();
}
