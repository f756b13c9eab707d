using System;
using System.Runtime;

namespace Goroutines.ModelTests.Memory;

/// <summary>Runs a model under many seeds, without garbage collections, so that addresses stay what they are.</summary>
internal static class ModelRun
{
    private const long BatchBytes = 200_000_000;
    private const int BatchRunCount = 200;

    /// <summary>Returns the first failure, or null if all seeds pass.</summary>
    public static string? FindFailure(int runCount, Func<int, string?> run)
    {
        int firstSeed = Environment.TickCount & 0xFFFF;
        Console.WriteLine($"Seeds {firstSeed} to {firstSeed + runCount - 1}.");
        for (int done = 0; done < runCount; done += BatchRunCount)
        {
            GC.TryStartNoGCRegion(BatchBytes);
            try
            {
                for (int seed = firstSeed + done; seed < firstSeed + done + BatchRunCount; seed++)
                {
                    string? failure = Guarded(run, seed);
                    if (failure is not null)
                    {
                        return $"Seed {seed}: {failure}";
                    }
                }
            }
            finally
            {
                if (GCSettings.LatencyMode == GCLatencyMode.NoGCRegion)
                {
                    GC.EndNoGCRegion();
                }
            }
        }

        return null;
    }

    private static string? Guarded(Func<int, string?> run, int seed)
    {
        try
        {
            string? failure = run(seed);
            return GCSettings.LatencyMode == GCLatencyMode.NoGCRegion
                ? failure
                : throw new NotSupportedException("A collection moved the model's memory: make the batch smaller.");
        }
        catch (InvalidOperationException e)
        {
            return e.Message;
        }
    }
}
