using System;
using System.Collections.Generic;
using System.Linq;

namespace Goroutines.Checkpoints.Measuring;

/// <summary>What was measured for one kernel: microseconds a call, one entry a round.</summary>
internal sealed record Row(string Name, IReadOnlyList<double> PlainUs, IReadOnlyList<double> WovenUs)
{
    public double MinimaRatio => WovenUs.Min() / PlainUs.Min();

    public double MediansRatio => Median(WovenUs) / Median(PlainUs);

    public static double Median(IReadOnlyList<double> values)
    {
        double[] sorted = [.. values.Order()];
        int middle = sorted.Length / 2;
        return sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    public static double GeometricMean(IEnumerable<double> ratios) => Math.Exp(ratios.Average(Math.Log));
}
