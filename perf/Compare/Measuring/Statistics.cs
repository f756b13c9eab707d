using System.Collections.Generic;
using System.Linq;

namespace Goroutines.Compare.Measuring;

/// <summary>The little statistics that reports need.</summary>
internal static class Statistics
{
    /// <summary>Returns the value in the middle, or between the two in the middle.</summary>
    public static double Median(IEnumerable<double> values) => Percentile(values, 0.5);

    /// <summary>Returns a percentile, interpolated between its neighbours.</summary>
    /// <param name="values">At least one value.</param>
    /// <param name="fraction">0 for the least, 1 for the greatest.</param>
    public static double Percentile(IEnumerable<double> values, double fraction)
    {
        double[] sorted = [.. values.Order()];
        double position = fraction * (sorted.Length - 1);
        int below = (int)position;
        int above = int.Min(below + 1, sorted.Length - 1);
        return sorted[below] + ((position - below) * (sorted[above] - sorted[below]));
    }
}
