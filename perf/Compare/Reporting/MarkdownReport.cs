using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using Goroutines.Compare.Sides;

namespace Goroutines.Compare.Reporting;

/// <summary>The report with the table, the failures and the plots.</summary>
internal static class MarkdownReport
{
    public const string FileName = "report.md";

    public static void Write(Results results, string directory, IEnumerable<string> plots)
    {
        var text = new StringBuilder();
        text.Append("# Goroutines and the ThreadPool, side by side\n\n");
        text.Append(Format.Setting(results.Options)).Append("\n\n");
        text.Append("Medians; less is better. The ratio is the ThreadPool's figure divided by ours. Bytes are those ");
        text.Append("allocated per operation. The spread is the least and the greatest of all samples.\n\n");
        AppendTable(text, results);
        AppendFailures(text, results);
        foreach (string plot in plots)
        {
            string file = Path.GetFileName(plot);
            text.Append("\n![").Append(Path.GetFileNameWithoutExtension(file)).Append("](").Append(file).Append(")\n");
        }

        File.WriteAllText(Path.Combine(directory, FileName), text.ToString());
    }

    private static void AppendTable(StringBuilder text, Results results)
    {
        string[] sideTitles =
        [
            .. results.Options.Sides.Select(SideNames.Title).SelectMany(side => (string[])[side, "min–max", "B/op"]),
        ];
        AppendLine(text, ["workload", "size", "unit", .. sideTitles, "ratio", "reach", "met"]);
        AppendLine(text, ["---", "---", "---", .. sideTitles.Select(_ => "--:"), "--:", "--:", "---"]);
        foreach (Row row in results.Rows)
        {
            AppendLine(
                text,
                [
                    row.Name, Format.Size(row), row.Quantity.Unit,
                    .. results.Options.Sides.Select(side => row.Cells[side]).SelectMany(cell => (string[])
                        [Format.Median(cell), Format.Spread(cell), Format.Number(cell.BytesPerOperation)]),
                    Format.Ratio(row), row.Quantity.Goal?.Text ?? "–", Format.Met(row),
                ]);
        }
    }

    private static void AppendLine(StringBuilder text, IEnumerable<string> cells) =>
        text.Append("| ").AppendJoin(" | ", cells).Append(" |\n");

    private static void AppendFailures(StringBuilder text, Results results)
    {
        if (!results.HasFailures)
        {
            return;
        }

        text.Append("\n## Failed rounds\n\n");
        foreach (string failure in ConsoleReport.DescribeFailures(results))
        {
            text.Append("- ").Append(failure).Append('\n');
        }
    }
}
