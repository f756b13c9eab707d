using System.Collections.Generic;
using System.Linq;
using Goroutines.Compare.Sides;
using Spectre.Console;

namespace Goroutines.Compare.Reporting;

/// <summary>The table on the terminal.</summary>
internal static class ConsoleReport
{
    public static void Write(IAnsiConsole console, Results results)
    {
        console.WriteLine(Format.Setting(results.Options));
        console.Write(CreateTable(results));
        foreach (string failure in DescribeFailures(results))
        {
            console.MarkupLineInterpolated($"[red]{failure}[/]");
        }
    }

    /// <summary>Lists every round that failed, with the reason.</summary>
    public static IEnumerable<string> DescribeFailures(Results results) =>
        from row in results.Rows
        from cell in row.Cells
        from failure in cell.Value.Failures
        select $"{row.Name} on {SideNames.Title(cell.Key)} failed: {failure}";

    private static Table CreateTable(Results results)
    {
        Table table = new Table().Border(TableBorder.Rounded).AddColumns("workload", "size", "unit");
        foreach (string side in results.Options.Sides)
        {
            table.AddColumn(new TableColumn(SideNames.Title(side)).RightAligned());
            table.AddColumn(new TableColumn("min–max").RightAligned());
            table.AddColumn(new TableColumn("B/op").RightAligned());
        }

        foreach (string title in (string[])["ratio", "reach"])
        {
            table.AddColumn(new TableColumn(title).RightAligned());
        }

        table.AddColumn("met");
        foreach (Row row in results.Rows)
        {
            table.AddRow([.. CreateCells(results, row).Select(markup => new Markup(markup))]);
        }

        return table;
    }

    private static IEnumerable<string> CreateCells(Results results, Row row)
    {
        yield return Markup.Escape(row.Name);
        yield return Markup.Escape(Format.Size(row));
        yield return row.Quantity.Unit;
        foreach (Cell cell in results.Options.Sides.Select(side => row.Cells[side]))
        {
            yield return cell.Failures.Count == 0 ? Format.Median(cell) : $"[red]{Format.Median(cell)}[/]";
            yield return $"[dim]{Format.Spread(cell)}[/]";
            yield return Format.Number(cell.BytesPerOperation);
        }

        yield return $"[bold]{Format.Ratio(row)}[/]";
        yield return row.Quantity.Goal?.Text ?? "–";
        yield return row.IsGoalMet switch
        {
            true => "[green]yes[/]",
            false => "[red]no[/]",
            null => Format.Met(row),
        };
    }
}
