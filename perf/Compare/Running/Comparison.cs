using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Goroutines.Compare.Reporting;
using Goroutines.Compare.Sides;
using Goroutines.Compare.Workloads;
using Spectre.Console;

namespace Goroutines.Compare.Running;

/// <summary>Lets the sides take turns, each turn in a process of its own, and gathers what they measured.</summary>
internal sealed class Comparison(CompareOptions options, IAnsiConsole console)
{
    private readonly Dictionary<(Workload, string Side), List<Turn>> _turns = [];
    private (string? Path, string? Failure) _goPeer;

    public async Task<Results> RunAsync(CancellationToken cancellationToken)
    {
        if (options.Sides.Contains(SideNames.Go))
        {
            _goPeer = await GoPeer.BuildAsync(cancellationToken);
        }

        if (console.Profile.Capabilities.Interactive)
        {
            await console.Progress()
                .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new ElapsedTimeColumn())
                .StartAsync(async context =>
                {
                    ProgressTask progress = context.AddTask("starting", maxValue: CountTurns());
                    await RunTurnsAsync(
                        turn => progress.Description = Markup.Escape(turn), _ => progress.Increment(1), cancellationToken);
                });
        }
        else
        {
            // A log has no bars: one line per turn.
            await RunTurnsAsync(_ => { }, line => console.WriteLine(line), cancellationToken);
        }

        return new Results(options, [.. options.Workloads.SelectMany(CreateRows)]);
    }

    private int CountTurns() => options.Workloads.Sum(workload => RoundCount(workload) * options.Sides.Count);

    private int RoundCount(Workload workload) => int.Min(options.RoundCount, workload.RoundCountMax);

    private async Task RunTurnsAsync(
        Action<string> starting, Action<string> finished, CancellationToken cancellationToken)
    {
        foreach (Workload workload in options.Workloads)
        {
            for (int round = 1; round <= RoundCount(workload); round++)
            {
                foreach (string side in options.Sides)
                {
                    string name = $"{workload.FullName}, {SideNames.Title(side)}, {round} of {RoundCount(workload)}";
                    starting(name);
                    Turn turn = await RunTurnAsync(workload, side, cancellationToken);
                    TurnsOf(workload, side).Add(turn);
                    finished($"{name}: {Describe(workload, turn)}");
                }
            }
        }
    }

    private async Task<Turn> RunTurnAsync(Workload workload, string side, CancellationToken cancellationToken)
    {
        if (side != SideNames.Go)
        {
            return await ChildProcess.RunAsync(
                [
                    .. ChildProcess.OwnCommand(), ChildMain.CommandName, workload.FullName, side,
                    options.Scale.ToString(), options.ProcessorCount.ToString(CultureInfo.InvariantCulture),
                ],
                cancellationToken);
        }

        return _goPeer.Path is string program
            ? await ChildProcess.RunAsync(GoPeer.Command(program, workload, options.Scale), cancellationToken)
            : new Turn(null, _goPeer.Failure);
    }

    private List<Turn> TurnsOf(Workload workload, string side)
    {
        if (!_turns.TryGetValue((workload, side), out List<Turn>? turns))
        {
            _turns[(workload, side)] = turns = [];
        }

        return turns;
    }

    private static string Describe(Workload workload, Turn turn) => turn.Output is null
        ? "FAILED, " + turn.Failure
        : string.Join(", ", workload.Quantities.Select(quantity => Cell.Create(quantity.Name, [turn]) switch
        {
            { Median: double median } => $"{quantity.Name} {Format.Number(median)} {quantity.Unit}".TrimStart(),
            Cell cell => $"{quantity.Name} FAILED, {cell.Failures[0]}".TrimStart(),
        }));

    private IEnumerable<Row> CreateRows(Workload workload) => workload.Quantities.Select(quantity => new Row(
        workload,
        quantity,
        workload.DescribeSize(options.Scale),
        workload.IsScaled(options.Scale),
        options.Sides.ToDictionary(side => side, side => Cell.Create(quantity.Name, TurnsOf(workload, side)))));
}
