using System;
using Goroutines.Internal.Netpoll;
using Goroutines.Internal.Work;
using Goroutines.ModelTests.Exploration;
using Goroutines.ModelTests.Memory;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Goroutines.ModelTests.Models;

// What is real: PollSlot. The system's part is a word: how many bytes have come, and a bit above them when nothing more will. That its
// calls order anything else is not relied on.
/// <summary>One operation that reads from a descriptor, and those who may let it go on: the poller, who cancels, who closes.</summary>
internal static class PollScenarios
{
    private const int ByteCount = 2;
    private const ulong End = 1UL << 32;

    /// <summary>All bytes that come are read, whenever they come.</summary>
    public static void ReadsAll(Simulation simulation)
    {
        var world = new World(simulation);
        simulation.AddThread("operation", world.ReadAll);
        simulation.AddThread("poller", world.BringAll);
        simulation.AddCheck(() => world.Check(resumedCountMax: ByteCount));
    }

    /// <summary>The same after an event of which nothing is left.</summary>
    public static void ReadsAllAfterAStaleEvent(Simulation simulation)
    {
        var world = new World(simulation);
        world.TellOfNothing();
        simulation.AddThread("operation", world.ReadAll);
        simulation.AddThread("poller", world.BringAll);
        simulation.AddCheck(() => world.Check(resumedCountMax: ByteCount));
    }

    /// <summary>Two threads tell of events, as a waiter in the poller and a machine that asks.</summary>
    public static void TwoTellOfEvents(Simulation simulation)
    {
        var world = new World(simulation);
        simulation.AddThread("operation", world.ReadAll);
        simulation.AddThread("first", world.BringOne);
        simulation.AddThread("second", world.BringOne);
        simulation.AddCheck(() => world.Check(resumedCountMax: ByteCount));
    }

    /// <summary>A wait that is canceled while an event comes ends once.</summary>
    public static void CanceledWhileReady(Simulation simulation)
    {
        var world = new World(simulation);
        simulation.AddThread("operation", world.ReadOnce);
        simulation.AddThread("poller", world.BringOne);
        simulation.AddThread("cancels", world.Cancel);
        simulation.AddCheck(() => world.Check(resumedCountMax: 1));
    }

    /// <summary>A wait on a descriptor that is closed while an event comes ends once.</summary>
    public static void ClosedWhileReady(Simulation simulation)
    {
        var world = new World(simulation);
        simulation.AddThread("operation", world.ReadAll);
        simulation.AddThread("poller", world.BringOne);
        simulation.AddThread("closes", world.Close);
        simulation.AddCheck(() => world.Check(resumedCountMax: 2));
    }

    private sealed class World
    {
        private readonly ModelParker _parker;
        private readonly ReadOperation _operation = new();
        private PollSlot<ModelSync> _slot;
        private ulong _bytes;
        private int _readCount;
        private bool _isOver;
        private int _resumedCount;

        public World(Simulation simulation)
        {
            _parker = new ModelParker(simulation);
            Internals.RegisterPollSlot(simulation, this, ref _slot);
            simulation.Memory.Register(Region.Create(Internals.Bytes, this, ref _bytes));
        }

        public void ReadAll()
        {
            while (_readCount < ByteCount && !_isOver)
            {
                ReadOrWait();
            }

            _isOver = true;
        }

        // It goes on after one wait, whatever ended that.
        public void ReadOnce()
        {
            while (_readCount == 0 && !_isOver)
            {
                ReadOrWait();
            }

            _isOver = true;
        }

        public void TellOfNothing() => _slot.TakeForEvent();

        public void BringAll()
        {
            for (int i = 0; i < ByteCount; i++)
            {
                BringOne();
            }
        }

        public void BringOne()
        {
            ModelSync.Add(ref _bytes, 1);
            Resume(_slot.TakeForEvent());
        }

        public void Cancel()
        {
            ModelSync.Add(ref _bytes, End);
            Resume(_slot.TakeForCancel());
        }

        public void Close()
        {
            Resume(_slot.Close());
            ModelSync.Add(ref _bytes, End);
        }

        public void Check(int resumedCountMax)
        {
            Assert.IsTrue(_isOver, "The operation waits although there is something for it.");
            Assert.IsLessThanOrEqualTo(resumedCountMax, _resumedCount, "A wait ended twice.");
        }

        private void ReadOrWait()
        {
            _slot.ClearReady();
            ulong seen = ModelSync.Read(ref _bytes);
            if (seen % End > 0)
            {
                ModelSync.Add(ref _bytes, ulong.MaxValue);
                _readCount++;
            }
            else if (seen >= End || _slot.IsClosed)
            {
                _isOver = true;
            }
            else if (_slot.TryWait(_operation))
            {
                Sleep();
            }
        }

        private void Sleep()
        {
            int before = _resumedCount;
            _parker.Park();
            Assert.AreEqual(before + 1, _resumedCount, "A wait ended twice.");
        }

        private void Resume(PollOperation? operation)
        {
            if (operation is not null)
            {
                Assert.AreSame(_operation, operation);
                _resumedCount++;
                _parker.Unpark();
            }
        }
    }

    private sealed class ReadOperation : PollOperation
    {
        public override bool TryReady(out WorkItem item) => throw new InvalidOperationException("Nobody queues it here.");
    }
}
