using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Threading;

namespace Goroutines.Compare.Measuring;

/// <summary>Warms a body up and measures it several times.</summary>
internal static class Sampler
{
    /// <summary>Nanoseconds per operation.</summary>
    public static Metric NanosecondsEach(Scale scale, long operations, Action warm, Action body) =>
        Measure(scale, operations, 1e9 / operations, warm, body);

    /// <summary>Milliseconds for the whole body.</summary>
    public static Metric Milliseconds(Scale scale, long operations, Action warm, Action body) =>
        Measure(scale, operations, 1e3, warm, body);

    /// <summary>
    /// Runs until the tiers of the JIT have settled: code is promoted in the background once nothing new was called
    /// for 100 ms, first to instrumented and then to optimised code, so each phase runs and then leaves that pause.
    /// Fib on the ThreadPool takes five phases to come down from 100 ms to 25 ms; the others take four to six.
    /// </summary>
    public static void WarmUp(Scale scale, Action warm)
    {
        int phaseCount = scale == Scale.Quick ? 6 : 8;
        var phaseMin = TimeSpan.FromMilliseconds(scale == Scale.Quick ? 40 : 100);
        for (int phase = 0; phase < phaseCount; phase++)
        {
            long start = Stopwatch.GetTimestamp();
            do
            {
                warm();
            }
            while (Stopwatch.GetElapsedTime(start) < phaseMin);

            Thread.Sleep(120);
        }
    }

    private static Metric Measure(Scale scale, long operations, double factor, Action warm, Action body)
    {
        WarmUp(scale, warm);
        int iterationCount = scale == Scale.Quick ? 3 : 5;
        var samples = new List<double>();
        var bytes = new List<double>();
        for (int iteration = 0; iteration < iterationCount; iteration++)
        {
            // Every iteration starts with an empty nursery; what it allocates itself, it also pays for.
            GC.Collect();
            GC.WaitForPendingFinalizers();
            long allocatedBefore = GC.GetTotalAllocatedBytes(precise: true);
            long start = Stopwatch.GetTimestamp();
            body();
            double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
            bytes.Add((double)(GC.GetTotalAllocatedBytes(precise: true) - allocatedBefore) / operations);
            samples.Add(seconds * factor);
        }

        return new Metric("", samples, Statistics.Median(bytes));
    }
}
