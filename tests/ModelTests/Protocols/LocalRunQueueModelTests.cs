using System;
using System.Collections.Generic;
using Goroutines.Internal.Work;
using Goroutines.ModelTests.Memory;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Goroutines.ModelTests.Protocols;

/// <summary>
/// Goal: every item put into the real run queue is taken once, whole, by the owner, a thief or who frees runnext.
/// Method: the queue with 4 slots over simulated store buffers, seeded random schedules; then the same with a bug seeded.
/// </summary>
[TestClass]
public sealed class LocalRunQueueModelTests
{
    private const int LimitMs = 120_000;
    private const int RunCount = 3_000;

    [TestMethod, Timeout(LimitMs)]
    public void OwnerThiefAndMonitor_AnySchedule_TakeEachItemOnce()
    {
        Assert.IsNull(ModelRun.FindFailure(RunCount, seed => Run(seed, Mutation.None)));
    }

    [TestMethod, Timeout(LimitMs)]
    public void OwnerThiefAndMonitor_PublishedBeforeWritten_TakeWhatIsNotThere()
    {
        string? failure = ModelRun.FindFailure(RunCount, seed => Run(seed, Mutation.AddUnordered));
        Console.WriteLine(failure);
        Assert.IsNotNull(failure, "The addition publishes what was written before it.");
    }

    private static string? Run(int seed, Mutation mutation)
    {
        var queue = new LocalRunQueue<ModelSync>(capacity: 4);
        var thiefQueue = new LocalRunQueue<ModelSync>(capacity: 4);
        object[] items = [new(), new(), new(), new(), new(), new()];
        var taken = new List<object?>();
        Explorer.Run(
            seed,
            mutation,
            () => Own(queue, items, taken),
            () => Steal(queue, thiefQueue, taken),
            () => FreeRunnext(queue, taken));
        return Judge(items, taken);
    }

    private static void Own(LocalRunQueue<ModelSync> queue, object[] items, List<object?> taken)
    {
        foreach (object item in items[..3])
        {
            if (!queue.TryPutSpawned(new WorkItem(item, item)))
            {
                Note(taken, new WorkItem(item, item));
            }
        }

        if (!queue.TryPutRunnext(new WorkItem(items[3], items[3]), out WorkItem displaced))
        {
            Note(taken, displaced);
        }

        TakeOne(queue, taken);
        foreach (object item in items[4..])
        {
            if (!queue.TryPutReadied(new WorkItem(item, item)))
            {
                var batch = new WorkItem[2];
                int count = queue.TakeOldestHalf(batch);
                foreach (WorkItem shed in batch[..count])
                {
                    Note(taken, shed);
                }

                Note(taken, new WorkItem(item, item));
            }
        }

        while (TakeOne(queue, taken))
        {
        }
    }

    private static void Steal(LocalRunQueue<ModelSync> victim, LocalRunQueue<ModelSync> own, List<object?> taken)
    {
        for (int attempt = 0; attempt < 3; attempt++)
        {
            if (victim.TryStealHalf(own, out WorkItem item))
            {
                Note(taken, item);
            }
        }

        while (TakeOne(own, taken))
        {
        }
    }

    private static void FreeRunnext(LocalRunQueue<ModelSync> queue, List<object?> taken)
    {
        for (int attempt = 0; attempt < 3; attempt++)
        {
            if (queue.TryStealRunnext(out WorkItem item))
            {
                Note(taken, item);
            }
        }
    }

    private static bool TakeOne(LocalRunQueue<ModelSync> queue, List<object?> taken)
    {
        bool isTaken = queue.TryTake(out WorkItem item);
        if (isTaken)
        {
            Note(taken, item);
        }

        return isTaken;
    }

    private static void Note(List<object?> taken, WorkItem item) =>
        taken.Add(ReferenceEquals(item.Work, item.State) ? item.Work : "torn");

    private static string? Judge(object[] items, List<object?> taken)
    {
        foreach (object item in items)
        {
            int count = taken.FindAll(one => ReferenceEquals(one, item)).Count;
            if (count != 1)
            {
                return $"item {Array.IndexOf(items, item)} was taken {count} times";
            }
        }

        return taken.Count == items.Length ? null : $"{taken.Count} items were taken, {items.Length} were put";
    }
}
