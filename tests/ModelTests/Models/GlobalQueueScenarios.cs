using System;
using Goroutines.Internal.Work;
using Goroutines.ModelTests.Exploration;
using Goroutines.ModelTests.Memory;

namespace Goroutines.ModelTests.Models;

/// <summary>Small programs around the global run queue, with what has to hold at their end.</summary>
internal static class GlobalQueueScenarios
{
    /// <summary>Two threads put, one item and a batch; two take until nothing is left.</summary>
    public static Action<Simulation> PuttersAndTakers(int segmentCapacity) => simulation =>
    {
        const int ItemCount = 4;
        GlobalRunQueue<ModelSync> queue = Internals.CreateGlobalQueue(simulation, segmentCapacity);
        var ledger = new Ledger();
        WorkItem first = ledger.Put();
        WorkItem second = ledger.Put();
        WorkItem[] batch = [ledger.Put(), ledger.Put()];
        int takenCount = 0;
        simulation.AddThread("putter", () =>
        {
            queue.Put(first);
            queue.Put(second);
        });
        simulation.AddThread("batch putter", () => queue.Put(batch));
        for (int taker = 0; taker < 2; taker++)
        {
            string name = $"taker {taker}";
            simulation.AddThread(name, () =>
            {
                while (takenCount < ItemCount)
                {
                    takenCount += Take(queue, ledger, name);
                    simulation.WaitUntil(
                        ModelThread.Current!, () => takenCount >= ItemCount || Internals.HasTakeable(queue));
                }
            });
        }

        simulation.AddCheck(ledger.AssertBalanced);
    };

    /// <summary>One thread puts, singly and in a batch; one takes: it sees them in order.</summary>
    public static Action<Simulation> OnePutterOneTaker(int segmentCapacity) => simulation =>
    {
        const int ItemCount = 5;
        GlobalRunQueue<ModelSync> queue = Internals.CreateGlobalQueue(simulation, segmentCapacity);
        var ledger = new Ledger();
        int takenCount = 0;
        simulation.AddThread("putter", () =>
        {
            queue.Put(ledger.Put());
            queue.Put(ledger.Put());
            queue.Put([ledger.Put(), ledger.Put(), ledger.Put()]);
        });
        simulation.AddThread("taker", () =>
        {
            while (takenCount < ItemCount)
            {
                takenCount += Take(queue, ledger, "taker");
                simulation.WaitUntil(
                    ModelThread.Current!, () => takenCount >= ItemCount || Internals.HasTakeable(queue));
            }
        });
        simulation.AddCheck(() =>
        {
            ledger.AssertInOrder("taker");
            ledger.AssertBalanced();
        });
    };

    private static int Take(GlobalRunQueue<ModelSync> queue, Ledger ledger, string taker)
    {
        WorkItem[] taken = new WorkItem[2];
        int count = queue.TakeShare(taken, processorCount: 2);
        foreach (WorkItem item in taken.AsSpan(0, count))
        {
            ledger.Take(taker, item);
        }

        return count;
    }
}
