using System;
using System.Diagnostics;
using System.Threading;

namespace Goroutines.Checkpoints.Measuring;

/// <summary>Measures a kernel: both versions warmed up until they are fully optimized, then round by round in turn.</summary>
internal static class Measurement
{
    private const double RoundMs = 20;

    // Tier 0, instrumented, tier 1: each is made in the background, 100 ms after the last new method. Arbitrary, and enough.
    private const int WarmUpCount = 5;
    private const double WarmUpMs = 150;

    public static Row Measure(Kernel kernel, int roundCount)
    {
        if (kernel.Plain() != kernel.Woven())
        {
            throw new InvalidOperationException($"{kernel.Name} computes something else when it is woven.");
        }

        for (int i = 0; i < WarmUpCount; i++)
        {
            RunFor(kernel.Plain, WarmUpMs);
            RunFor(kernel.Woven, WarmUpMs);
            Thread.Sleep(150);
        }

        int callCount = Math.Max(1, (int)(RoundMs * 1_000 / RunFor(kernel.Plain, RoundMs)));
        double[] plain = new double[roundCount];
        double[] woven = new double[roundCount];
        for (int round = 0; round < roundCount; round++)
        {
            // Who goes first changes.
            if (round % 2 == 0)
            {
                plain[round] = Run(kernel.Plain, callCount);
                woven[round] = Run(kernel.Woven, callCount);
            }
            else
            {
                woven[round] = Run(kernel.Woven, callCount);
                plain[round] = Run(kernel.Plain, callCount);
            }
        }

        return new Row(kernel.Name, plain, woven);
    }

    /// <summary>Returns microseconds a call.</summary>
    private static double Run(Func<long> kernel, int callCount)
    {
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i < callCount; i++)
        {
            kernel();
        }

        return Stopwatch.GetElapsedTime(start).TotalMicroseconds / callCount;
    }

    private static double RunFor(Func<long> kernel, double durationMs)
    {
        long start = Stopwatch.GetTimestamp();
        int callCount = 0;
        while (Stopwatch.GetElapsedTime(start).TotalMilliseconds < durationMs)
        {
            kernel();
            callCount++;
        }

        return Stopwatch.GetElapsedTime(start).TotalMicroseconds / callCount;
    }
}
