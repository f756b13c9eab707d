using System;
using System.Collections.Generic;
using System.Globalization;
using System.Threading.Tasks;

namespace Goroutines.RuntimeChild;

/// <summary>Prints what an operation allocates in the steady state, on all threads of the process together.</summary>
/// <remarks>
/// A process of its own, because the runtime's exact count is that of the process. The least of some rounds is printed: what an
/// operation allocates is in each of them, what happens once (a segment, a thread that starts) in some.
/// </remarks>
internal static class AllocationMode
{
    // Sixteen machines on two cores start one by one, over about ten rounds, and each start allocates; afterwards it is 0.
    private const int RoundCountMax = 40;
    private const double EnoughBytes = 0.005;
    private const int ObjectRoundCount = 3;
    private const double ObjectBytes = 24;

    private static readonly Dictionary<string, Func<GoScheduler, Traffic>> s_traffics = new()
    {
        ["post-worker"] = scheduler => Posts(scheduler, fromWorker: true, t => t.Scheduler.Post(t.Item)),
        ["post-outside"] = scheduler => Posts(scheduler, fromWorker: false, t => t.Scheduler.Post(t.Item)),
        ["go-post-worker"] = scheduler => Posts(scheduler, fromWorker: true, t => Go.Post(t.Item)),
        ["go-post-outside"] = scheduler => Posts(scheduler, fromWorker: false, t => Go.Post(t.Item)),
        ["context-worker"] = scheduler => Posts(
            scheduler, fromWorker: true, t => t.Scheduler.SynchronizationContext.Post(t.Callback, t)),
        ["context-outside"] = scheduler => Posts(
            scheduler, fromWorker: false, t => t.Scheduler.SynchronizationContext.Post(t.Callback, t)),
        ["raw-local-worker"] = scheduler => Posts(
            scheduler, fromWorker: true, t => t.Scheduler.UnsafeQueueUserWorkItem(t, preferLocal: true)),
        ["raw-local-outside"] = scheduler => Posts(
            scheduler, fromWorker: false, t => t.Scheduler.UnsafeQueueUserWorkItem(t, preferLocal: true)),
        ["raw-global-worker"] = scheduler => Posts(
            scheduler, fromWorker: true, t => t.Scheduler.UnsafeQueueUserWorkItem(t, preferLocal: false)),
        ["raw-global-outside"] = scheduler => Posts(
            scheduler, fromWorker: false, t => t.Scheduler.UnsafeQueueUserWorkItem(t, preferLocal: false)),
        ["go-yield"] = scheduler => new YieldTraffic(scheduler, t => scheduler.Run(t.YieldByGoAsync)),
        ["go-yield-raw"] = scheduler => new YieldTraffic(scheduler, t => YieldTraffic.StartRaw(scheduler, t.YieldByGoAsync)),
        ["go-delay"] = scheduler => new YieldTraffic(scheduler, t => scheduler.Run(t.DelayAsync)),
        ["go-delay-raw"] = scheduler => new YieldTraffic(scheduler, t => YieldTraffic.StartRaw(scheduler, t.DelayAsync)),
        ["socket"] = scheduler => new SocketTraffic(scheduler, isRaw: false),
        ["stream-raw"] = scheduler => new SocketTraffic(scheduler, isRaw: true),
        ["task-yield"] = scheduler => new YieldTraffic(scheduler, t => scheduler.Run(t.YieldByTaskAsync)),
        ["chan-ping-pong"] = scheduler => ChanTraffic.PingPong(scheduler.ProcessorCount + 1, scheduler.Run),
        ["chan-ping-pong-raw"] = scheduler =>
            ChanTraffic.PingPong(scheduler.ProcessorCount + 1, work => YieldTraffic.StartRaw(scheduler, work)),
        ["chan-ping-pong-outside"] = _ => ChanTraffic.PingPong(1, Task.Run),
        ["chan-fan-in"] = scheduler => ChanTraffic.FanIn(100, scheduler.Run),
        ["chan-watch"] = scheduler => ChanTraffic.Watch(scheduler.ProcessorCount + 2, scheduler.Run),
        ["select"] = scheduler => ChanTraffic.Select(scheduler.Run),
        ["mutex"] = scheduler => ChanTraffic.Mutex(scheduler.ProcessorCount + 2, scheduler.Run),

        // These do allocate: an object for each post on the thread outside, an object for each item on the worker.
        ["allocates-outside"] = scheduler => Posts(
            scheduler, fromWorker: false, t => t.Scheduler.Post(static traffic => traffic.Execute(), t)),
        ["allocates-worker"] = scheduler => Posts(scheduler, fromWorker: false, t => t.Scheduler.Post(t.AllocatingItem)),
    };

    /// <summary>Prints a line for each processor count: the bytes of an operation.</summary>
    public static int Run(string kind, IReadOnlyList<string> processorCounts)
    {
        // The shared scheduler, because that is where Go.Post from outside goes.
        GoScheduler scheduler = GoScheduler.Shared;
        foreach (string processorCount in processorCounts)
        {
            scheduler.ProcessorCount = int.Parse(processorCount, CultureInfo.InvariantCulture);
            using Traffic traffic = s_traffics[kind](scheduler);
            Console.WriteLine(Measure(traffic).ToString("0.0000", CultureInfo.InvariantCulture));
        }

        return 0;
    }

    private static double Measure(Traffic traffic)
    {
        traffic.Run(traffic.OperationCount / 2);
        double least = double.MaxValue;
        for (int round = 0; round < RoundCountMax && !IsClear(least, round); round++)
        {
            long before = GC.GetTotalAllocatedBytes(precise: true);
            long operationCount = traffic.Run(traffic.OperationCount);
            long allocated = GC.GetTotalAllocatedBytes(precise: true) - before;
            least = Math.Min(least, (double)allocated / operationCount);
        }

        return least;
    }

    // No late start makes three rounds in a row look as if each operation made an object.
    private static bool IsClear(double least, int roundCount) =>
        least <= EnoughBytes || (roundCount >= ObjectRoundCount && least >= ObjectBytes);

    private static PostTraffic Posts(GoScheduler scheduler, bool fromWorker, Action<PostTraffic> queue) =>
        new(scheduler, fromWorker, queue);
}
