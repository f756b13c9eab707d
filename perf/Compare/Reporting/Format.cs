using System;
using System.Globalization;
using System.Runtime;
using System.Runtime.InteropServices;
using Goroutines.Compare.Measuring;
using Goroutines.Compare.Sides;

namespace Goroutines.Compare.Reporting;

/// <summary>How figures are written, the same in every report.</summary>
internal static class Format
{
    private const string None = "–";

    /// <summary>Writes a figure with three significant digits, without an exponent.</summary>
    public static string Number(double? value) => value switch
    {
        null => None,
        double number when Math.Abs(number) >= 100 => number.ToString("N0", CultureInfo.InvariantCulture),
        double number when Math.Abs(number) >= 10 => number.ToString("0.0", CultureInfo.InvariantCulture),
        double number => number.ToString("0.##", CultureInfo.InvariantCulture),
    };

    public static string Median(Cell? cell)
    {
        if (cell is null)
        {
            return None;
        }

        string median = cell.Median is null ? "" : Number(cell.Median);
        return cell.Failures.Count == 0
            ? median
            : $"{median} FAILED ({cell.Failures.Count} of {cell.Failures.Count + cell.RoundMedians.Count})".TrimStart();
    }

    public static string Spread(Cell? cell) =>
        cell?.Median is null ? None : $"{Number(cell.Min)}–{Number(cell.Max)}";

    public static string Ratio(Row row) => row.Ratio is double ratio
        ? ratio.ToString("0.00", CultureInfo.InvariantCulture) + "×"
        : None;

    public static string Met(Row row) => row.Quantity.Goal is null
        ? None
        : row.IsGoalMet switch { true => "yes", false => "no", null => "not judged" };

    public static string Size(Row row) => row.IsScaled ? $"{row.Size} (scaled)" : row.Size;

    /// <summary>Describes the machine and the settings, in one line.</summary>
    public static string Setting(CompareOptions options)
    {
        string processors = options.ProcessorCount == 0
            ? "default"
            : options.ProcessorCount.ToString(CultureInfo.InvariantCulture);
        string collector = GCSettings.IsServerGC ? "server GC" : "workstation GC";
        string rounds = options.Scale == Scale.Quick ? $"{options.RoundCount} quick" : $"{options.RoundCount}";
        return $"{RuntimeInformation.OSDescription}, {RuntimeInformation.ProcessArchitecture}, "
            + $"{Environment.ProcessorCount} CPUs, {RuntimeInformation.FrameworkDescription}, {collector}; "
            + $"{SideNames.Title(SideNames.Goroutines)} ProcessorCount: {processors}, ThreadPool's unchanged; "
            + $"{rounds} round(s), each side in a process of its own, in turns.";
    }
}
