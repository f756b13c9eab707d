using System.Collections.Generic;
using System.IO;
using System.Linq;
using Goroutines.Compare.Sides;
using Goroutines.Compare.Workloads;
using ScottPlot;

namespace Goroutines.Compare.Reporting;

/// <summary>The plots: the medians of each unit, since units do not share an axis, and the ratios.</summary>
internal static class Plots
{
    private const int Height = 600;

    // A ratio of a hundred would flatten all others; the label says what is cut off.
    private const double RatioMax = 10;
    private static readonly Color s_ratioColor = Color.FromHex("#2a6f97");
    private static readonly Dictionary<string, Color> s_sideColors = new()
    {
        [SideNames.ThreadPool] = Color.FromHex("#8d99ae"),
        [SideNames.Goroutines] = Color.FromHex("#2a6f97"),
        [SideNames.Go] = Color.FromHex("#e09f3e"),
    };

    /// <summary>Writes the plots and returns their paths.</summary>
    public static IReadOnlyList<string> Write(Results results, string directory)
    {
        // Plots of an earlier comparison would look like this one's.
        foreach (string old in Directory.GetFiles(directory, "*.png"))
        {
            File.Delete(old);
        }

        var paths = new List<string>();
        foreach (IGrouping<string, Row> rows in results.Rows.Where(HasMedian).GroupBy(row => BaseUnit(row.Quantity.Unit)))
        {
            string path = Path.Combine(directory, $"medians-{rows.Key.Replace('/', '-')}.png");
            WriteMedians(path, rows.Key, [.. rows], results.Options.Sides);
            paths.Add(path);
        }

        Row[] withRatio = [.. results.Rows.Where(row => row.Ratio is not null && IsShownAsRatio(row))];
        if (withRatio.Length > 0)
        {
            string path = Path.Combine(directory, "ratios.png");
            WriteRatios(path, withRatio);
            paths.Add(path);
        }

        return paths;
    }

    // Side quantities, such as a cold start's, have no figure to reach and stay in the table.
    private static bool IsShownAsRatio(Row row) => row.Quantity.Name.Length == 0 || row.Quantity.Goal is not null;

    private static bool HasMedian(Row row) => row.Cells.Values.Any(cell => cell.Median is not null);

    // "ns/item" and "ns/yield" share an axis.
    private static string BaseUnit(string unit) => unit == "1/s" ? "per-second" : unit.Split('/')[0];

    private static void WriteMedians(string path, string unit, Row[] rows, IReadOnlyList<string> sides)
    {
        using var plot = new Plot();
        double width = 0.8 / sides.Count;
        for (int s = 0; s < sides.Count; s++)
        {
            string side = sides[s];
            double offset = (s - ((sides.Count - 1) / 2.0)) * width;
            Bar[] bars = [.. rows.Select((row, position) => CreateBar(row.Cells[side], position + offset, width, side)).OfType<Bar>()];
            plot.Add.Bars(bars).LegendText = SideNames.Title(side);
            for (int position = 0; position < rows.Length; position++)
            {
                AddSpread(plot, rows[position].Cells[side], position + offset);
            }
        }

        plot.Title($"Medians and spread, {unit} (less is better)");
        plot.YLabel(unit);
        plot.ShowLegend(Alignment.UpperRight);
        Finish(plot, path, rows);
    }

    private static Bar? CreateBar(Cell cell, double position, double width, string side) => cell.Median is double median
        ? new Bar
        {
            Position = position,
            Value = median,
            Size = width,
            FillColor = s_sideColors[side],
            LineWidth = 0,
        }
        : null;

    // The median need not lie in the middle of the spread, so the two arms of the error bar differ.
    private static void AddSpread(Plot plot, Cell cell, double position)
    {
        if (cell is { Median: not null, Min: double min, Max: double max } && max > min)
        {
            ScottPlot.Plottables.LinePlot line = plot.Add.Line(position, min, position, max);
            line.Color = Colors.Black;
            line.LineWidth = 1.5f;
        }
    }

    private static void WriteRatios(string path, Row[] rows)
    {
        using var plot = new Plot();
        plot.Add.Bars(rows.Select((row, position) => new Bar
        {
            Position = position,
            Value = double.Min(row.Ratio!.Value, RatioMax),
            FillColor = s_ratioColor,
            LineWidth = 0,
            ValueLabel = Format.Ratio(row),
        }).ToArray()).ValueLabelStyle.FontSize = 12;
        for (int position = 0; position < rows.Length; position++)
        {
            if (rows[position].Quantity.Goal is RatioGoal goal)
            {
                ScottPlot.Plottables.LinePlot mark =
                    plot.Add.Line(position - 0.45, goal.Limit, position + 0.45, goal.Limit);
                mark.Color = Colors.Red;
                mark.LineWidth = 2;
            }
        }

        ScottPlot.Plottables.HorizontalLine even = plot.Add.HorizontalLine(1, 1, Colors.Black);
        even.LinePattern = LinePattern.Dashed;
        plot.Title($"How many times better than the ThreadPool (more is better; red: to be reached; bars end at {RatioMax})");
        plot.YLabel("times");
        Finish(plot, path, rows);
    }

    private static void Finish(Plot plot, string path, Row[] rows)
    {
        plot.Axes.Bottom.SetTicks(
            [.. Enumerable.Range(0, rows.Length).Select(position => (double)position)],
            [.. rows.Select(row => row.IsScaled ? row.Name + " (scaled)" : row.Name)]);
        plot.Axes.Bottom.TickLabelStyle.Rotation = 30;
        plot.Axes.Bottom.TickLabelStyle.Alignment = Alignment.MiddleLeft;
        plot.Axes.Bottom.MinimumSize = 190;
        plot.Axes.Right.MinimumSize = 110;
        plot.HideGrid();
        plot.Axes.Margins(bottom: 0, top: 0.15);
        plot.SavePng(path, int.Max(700, 300 + (rows.Length * 90)), Height);
    }
}
