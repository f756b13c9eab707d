using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Goroutines.Compare.Measuring;
using Goroutines.Compare.Sides;

namespace Goroutines.Compare.Workloads;

/// <summary>What programs that block do besides sleeping.</summary>
internal enum BlockingMixture
{
    /// <summary>All want one lock again and again, for 20 µs each time.</summary>
    LockConvoy,

    /// <summary>Half of the goroutines sleep 100 ms, half compute for a millisecond.</summary>
    SleepAndCompute,

    /// <summary>Each waits for a goroutine that waits for a goroutine that sleeps.</summary>
    Nested,

    /// <summary>LongRunning tasks that sleep 100 ms each.</summary>
    LongRunning,
}

/// <summary>Goroutines that block in ways that meet one another, while a ticker wants to stay on time.</summary>
internal sealed class BlockingMix(BlockingMixture mixture) : Workload
{
    private const int ConvoyTurnCount = 50;
    private const string WarmTicker = "ticker worst";

    // The JIT compiles what the first round has made hot on a thread of its own, for some tenths of a second.
    private static readonly TimeSpan s_settling = TimeSpan.FromSeconds(1);

    private readonly object _gate = new();

    public override string Name => "BlockingMix";

    public override string Variant => mixture switch
    {
        BlockingMixture.LockConvoy => "lock convoy",
        BlockingMixture.SleepAndCompute => "sleep and compute",
        BlockingMixture.Nested => "nested waits",
        _ => "LongRunning",
    };

    public override int RoundCountMax => 3;

    public override IReadOnlyList<Quantity> Quantities { get; } = [new("", "s"), new(WarmTicker, "ms")];

    public override string DescribeSize(Scale scale) => mixture switch
    {
        BlockingMixture.LockConvoy => $"{GoroutineCount(scale)} × {ConvoyTurnCount} × 20 µs",
        BlockingMixture.SleepAndCompute => $"{GoroutineCount(scale)} × 100 or 1 ms",
        BlockingMixture.Nested => $"{GoroutineCount(scale)} × 3 deep × 100 ms",
        _ => $"{GoroutineCount(scale)} × 100 ms",
    };

    public override IReadOnlyList<Metric> Run<TSide>(Scale scale)
    {
        var ticker = new Ticker();
        Task ticking = ticker.Start<TSide>(spawns: false);
        RunAll<TSide>(GoroutineCount(scale));
        Thread.Sleep(s_settling);
        ticker.ResetWhenRunning();
        long start = Stopwatch.GetTimestamp();
        RunAll<TSide>(GoroutineCount(scale));
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        double worstTickMs = ticker.Take().DefaultIfEmpty().Max();
        ticker.Stop();
        ticking.GetAwaiter().GetResult();
        return [new Metric("", [seconds]), new Metric(WarmTicker, [worstTickMs])];
    }

    private int GoroutineCount(Scale scale) => (mixture, scale) switch
    {
        (BlockingMixture.Nested, Scale.Quick) => 4,
        (_, Scale.Quick) => 16,
        (BlockingMixture.Nested, _) => 32,
        (BlockingMixture.SleepAndCompute, _) => 200,
        _ => 100,
    };

    private void RunAll<TSide>(int count)
        where TSide : struct, ISide =>
        Task.WhenAll(Enumerable.Range(0, count).Select(Start<TSide>)).GetAwaiter().GetResult();

    private Task Start<TSide>(int number)
        where TSide : struct, ISide
    {
        return mixture switch
        {
            BlockingMixture.LockConvoy => TSide.Run(TakeTurns),
            BlockingMixture.SleepAndCompute when number % 2 == 0 => TSide.Run(Sleep),
            BlockingMixture.SleepAndCompute => TSide.Run(static () => Compute(microseconds: 1_000)),
            BlockingMixture.Nested => TSide.Run(static () => WaitFor<TSide>(depth: 2)),
            _ => TSide.Factory.StartNew(
                static () => Thread.Sleep(100), CancellationToken.None, TaskCreationOptions.LongRunning, TSide.Factory.Scheduler!),
        };
    }

    private Task TakeTurns()
    {
        for (int turn = 0; turn < ConvoyTurnCount; turn++)
        {
            lock (_gate)
            {
                Compute(microseconds: 20);
            }
        }

        return Task.CompletedTask;
    }

    private static Task WaitFor<TSide>(int depth)
        where TSide : struct, ISide
    {
        if (depth == 0)
        {
            return Sleep();
        }

        TSide.Run(() => WaitFor<TSide>(depth - 1)).Wait();
        return Task.CompletedTask;
    }

    private static Task Sleep()
    {
        Thread.Sleep(100);
        return Task.CompletedTask;
    }

    private static Task Compute(int microseconds)
    {
        long start = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(start).TotalMicroseconds < microseconds)
        {
            Thread.SpinWait(1);
        }

        return Task.CompletedTask;
    }
}
