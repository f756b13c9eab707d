using System;
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
        simulation.AddThread("keeper", world.KeepTimeAlone);
        simulation.AddThread("late", () => world.Arm(Late));
        simulation.AddThread("early", () => world.Arm(Early));
        simulation.AddCheck(() => Assert.IsTrue(world.IsInTime, "The keeper sleeps past the earlier timer."));
    }

    /// <summary>
    /// The first keeper is given work and leaves, and a timer is armed, disarmed and armed again; the second has to end up asleep for
    /// no longer than until it.
    /// </summary>
    /// <param name="readsKeeperFirst">A seeded bug: who arms reads whom to wake before it clears the alarm.</param>
    public static Action<Simulation> KeepersTakeTurns(bool readsKeeperFirst = false) => simulation =>
    {
        var world = new World(simulation) { ReadsKeeperFirst = readsKeeperFirst };
        simulation.AddThread("first", world.KeepTimeUntilAssigned);
        simulation.AddThread("second", world.KeepTimeAfterTheFirst);
        simulation.AddThread("assigns", world.AssignFirst);
        simulation.AddThread("arms", () => world.Arm(Early));
        simulation.AddThread("disarms", world.DisarmAndArm);
        simulation.AddCheck(() => Assert.IsTrue(world.IsInTime, "The second keeper sleeps past the timer."));
    };

    private sealed class World
    {
        private const int Nobody = 0;
        private const int First = 1;
        private const int Second = 2;

        private readonly Simulation _simulation;
        private readonly ModelLock _lock;
        private readonly ModelParker _firstParker;
        private readonly ModelParker _parker;
        private int _keeper = First;
        private int _isAssigned;
        private TimerAlarm<ModelSync> _alarm = new(TimerAlarm<ModelSync>.Absent);
        private ulong _nextNs = TimerAlarm<ModelSync>.Never;

        public World(Simulation simulation)
        {
            _simulation = simulation;
            _lock = new ModelLock(simulation, Internals.Lock);
            _firstParker = new ModelParker(simulation);
            _parker = new ModelParker(simulation);
            simulation.Memory.Register(Region.Create(Internals.Keeper, this, ref _keeper));
            simulation.Memory.Register(Region.Create(Internals.Assigned, this, ref _isAssigned));
            Internals.RegisterAlarm(simulation, this, ref _alarm);
            simulation.Memory.Register(Region.Create(Internals.NextTimer, this, ref _nextNs));
        }

        public bool IsInTime { get; private set; }

        public bool ReadsKeeperFirst { get; init; }

        public void AssignFirst()
        {
            ModelSync.Write(ref _isAssigned, 1);
            _firstParker.Unpark();
        }

        public void KeepTimeUntilAssigned()
        {
            while (ModelSync.Read(ref _isAssigned) == 0)
            {
                ulong nextNs = ModelSync.Read(ref _nextNs);
                _alarm.Set(nextNs);
                if (ModelSync.Read(ref _nextNs) >= nextNs)
                {
                    _firstParker.Park();
                    _alarm.Clear();
                }
            }

            _alarm.Set(TimerAlarm<ModelSync>.Absent);
            ModelSync.Write(ref _keeper, Nobody);
        }

        public void KeepTimeAlone()
        {
            ModelSync.Write(ref _keeper, Second);
            KeepTime();
        }

        public void KeepTimeAfterTheFirst()
        {
            _simulation.WaitUntil(ModelThread.Current!, () => _keeper == Nobody);
            Assert.AreEqual(Nobody, ModelSync.CompareExchange(ref _keeper, Second, Nobody));
            KeepTime();
        }

        private void KeepTime()
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

        public void DisarmAndArm()
        {
            _simulation.WaitUntil(ModelThread.Current!, () => _nextNs == Early);
            _lock.Enter();
            ModelSync.Write(ref _nextNs, TimerAlarm<ModelSync>.Never);
            _lock.Exit();
            _simulation.WaitUntil(ModelThread.Current!, () => _keeper == Second || IsInTime);
            Arm(Early);
        }

        public void Arm(ulong dueNs)
        {
            _lock.Enter();
            if (dueNs < ModelSync.Read(ref _nextNs))
            {
                ModelSync.Write(ref _nextNs, dueNs);
            }

            _lock.Exit();
            int keeperBefore = ReadsKeeperFirst ? ModelSync.Read(ref _keeper) : Nobody;
            if (dueNs < _alarm.TimeNs && _alarm.TryWake(dueNs))
            {
                ParkerOf(ReadsKeeperFirst ? keeperBefore : ModelSync.Read(ref _keeper))?.Unpark();
            }
        }

        private ModelParker? ParkerOf(int keeper) => keeper == First ? _firstParker : keeper == Second ? _parker : null;
    }
}
