using System;
using Goroutines.Internal.Work;
using Goroutines.ModelTests.Exploration;
using Goroutines.ModelTests.Memory;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Goroutines.ModelTests.Models;

/// <summary>Small programs around one or two run queues, with what has to hold at their end.</summary>
internal static class QueueScenarios
{
    /// <summary>The owner puts readied items and takes; a thief steals half and takes what it got.</summary>
    public static void OwnerAndThief(Simulation simulation)
    {
        LocalRunQueue<ModelSync> queue = Internals.CreateQueue(simulation);
        LocalRunQueue<ModelSync> other = Internals.CreateQueue(simulation);
        var ledger = new Ledger();
        simulation.AddThread("owner", () =>
        {
            for (int put = 0; put < 6; put++)
            {
                PutReadied(queue, ledger);
            }

            TakeOne(queue, ledger, "owner");
            PutReadied(queue, ledger);
        });
        simulation.AddThread("thief", () => StealAndTake(queue, other, ledger, "thief"));
        simulation.AddCheck(() =>
        {
            // Takers see ascending numbers, since everything here is readied; what is left belongs to nobody yet.
            ledger.AssertInOrder("owner");
            ledger.AssertInOrder("thief");
            Settle(ledger, queue, other);
        });
    }

    /// <summary>The owner takes what it spawned newest first while a thief comes from the other end.</summary>
    public static void SpawnedAndThief(Simulation simulation)
    {
        LocalRunQueue<ModelSync> queue = Internals.CreateQueue(simulation);
        LocalRunQueue<ModelSync> other = Internals.CreateQueue(simulation);
        var ledger = new Ledger();
        simulation.AddThread("owner", () =>
        {
            Assert.IsTrue(queue.TryPutSpawned(ledger.Put()));
            Assert.IsTrue(queue.TryPutSpawned(ledger.Put()));
            TakeOne(queue, ledger, "owner");
            Assert.IsTrue(queue.TryPutSpawned(ledger.Put()));
            TakeOne(queue, ledger, "owner");
            TakeOne(queue, ledger, "owner");
        });
        simulation.AddThread("thief", () =>
        {
            StealAndTake(queue, other, ledger, "thief");
            StealAndTake(queue, other, ledger, "thief");
        });
        simulation.AddCheck(() =>
        {
            ledger.AssertInOrder("thief");
            Settle(ledger, queue, other);
        });
    }

    /// <summary>The ring is full and the owner sheds its older half while a thief comes.</summary>
    public static void Overflow(Simulation simulation)
    {
        LocalRunQueue<ModelSync> queue = Internals.CreateQueue(simulation);
        LocalRunQueue<ModelSync> other = Internals.CreateQueue(simulation);
        var ledger = new Ledger();
        for (int put = 0; put < 4; put++)
        {
            Assert.IsTrue(queue.TryPutReadied(ledger.Put()));
        }

        simulation.AddThread("owner", () =>
        {
            PutReadied(queue, ledger);
            PutReadied(queue, ledger);
            while (queue.TryTakeOldest(out WorkItem item))
            {
                ledger.Take("owner", item);
            }
        });
        simulation.AddThread("thief", () => StealAndTake(queue, other, ledger, "thief"));
        simulation.AddCheck(() => Settle(ledger, queue, other));
    }

    /// <summary>One thief takes half, another takes single items as a shutdown does, and the owner goes on.</summary>
    public static void TwoThieves(Simulation simulation)
    {
        LocalRunQueue<ModelSync> queue = Internals.CreateQueue(simulation);
        LocalRunQueue<ModelSync> other = Internals.CreateQueue(simulation);
        var ledger = new Ledger();
        for (int put = 0; put < 3; put++)
        {
            Assert.IsTrue(queue.TryPutReadied(ledger.Put()));
        }

        simulation.AddThread("owner", () =>
        {
            PutReadied(queue, ledger);
            TakeOne(queue, ledger, "owner");
            var batch = new[] { ledger.Put(), ledger.Put() };
            int put = queue.PutBatch(batch);
            foreach (WorkItem left in batch.AsSpan(put))
            {
                ledger.Take("owner's overflow", left);
            }
        });
        simulation.AddThread("thief", () => StealAndTake(queue, other, ledger, "thief"));
        simulation.AddThread("shutdown", () =>
        {
            for (int attempt = 0; attempt < 2; attempt++)
            {
                if (queue.TryStealOne(out WorkItem item))
                {
                    ledger.Take("shutdown", item);
                }
            }
        });
        simulation.AddCheck(() => Settle(ledger, queue, other));
    }

