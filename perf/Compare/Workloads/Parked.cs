using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Threading;
using System.Threading.Tasks;
using Goroutines.Compare.Measuring;
using Goroutines.Compare.Sides;

namespace Goroutines.Compare.Workloads;

/// <summary>What a goroutine costs that waits for an event: memory, after a full collection.</summary>
/// <param name="isTaskKept">
/// True: started by Run, the task kept, awaiting a TaskCompletionSource. False: posted, awaiting the side's own event.
/// </param>
internal sealed class Parked(bool isTaskKept) : Workload
{
    private const string LiveHeap = "live heap";
    private const string ResidentSet = "RSS";

    public override string Name => "Parked";

    public override string Variant => isTaskKept ? "Run" : "Post";

    public override IReadOnlyList<Quantity> Quantities { get; } =
    [
        new(LiveHeap, "B/goroutine", new AtMostGoal(isTaskKept ? 300 : 170)),
        new(ResidentSet, "B/goroutine"),
    ];

    public override string DescribeSize(Scale scale) =>
        scale == Scale.Quick ? "100,000 goroutines" : "1,000,000 goroutines";

    public override IReadOnlyList<Metric> Run<TSide>(Scale scale)
    {
        // A first, small crowd loads the code and fills caches, so that they do not count as goroutines.
        _ = Park<TSide>(10_000);
        (double liveHeap, double residentSet) = Park<TSide>(scale == Scale.Quick ? 100_000 : 1_000_000);
        return [new Metric(LiveHeap, [liveHeap]), new Metric(ResidentSet, [residentSet])];
    }

    private (double LiveHeap, double ResidentSet) Park<TSide>(int count)
        where TSide : struct, ISide
    {
        var kept = new Task[isTaskKept ? count : 0];
        IParkingEvent parkingEvent = isTaskKept ? new TaskEvent() : TSide.CreateParkingEvent();
        Func<Task> goroutine = parkingEvent.HitParkHit;
        (long heapBefore, long residentBefore) = MeasureMemory();

        Completions.Expect(count);
        for (int i = 0; i < count; i++)
        {
            if (isTaskKept)
            {
                kept[i] = TSide.Run(goroutine);
            }
            else
            {
                TSide.Post(goroutine);
            }
        }

        Completions.Wait();
        (long heapAfter, long residentAfter) = MeasureMemory();

        // A goroutine that is never resumed makes this a timeout, which is shown as such.
        Completions.Expect(count);
        parkingEvent.Release();
        Completions.Wait();
        Task.WhenAll(kept).GetAwaiter().GetResult();
        return ((double)(heapAfter - heapBefore) / count, (double)(residentAfter - residentBefore) / count);
    }

    private static (long Heap, long Resident) MeasureMemory()
    {
        // The last ones have reported but may not have parked yet; nothing signals that, so they get ample time.
        Thread.Sleep(100);
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        return (GC.GetTotalMemory(forceFullCollection: false), ReadResidentBytes());
    }

    private static long ReadResidentBytes()
    {
        const string Path = "/proc/self/statm";
        if (!File.Exists(Path))
        {
            return Environment.WorkingSet;
        }

        return long.Parse(File.ReadAllText(Path).Split(' ')[1], CultureInfo.InvariantCulture) * Environment.SystemPageSize;
    }
}
