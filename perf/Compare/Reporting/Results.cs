using System.Collections.Generic;
using System.Linq;
using Goroutines.Compare.Measuring;
using Goroutines.Compare.Running;
using Goroutines.Compare.Sides;
using Goroutines.Compare.Workloads;

namespace Goroutines.Compare.Reporting;

/// <summary>All that a comparison found.</summary>
internal sealed record Results(CompareOptions Options, IReadOnlyList<Row> Rows)
{
    public bool HasFailures => Rows.Any(row => row.Cells.Values.Any(cell => cell.Failures.Count > 0));
}

/// <summary>One quantity of one workload on all sides.</summary>
internal sealed record Row(
    Workload Workload, Quantity Quantity, string Size, bool IsScaled, IReadOnlyDictionary<string, Cell> Cells)
{
    /// <summary>Gets how many times better our median is than the ThreadPool's.</summary>
    public double? Ratio => Quantity.Ratio(MedianOf(SideNames.ThreadPool), MedianOf(SideNames.Goroutines)) is double ratio
        && double.IsFinite(ratio) ? ratio : null;

    /// <summary>Gets whether the goal is met; null if there is none, or if it cannot be judged here.</summary>
    public bool? IsGoalMet => IsScaled && Quantity.Goal is AtMostGoal { NeedsFullSize: true }
        ? null
        : Quantity.Goal?.IsMet(Ratio, MedianOf(SideNames.Goroutines));

    /// <summary>Gets the row's name without its size.</summary>
    public string Name => Quantity.Name.Length == 0
        ? Workload.FullName
        : $"{Workload.FullName}, {Quantity.Name}";

    private double? MedianOf(string side) => Cells.GetValueOrDefault(side)?.Median;
}

/// <summary>What one side measured in one row, over all rounds.</summary>
/// <param name="Median">The median of the rounds' medians; null if no round succeeded.</param>
/// <param name="Min">The least of all samples.</param>
/// <param name="Max">The greatest of all samples.</param>
/// <param name="BytesPerOperation">The median of bytes allocated per operation, if the row counts them.</param>
/// <param name="RoundMedians">The median of each round that succeeded.</param>
/// <param name="Failures">Why rounds failed, one entry each.</param>
internal sealed record Cell(
    double? Median,
    double? Min,
    double? Max,
    double? BytesPerOperation,
    IReadOnlyList<double> RoundMedians,
    IReadOnlyList<string> Failures)
{
    public static Cell Create(string quantityName, IReadOnlyList<Turn> turns)
    {
        Metric[] metrics = [.. turns.Select(turn => Find(turn, quantityName)).OfType<Metric>()];
        string[] failures =
        [
            .. turns.Where(turn => Find(turn, quantityName) is null)
                .Select(turn => turn.Failure ?? $"'{quantityName}' was not reported"),
        ];
        if (metrics.Length == 0)
        {
            return new Cell(null, null, null, null, [], failures);
        }

        double[] medians = [.. metrics.Select(metric => Statistics.Median(metric.Samples))];
        double[] bytes = [.. metrics.Select(metric => metric.BytesPerOperation).OfType<double>()];
        return new Cell(
            Statistics.Median(medians),
            metrics.Min(metric => metric.Samples.Min()),
            metrics.Max(metric => metric.Samples.Max()),
            bytes.Length == 0 ? null : Statistics.Median(bytes),
            medians,
            failures);
    }

    private static Metric? Find(Turn turn, string quantityName) =>
        turn.Output?.Metrics.FirstOrDefault(metric => metric.Name == quantityName && metric.Samples.Count > 0);
}
