using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;
using System.Runtime.InteropServices;
using System.Threading;
using System.Threading.Tasks;
using Goroutines.Compare.Measuring;
using Goroutines.Compare.Sides;

namespace Goroutines.Compare.Workloads;

/// <summary>How a blocker blocks its thread.</summary>
internal enum BlockingWay
{
    /// <summary>Thread.Sleep, which the runtime knows about.</summary>
    Sleep,

    /// <summary>A native call, which nothing knows about.</summary>
    NativeSleep,

    /// <summary>Waiting for a task that needs a timer to complete.</summary>
    TaskWait,
}

/// <summary>Many goroutines block their threads for 100 ms each, all at once, while a ticker wants to stay on time.</summary>
internal sealed partial class Blocking(BlockingWay way) : Workload
{
    private const int BlockMs = 100;
    // The JIT compiles what the cold round has made hot on a thread of its own, for some tenths of a second.
    private static readonly TimeSpan s_settling = TimeSpan.FromSeconds(1);

    private const string ColdWall = "cold wall";
    private const string WarmTicker = "ticker worst";
    private const string ColdTicker = "cold ticker worst";

    public override string Name => "Blocking";

    public override string Variant => way switch
    {
        BlockingWay.Sleep => "Thread.Sleep",
        BlockingWay.NativeSleep => "usleep",
        _ => "Task.Wait",
    };

    // One round on a scheduler that does not hand off takes most of a minute.
    public override int RoundCountMax => 3;

    public override IReadOnlyList<Quantity> Quantities { get; } =
    [
        new("", "s", new AtMostGoal(0.14, NeedsFullSize: true)),
        new(ColdWall, "s"),
        new(WarmTicker, "ms", new AtMostGoal(2, NeedsFullSize: true)),
        new(ColdTicker, "ms"),
    ];

    public override string DescribeSize(Scale scale) => $"{GoroutineCount(scale)} × 100 ms";

    public override IReadOnlyList<Metric> Run<TSide>(Scale scale)
    {
        var ticker = new Ticker();
        Task ticking = ticker.Start<TSide>(spawns: false);
        (double coldWall, double coldTicker) = BlockAll<TSide>(ticker, GoroutineCount(scale));
        Thread.Sleep(s_settling);
        (double warmWall, double warmTicker) = BlockAll<TSide>(ticker, GoroutineCount(scale));
        ticker.Stop();
        ticking.GetAwaiter().GetResult();
        return
        [
            new Metric("", [warmWall]),
            new Metric(ColdWall, [coldWall]),
            new Metric(WarmTicker, [warmTicker]),
            new Metric(ColdTicker, [coldTicker]),
        ];
    }

    private static int GoroutineCount(Scale scale) => scale == Scale.Quick ? 16 : 500;

    private (double WallSeconds, double WorstTickMs) BlockAll<TSide>(Ticker ticker, int count)
        where TSide : struct, ISide
    {
        ticker.ResetWhenRunning();
        Func<Task> goroutine = Block;
        var blockers = new Task[count];
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i < count; i++)
        {
            blockers[i] = TSide.Run(goroutine);
        }

        Task.WhenAll(blockers).GetAwaiter().GetResult();
        return (Stopwatch.GetElapsedTime(start).TotalSeconds, ticker.Take().DefaultIfEmpty().Max());
    }

    private Task Block()
    {
        switch (way)
        {
            case BlockingWay.Sleep:
                Thread.Sleep(BlockMs);
                break;
            case BlockingWay.NativeSleep:
                Check(0, NativeSleep(BlockMs * 1_000), "The result of usleep");
                break;
            default:
                Task.Delay(BlockMs).Wait();
                break;
        }

        return Task.CompletedTask;
    }

    [LibraryImport("libc", EntryPoint = "usleep")]
    private static partial int NativeSleep(uint microseconds);
}