    /// <summary>The owner fills and replaces runnext while two others try to free it.</summary>
    public static void RunnextStealer(Simulation simulation)
    {
        LocalRunQueue<ModelSync> queue = Internals.CreateQueue(simulation);
        var ledger = new Ledger();
        simulation.AddThread("owner", () =>
        {
            for (int put = 0; put < 3; put++)
            {
                if (!queue.TryPutRunnext(ledger.Put(), out WorkItem displaced))
                {
                    Assert.IsTrue(queue.TryPutReadied(displaced), "The ring has room.");
                }
            }

            TakeOne(queue, ledger, "owner");
            TakeOne(queue, ledger, "owner");
        });
        for (int number = 0; number < 2; number++)
        {
            string name = $"monitor{number}";
            simulation.AddThread(name, () =>
            {
                if (queue.TryStealRunnext(out WorkItem item))
                {
                    ledger.Take(name, item);
                }
            });
        }

        simulation.AddCheck(() => Settle(ledger, queue));
    }

    /// <summary>The owner takes its newest item back by its state while a thief takes from the old end.</summary>
    public static void TakeBack(Simulation simulation)
    {
        LocalRunQueue<ModelSync> queue = Internals.CreateQueue(simulation);
        LocalRunQueue<ModelSync> other = Internals.CreateQueue(simulation);
        var ledger = new Ledger();
        simulation.AddThread("owner", () =>
        {
            WorkItem kept = ledger.Put();
            Assert.IsTrue(queue.TryPutSpawned(kept));
            WorkItem newest = ledger.Put();
            Assert.IsTrue(queue.TryPutSpawned(newest));

            int before = queue.Count;
            if (queue.TryTakeNewest(newest.Work, ledger))
            {
                Assert.IsGreaterThan(0, before);
                ledger.Take("owner", newest);
            }

            Assert.IsTrue(queue.TryPutSpawned(ledger.Put()));
            TakeOne(queue, ledger, "owner");
        });
        simulation.AddThread("thief", () => StealAndTake(queue, other, ledger, "thief"));
        simulation.AddCheck(() => Settle(ledger, queue, other));
    }

    /// <summary>A check of the check: a slot is filled again behind the queue's back, as if it had not been cleared.</summary>
    public static void ForgottenClearing(Simulation simulation)
    {
        LocalRunQueue<ModelSync> queue = Internals.CreateQueue(simulation);
        var ledger = new Ledger();
        simulation.AddThread("owner", () =>
        {
            PutReadied(queue, ledger);
            TakeOne(queue, ledger, "owner");
        });
        simulation.AddCheck(() =>
        {
            Internals.FillRunnext(queue, new WorkItem("leftover", null));
            Settle(ledger, queue);
        });
    }

    private static void PutReadied(LocalRunQueue<ModelSync> queue, Ledger ledger)
    {
        WorkItem item = ledger.Put();
        if (queue.TryPutReadied(item))
        {
            return;
        }

        var batch = new WorkItem[2];
        int count = queue.TakeOldestHalf(batch);
        for (int index = 0; index < count; index++)
        {
            ledger.Take("overflow", batch[index]);
        }

        ledger.Take("overflow", item);
    }

    private static void TakeOne(LocalRunQueue<ModelSync> queue, Ledger ledger, string taker)
    {
        if (queue.TryTake(out WorkItem item))
        {
            ledger.Take(taker, item);
        }
    }

    private static void StealAndTake(LocalRunQueue<ModelSync> victim, LocalRunQueue<ModelSync> own, Ledger ledger, string taker)
    {
        if (!victim.TryStealHalf(own, out WorkItem item))
        {
            return;
        }

        ledger.Take(taker, item);
        while (own.TryTake(out item))
        {
            ledger.Take(taker, item);
        }
    }

    // What nobody took is still there, and after that nothing is.
    private static void Settle(Ledger ledger, params LocalRunQueue<ModelSync>[] queues)
    {
        foreach (LocalRunQueue<ModelSync> queue in queues)
        {
            while (queue.TryTake(out WorkItem item))
            {
                ledger.Take("remainder", item);
            }

            Assert.IsTrue(Internals.HoldsNothing(queue), "A slot keeps alive what was taken.");
        }

        ledger.AssertBalanced();
    }
}
