// Purpose: recursion that outgrows its stack: 100 levels with 1,024 bytes each by value, then a million, synchronous and async.
using System;
using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Threading.Tasks;
using Goroutines;

const int Depth = 1_000_000;
await Go.Run(() => Recursion.ExpandStack(default, 100));

await MeasureAsync("synchronous", () => Go.Run(() => Recursion.Descend(Depth)));
await MeasureAsync("async on segments", () => Go.Run(() => Recursion.DescendAsync(Depth, onSegment: true).AsTask()));
await MeasureAsync("async by queueing", () => Go.Run(() => Recursion.DescendAsync(Depth, onSegment: false).AsTask()));

// The first round makes the segments and touches their memory; the code is compiled again after some rounds.
static async Task MeasureAsync(string way, Func<Task<int>> recurse)
{
    double firstMs = 0;
    double leastMs = double.MaxValue;
    long begin = Stopwatch.GetTimestamp();
    for (int round = 0; round < 2 || (round < 10 && Stopwatch.GetElapsedTime(begin).TotalSeconds < 3); round++)
    {
        long start = Stopwatch.GetTimestamp();
        int levels = await recurse();
        double elapsedMs = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        firstMs = round == 0 ? elapsedMs : firstMs;
        leastMs = Math.Min(leastMs, elapsedMs);
        if (levels != Depth)
        {
            throw new InvalidOperationException($"{levels} levels came back.");
        }

        await Task.Delay(50);
    }

    Console.WriteLine($"{Depth:N0} levels, {way}: first {firstMs:F0} ms, warm {leastMs:F0} ms");
}

internal static class Recursion
{
    public static void ExpandStack(Buffer1024 buffer, int depth)
    {
        if (depth == 0)
        {
            Console.WriteLine("Recursion finished without overflow");
            return;
        }

        buffer[depth] = (byte)depth;
        ExpandStack(buffer, depth - 1);
    }

    public static int Descend(int depth) => depth == 0 ? 0 : 1 + Go.EnsureStack(Descend, depth - 1);

    public static async ValueTask<int> DescendAsync(int depth, bool onSegment)
    {
        await Go.EnsureStackAsync(onSegment);
        return depth == 0 ? 0 : 1 + await DescendAsync(depth - 1, onSegment);
    }
}

[InlineArray(1_024)]
internal struct Buffer1024
{
    private byte _first;
}
