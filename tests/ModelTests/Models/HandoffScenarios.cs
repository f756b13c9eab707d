using System;
using Goroutines.Internal.Scheduling;
using Goroutines.Internal.Work;
using Goroutines.ModelTests.Exploration;
using Goroutines.ModelTests.Memory;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Goroutines.ModelTests.Models;

// What is real: Handoff and the LocalRunQueue both sides use as its owner. What is copied from Scheduler.Handoff.cs is
// TryRetake, and from Machine.cs and EnterBlocking what a machine does around its uses; a change there is to be repeated here.
/// <summary>A machine that uses its processor, or gives it away, and a monitor that wants to take it.</summary>
internal static class HandoffScenarios
{
    private const int Nobody = 0;
    private const int TheMachine = 1;

    /// <summary>The machine puts an item in each of two uses; the monitor tries twice to take the processor, and then the items.</summary>
    public static Action<Simulation> Uses(bool waitsForDecision = true) => simulation =>
    {
        var world = new World(simulation) { WaitsForDecision = waitsForDecision };
        simulation.AddThread("machine", () =>
        {
            for (int use = 0; use < 2; use++)
            {
                WorkItem item = world.Ledger.Put();
                if (world.TryEnter())
                {
                    world.UseAsOwner(TheMachine, () => Assert.IsTrue(world.Queue.TryPutSpawned(item), "The ring has room."));
                }
                else
                {
                    // Detached: to the global queue.
                    world.Ledger.Take("global", item);
                }

                world.Exit();
            }

            world.EndItem();
        });
        simulation.AddThread("monitor", () =>
        {
            for (int attempt = 0; attempt < 2; attempt++)
            {
                if (world.TryRetake())
                {
                    world.TakeAll("monitor");
                }
            }
        });
        simulation.AddCheck(() =>
        {
            world.TakeAll("rest");
            world.Ledger.AssertBalanced();
        });
    };

    /// <summary>The machine gives its processor away by itself while the monitor wants to take it: one of them does.</summary>
    public static Action<Simulation> GivesAway(bool looksAtHolderFirst = false) => simulation =>
    {
        var world = new World(simulation) { LooksAtHolderFirst = looksAtHolderFirst };
        int givenCount = 0;
        simulation.AddThread("machine", () =>
        {
            if (world.TryEnter())
            {
                ModelSync.Write(ref world.Holder, Nobody);
                givenCount++;
            }

            world.Exit();
        });
        simulation.AddThread("monitor", () =>
        {
            if (world.TryRetake())
            {
                givenCount++;
            }
        });
        simulation.AddCheck(() => Assert.AreEqual(1, givenCount, "A processor is given away once."));
    };

    private sealed class World
    {
        public readonly LocalRunQueue<ModelSync> Queue;
        public readonly Ledger Ledger = new();
        public int Holder = TheMachine;
        private Handoff<ModelSync> _handoff;
        private bool _hasProcessor = true;
        private int _user = Nobody;

        public World(Simulation simulation)
        {
            Queue = Internals.CreateQueue(simulation);
            Internals.RegisterHandoff(simulation, this, ref _handoff);
            simulation.Memory.Register(Region.Create(Internals.Holder, this, ref Holder));

            // A machine is inside when it takes a processor, and leaves to run an item.
            _handoff.Enter();
            _handoff.Exit();
        }

        /// <summary>Gets whether the machine waits for the monitor's decision. False is a seeded bug.</summary>
        public bool WaitsForDecision { get; init; } = true;

        /// <summary>Gets whether the monitor looks whose the processor is before it knows the machine outside. A seeded bug.</summary>
        public bool LooksAtHolderFirst { get; init; }

        /// <summary>Machine.EnterScheduler. Returns whether the machine has its processor.</summary>
        public bool TryEnter()
        {
            if (_handoff.Enter() && WaitsForDecision && _handoff.Settle())
            {
                _hasProcessor = false;
            }

            return _hasProcessor;
        }

        public void Exit() => _handoff.Exit();

        /// <summary>The machine goes inside for good: it parks.</summary>
        public void EndItem() => TryEnter();

        /// <summary>Scheduler.TryRetake.</summary>
        public bool TryRetake()
        {
            if (ModelSync.Read(ref Holder) != TheMachine)
            {
                return false;
            }

            bool wasTheMachines = LooksAtHolderFirst && ModelSync.Read(ref Holder) == TheMachine;
            bool isOutside = _handoff.Ask();
            bool isTaken = isOutside && (wasTheMachines || ModelSync.Read(ref Holder) == TheMachine);
            if (isTaken)
            {
                ModelSync.Write(ref Holder, Nobody);
            }

            _handoff.Decide(isTaken);
            return isTaken;
        }

        public void UseAsOwner(int user, Action use)
        {
            Assert.AreEqual(Nobody, _user, "Two use one processor.");
            _user = user;
            use();
            Assert.AreEqual(user, _user, "Two use one processor.");
            _user = Nobody;
        }

        public void TakeAll(string taker) => UseAsOwner(taker.Length + 1, () =>
        {
            while (Queue.TryTake(out WorkItem item))
            {
                Ledger.Take(taker, item);
            }
        });
    }
}
