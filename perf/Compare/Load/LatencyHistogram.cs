using System;

namespace Goroutines.Compare.Load;

/// <summary>Counts times to a microsecond; more than a second counts as a second.</summary>
internal sealed class LatencyHistogram
{
    private readonly int[] _counts = new int[1_000_001];
    private int _usMax;

    public long Count { get; private set; }

    public void Add(double microseconds)
    {
        int us = (int)double.Min(microseconds, _counts.Length - 1);
        _counts[us]++;
        Count++;
        _usMax = int.Max(_usMax, us);
    }

    /// <summary>Returns the time that so large a part of all did not exceed.</summary>
    public double Percentile(double fraction)
    {
        long missing = (long)Math.Ceiling(fraction * Count);
        for (int us = 0; us <= _usMax; us++)
        {
            missing -= _counts[us];
            if (missing <= 0)
            {
                return us + 1;
            }
        }

        return 0;
    }

    public void Clear()
    {
        Array.Clear(_counts, 0, _usMax + 1);
        Count = 0;
        _usMax = 0;
    }
}
