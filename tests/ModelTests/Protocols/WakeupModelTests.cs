using System;
using Goroutines.Internal.Primitives;
using Goroutines.Internal.Scheduling;
using Goroutines.Internal.Work;
using Goroutines.ModelTests.Memory;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Goroutines.ModelTests.Protocols;

/// <summary>
/// Goal: a machine never sleeps while an item waits and its processor is idle.
/// Method: a busy machine that spawns and one that parks, over the real queue, wake-up word and park state, with simulated
/// store buffers and seeded random schedules; then without one of the protocol's fences, or without its second look.
/// </summary>
[TestClass]
public sealed class WakeupModelTests
{
    private const int LimitMs = 120_000;
    private const int RunCount = 4_000;

    [TestMethod, Timeout(LimitMs)]
    public void SpawnAndPark_AnySchedule_LosesNoWake()
    {
        Assert.IsNull(ModelRun.FindFailure(RunCount, seed => new Model().Run(seed, Mutation.None, looksOnceMore: true)));
    }

    [TestMethod, Timeout(LimitMs)]
    public void SpawnAndPark_WithoutTheFences_LosesAWake()
    {
        string? failure = ModelRun.FindFailure(
            RunCount, seed => new Model().Run(seed, Mutation.AddWithoutFence, looksOnceMore: true));
        Console.WriteLine(failure);
        Assert.IsNotNull(failure, "The fences are there for a reason.");
    }

    [TestMethod, Timeout(LimitMs)]
    public void SpawnAndPark_WithoutTheSecondLook_LosesAWake()
    {
        string? failure = ModelRun.FindFailure(
            RunCount, seed => new Model().Run(seed, Mutation.None, looksOnceMore: false));
        Console.WriteLine(failure);
        Assert.IsNotNull(failure, "The look after the word has changed is there for a reason.");
    }

    [TestMethod, Timeout(LimitMs)]
    public void Unpark_AnySchedule_IsNeverLost()
    {
        Assert.IsNull(ModelRun.FindFailure(RunCount, seed => ParkOnce(seed, Mutation.None)));
    }

    [TestMethod, Timeout(LimitMs)]
    public void Unpark_AsPlainStore_IsLost()
    {
        string? failure = ModelRun.FindFailure(RunCount, seed => ParkOnce(seed, Mutation.ExchangeAsPlainStore));
        Console.WriteLine(failure);
        Assert.IsNotNull(failure, "The exchange is there for a reason.");
    }

    // The sleeper's futex call is told of by the unparker only: a sleep that nobody ends is a lost notification.
    private static string? ParkOnce(int seed, Mutation mutation)
    {
        var word = new ParkWord();
        int sleepingCount = Explorer.Run(
            seed,
            mutation,
            () => word.Park(),
            () => word.Unpark());
        return sleepingCount == 0 ? null : "the notification was lost";
    }

    /// <summary>A parker whose futex is the explorer's.</summary>
    private sealed class ParkWord
    {
        private int _state;
        private int _wakeCount;

        public void Park()
        {
            if (!ParkState<ModelSync>.TransitionEmptyToParked(ref _state))
            {
                return;
            }

            do
            {
                // FUTEX_WAIT: returns at once unless the word says Parked, else sleeps until FUTEX_WAKE; no step between.
                Explorer.Step();
                Explorer.Drain();
                if (_state == ParkState<ModelSync>.Parked)
                {
                    int seenWakeCount = _wakeCount;
                    Explorer.Sleep(() => _wakeCount != seenWakeCount);
                }
            }
            while (!ParkState<ModelSync>.TryTransitionNotifiedToEmpty(ref _state));
        }

        public void Unpark()
        {
            if (ParkState<ModelSync>.TransitionToNotified(ref _state))
            {
                Explorer.Step();
                _wakeCount++;
            }
        }
    }

    /// <summary>Two processors: one spawns and runs on for ever, the other one's machine finds nothing and parks.</summary>
    private sealed class Model
    {
        private readonly LocalRunQueue<ModelSync> _busy = new(capacity: 4);
        private readonly Wakeup<ModelSync> _wakeup = new();
        private readonly ParkWord _parker = new();

        public string? Run(int seed, Mutation mutation, bool looksOnceMore)
        {
            bool isTaken = false;
            int sleepingCount = Explorer.Run(
                seed,
                mutation,
                Spawn,
                () => isTaken = SearchAndPark(looksOnceMore));
            return isTaken ? null : $"the item waits, {sleepingCount} machine sleeps";
        }

        // Scheduler.Spawn and Act.
        private void Spawn()
        {
            _busy.TryPutSpawned(new WorkItem(this, null));
            if (_wakeup.Word.NeedsAct)
            {
                Wake();
            }
        }

        private void Wake()
        {
            if (_wakeup.TransitionIdleToSearching(1) > 0)
            {
                _parker.Unpark();
            }
        }

        // WorkFinder.TryFind, Scheduler.ParkMachine and LookOnceMore. Returns whether the item was found.
        private bool SearchAndPark(bool looksOnceMore)
        {
            bool isSearching = _wakeup.TryTransitionRunningToSearching(2);
            while (!_busy.TryStealOne(out _))
            {
                _wakeup.TransitionToIdle(isSearching);
                if (looksOnceMore && _busy.HasStealable)
                {
                    Wake();
                }

                _parker.Park();
                isSearching = true;
            }

            return true;
        }
    }
}
