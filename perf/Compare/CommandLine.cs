using System;
using System.Collections.Generic;
using System.CommandLine;
using System.CommandLine.Parsing;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Goroutines.Compare.Load;
using Goroutines.Compare.Measuring;
using Goroutines.Compare.Running;
using Goroutines.Compare.Sides;
using Goroutines.Compare.Workloads;

namespace Goroutines.Compare;

/// <summary>The options of the program and what they may be.</summary>
internal static class CommandLine
{
    private const int FullRoundCount = 5;
    private const int QuickRoundCount = 1;
    private const int ProcessorCountMax = 1_024;

    public static RootCommand Create(Func<CompareOptions, bool, CancellationToken, Task<int>> compare)
    {
        Option<string[]> only = CreateOnly();
        Option<string[]> sides = CreateSides();
        Option<int?> rounds = CreateNumber(
            "--rounds", "N", $"Turns of each side (default {FullRoundCount}; with --quick {QuickRoundCount}).", 1_000);
        Option<int> processors = CreateProcessors();
        var quick = new Option<bool>("--quick") { Description = "Take about a minute; rows that do less say so." };
        var json = new Option<bool>("--json") { Description = "Write the results as JSON to the standard output." };

        var root = new RootCommand("Runs the standard workloads on the ThreadPool, on Goroutines, and in Go, side by side.")
        {
            only, sides, rounds, processors, quick, json,
        };
        root.SetAction((result, cancellationToken) =>
        {
            bool isQuick = result.GetValue(quick);
            var options = new CompareOptions(
                Select(result.GetValue(only) ?? []),
                Order(result.GetValue(sides) ?? []),
                result.GetValue(rounds) ?? (isQuick ? QuickRoundCount : FullRoundCount),
                isQuick ? Scale.Quick : Scale.Full,
                result.GetValue(processors));
            return compare(options, result.GetValue(json), cancellationToken);
        });
        root.Subcommands.Add(CreateChild());
        root.Subcommands.Add(CreateLoadClient());
        return root;
    }

    private static Option<string[]> CreateOnly()
    {
        var option = new Option<string[]>("--only")
        {
            Description = "Run only workloads whose name starts with this; may be repeated: "
                + string.Join(", ", Catalog.Names) + ".",
            HelpName = "NAME",
        };
        option.Validators.Add(result =>
        {
            foreach (Token token in result.Tokens.Where(token => !Catalog.Find(token.Value).Any()))
            {
                result.AddError(
                    $"--only {token.Value}: no workload starts with this. There are: {string.Join(", ", Catalog.Names)}.");
            }
        });
        return option;
    }

    private static Option<string[]> CreateSides()
    {
        var option = new Option<string[]>("--sides")
        {
            Description = "Run only these sides (default: all; Go only if 'go' is on the PATH): "
                + string.Join(", ", SideNames.All) + ".",
            HelpName = "SIDES",
            AllowMultipleArgumentsPerToken = true,
        };
        option.Validators.Add(result =>
        {
            foreach (string side in result.Tokens.SelectMany(token => Split(token.Value)).Where(side => !IsSide(side)))
            {
                result.AddError($"--sides: '{side}' is no side. There are: {string.Join(", ", SideNames.All)}.");
            }
        });
        return option;
    }

    private static Option<int> CreateProcessors()
    {
        var option = new Option<int>("--processors")
        {
            Description = "The ProcessorCount of our scheduler (default: its own). The ThreadPool keeps its own count.",
            HelpName = "N",
        };
        option.Validators.Add(result => RequireRange(result, ProcessorCountMax));
        return option;
    }

    private static Option<int?> CreateNumber(string name, string helpName, string description, int max)
    {
        var option = new Option<int?>(name) { Description = description, HelpName = helpName };
        option.Validators.Add(result => RequireRange(result, max));
        return option;
    }

    private static void RequireRange(OptionResult result, int max)
    {
        foreach (Token token in result.Tokens)
        {
            if (!int.TryParse(token.Value, out int value) || value < 1 || value > max)
            {
                result.AddError($"{result.Option.Name} {token.Value}: must be a whole number from 1 to {max}.");
            }
        }
    }

    // The command by which the program starts itself for one turn of one side.
    private static Command CreateChild()
    {
        var workload = new Argument<string>("workload");
        var side = new Argument<string>("side");
        var scale = new Argument<Scale>("scale");
        var processors = new Argument<int>("processors");
        var child = new Command(ChildMain.CommandName) { workload, side, scale, processors };
        child.Hidden = true;
        child.SetAction(result => ChildMain.Run(
            result.GetValue(workload)!, result.GetValue(side)!, result.GetValue(scale), result.GetValue(processors)));
        return child;
    }

    // The command by which a child starts the load generator for its server.
    private static Command CreateLoadClient()
    {
        var kind = new Argument<LoadKind>("kind");
        var port = new Argument<int>("port");
        var connections = new Argument<int>("connections");
        var warmMs = new Argument<int>("warm-ms");
        var windowMs = new Argument<int>("window-ms");
        var windows = new Argument<int>("windows");
        var client = new Command(LoadClient.CommandName) { kind, port, connections, warmMs, windowMs, windows };
        client.Hidden = true;
        client.SetAction(result =>
            new LoadClient(result.GetValue(kind), result.GetValue(port), result.GetValue(connections))
                .Run(result.GetValue(warmMs), result.GetValue(windowMs), result.GetValue(windows)));
        return client;
    }

    private static Workload[] Select(string[] prefixes) =>
        [.. Catalog.All.Where(workload => prefixes.Length == 0 || prefixes.Any(prefix => Catalog.Find(prefix).Contains(workload)))];

    private static string[] Order(string[] sides)
    {
        string[] wanted = [.. sides.SelectMany(Split)];
        return wanted.Length == 0
            ? [.. SideNames.All.Where(side => side != SideNames.Go || GoPeer.IsAvailable)]
            : [.. SideNames.All.Where(side => wanted.Contains(side, StringComparer.OrdinalIgnoreCase))];
    }

    private static IEnumerable<string> Split(string sides) =>
        sides.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private static bool IsSide(string side) => SideNames.All.Contains(side, StringComparer.OrdinalIgnoreCase);
}
