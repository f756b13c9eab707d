using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;
using Spectre.Console;

namespace Goroutines.Checkpoints.Measuring;

/// <summary>The table, on the terminal and in Markdown.</summary>
internal static class Report
{
    private static readonly string[] s_titles =
    [
        "kernel", "without µs, min", "median", "with µs, min", "median", "ratio of minima", "of medians",
    ];

    public static void Write(IAnsiConsole console, IReadOnlyList<Row> rows)
    {
        Table table = new Table().Border(TableBorder.Rounded).AddColumn(s_titles[0]);
        foreach (string title in s_titles.Skip(1))
        {
            table.AddColumn(new TableColumn(title).RightAligned());
        }

        foreach (string[] cells in CellsOf(rows))
        {
            table.AddRow(cells.Select(Markup.Escape).ToArray());
        }

        console.Write(table);
    }

    public static string ToMarkdown(IReadOnlyList<Row> rows)
    {
        var text = new StringBuilder();
        text.AppendLine("| " + string.Join(" | ", s_titles) + " |");
        text.AppendLine("|---|" + string.Concat(s_titles.Skip(1).Select(_ => "--:|")));
        foreach (string[] cells in CellsOf(rows))
        {
            text.AppendLine("| " + string.Join(" | ", cells) + " |");
        }

        return text.ToString();
    }

    private static IEnumerable<string[]> CellsOf(IReadOnlyList<Row> rows)
    {
        foreach (Row row in rows)
        {
            yield return
            [
                row.Name,
                Time(row.PlainUs.Min()), Time(Row.Median(row.PlainUs)),
                Time(row.WovenUs.Min()), Time(Row.Median(row.WovenUs)),
                Ratio(row.MinimaRatio), Ratio(row.MediansRatio),
            ];
        }

        double minima = Row.GeometricMean(rows.Select(row => row.MinimaRatio));
        double medians = Row.GeometricMean(rows.Select(row => row.MediansRatio));
        yield return ["geometric mean", string.Empty, string.Empty, string.Empty, string.Empty, Ratio(minima), Ratio(medians)];
        yield return
        [
            "worst", string.Empty, string.Empty, string.Empty, string.Empty,
            Ratio(rows.Max(row => row.MinimaRatio)), Ratio(rows.Max(row => row.MediansRatio)),
        ];
    }

    private static string Time(double us) => us.ToString(us < 100 ? "F1" : "F0", CultureInfo.InvariantCulture);

    private static string Ratio(double ratio) => ratio.ToString("F2", CultureInfo.InvariantCulture);
}
