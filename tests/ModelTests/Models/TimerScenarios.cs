using Goroutines.Internal.Timers;
using Goroutines.ModelTests.Exploration;
using Goroutines.ModelTests.Memory;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Goroutines.ModelTests.Models;

// What is real: TimerAlarm. What is copied from Scheduler.Timekeeping.cs is the order in which TryKeepTime and NoteArmed use it; the
// heap is a word under a lock, as which both see it. A change there is to be repeated here.
/// <summary>A machine that keeps time, and others who arm earlier and earlier timers.</summary>
internal static class TimerScenarios
{
    private const ulong Late = 100;
    private const ulong Early = 50;

    /// <summary>The keeper has to end up asleep for no longer than until the earlier of two timers.</summary>
    public static void KeepsTime(Simulation simulation)
    {
        var world = new World(simulation);
        simulation.AddThread("keeper", world.KeepTime);
        simulation.AddThread("late", () => world.Arm(Late));
        simulation.AddThread("early", () => world.Arm(Early));
        simulation.AddCheck(() => Assert.IsTrue(world.IsInTime, "The keeper sleeps past the earlier timer."));
    }

    private sealed class World
    {
        private readonly ModelLock _lock;
        private readonly ModelParker _parker;
        private TimerAlarm<ModelSync> _alarm = new(TimerAlarm<ModelSync>.Absent);
        private ulong _nextNs = TimerAlarm<ModelSync>.Never;

        public World(Simulation simulation)
        {
            _lock = new ModelLock(simulation, Internals.Lock);
            _parker = new ModelParker(simulation);
            Internals.RegisterAlarm(simulation, this, ref _alarm);
            simulation.Memory.Register(Region.Create(Internals.NextTimer, this, ref _nextNs));
        }

        public bool IsInTime { get; private set; }

        public void KeepTime()
        {
            while (!IsInTime)
            {
                ulong nextNs = ModelSync.Read(ref _nextNs);
                _alarm.Set(nextNs);
                if (ModelSync.Read(ref _nextNs) < nextNs)
                {
                    continue;
                }

                if (nextNs <= Early)
                {
                    // From here on it sleeps, and wakes by itself.
                    IsInTime = true;
                }
                else
                {
                    _parker.Park();
                    _alarm.Clear();
                }
            }
        }

        public void Arm(ulong dueNs)
        {
            _lock.Enter();
            if (dueNs < ModelSync.Read(ref _nextNs))
            {
                ModelSync.Write(ref _nextNs, dueNs);
            }

            _lock.Exit();
            if (dueNs < _alarm.TimeNs && _alarm.TryWake(dueNs))
            {
                _parker.Unpark();
            }
        }
    }
}
