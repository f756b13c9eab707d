using System;
using System.Collections.Generic;
using System.Numerics;
using Goroutines.Internal.Scheduling;
using Goroutines.Internal.Work;
using Goroutines.ModelTests.Exploration;
using Goroutines.ModelTests.Memory;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Goroutines.ModelTests.Models;

// What is real: LocalRunQueue, GlobalRunQueue, Wakeup, ParkState. What is copied from Scheduler.Submit.cs, Scheduler.Machines.cs,
// Scheduler.Handoff.cs and WorkFinder.cs, method by method under the same names, is the order in which they are called; a change
// there is to be repeated here. What is left out decides nothing about waking: spinning, the fairness tick, resizing, disposal, the
// poller, the queue of the preempted, which is one more of the global ones, when which of those goes first,
// threads that cannot be started, and how a detached machine gets a processor back. The monitor is left out on purpose: nothing
// here may need its rescue.
/// <summary>A scheduler of two processors and two machines or more over the simulation.</summary>
internal sealed class MiniScheduler
{
    private const int ProcessorCount = 2;

    // Small, so that short runs see both orders.
    private const int SpawnedFirstPeriod = 2;

    private readonly Simulation _simulation;
    private readonly LocalRunQueue<ModelSync>[] _queues = new LocalRunQueue<ModelSync>[ProcessorCount];
    private readonly GlobalRunQueue<ModelSync> _global;
    private readonly GlobalRunQueue<ModelSync> _readied;
    private readonly int[] _globalLookCounts = new int[ProcessorCount];
    private readonly bool[] _takesRingFirst = new bool[ProcessorCount];
    private readonly Wakeup<ModelSync> _wakeup;
    private readonly ModelLock _idleLock;
    private readonly List<int> _idleProcessors = new();
    private readonly Stack<MiniMachine> _idleMachines = new();
    private readonly SortedDictionary<string, int> _runCounts = new();
    private int _itemCount;

    /// <summary>Creates it at rest.</summary>
    /// <param name="simulation">What its threads run in.</param>
    /// <param name="spareMachineCount">How many machines there are beyond the processors, for those whose goroutine blocks.</param>
    public MiniScheduler(Simulation simulation, int spareMachineCount = 0)
    {
        _simulation = simulation;
        _global = Internals.CreateGlobalQueue(simulation);
        _readied = Internals.CreateGlobalQueue(simulation);
        _wakeup = Internals.CreateWakeup(simulation);
        _idleLock = new ModelLock(simulation, Internals.IdleLock);
        for (int number = 0; number < ProcessorCount; number++)
        {
            _queues[number] = Internals.CreateQueue(simulation);
            _idleProcessors.Add(number);
            _wakeup.TransitionToIdle(wasSearching: false);
        }

        for (int number = 0; number < ProcessorCount + spareMachineCount; number++)
        {
            var machine = new MiniMachine(simulation, this, number);
            _idleMachines.Push(machine);
            simulation.AddThread($"M{number}", machine.Run);
        }

        simulation.AddCheck(AssertAtRest);
    }

    /// <summary>Gets whether a machine that parks looks at the queues once more. False is a seeded bug.</summary>
    public bool LooksAfterParking { get; init; } = true;

    /// <summary>Gets whether the last searcher looks at the queues once more. False is a seeded bug.</summary>
    public bool LooksAfterSearching { get; init; } = true;

    /// <summary>Gets whether a machine that took a batch without having searched looks whether to wake.</summary>
    public bool LooksAfterBatch { get; init; } = true;

    /// <summary>Gets whether who gives a processor away looks at the queues once more. False is a seeded bug.</summary>
    public bool LooksAfterGivingAway { get; init; } = true;

    /// <summary>Gets whether those looks see what was readied from outside. False is a seeded bug.</summary>
    public bool SeesReadied { get; init; } = true;

    /// <summary>Makes an item that does nothing but be counted, or does something more.</summary>
    public WorkItem CreateItem(Action<MiniMachine>? work = null)
    {
        string name = $"item{_itemCount++}";
        _runCounts[name] = 0;
        Action<MiniMachine> run = machine =>
        {
            _runCounts[name]++;
            _simulation.Note(ModelThread.Current!, $"runs {name}");
            work?.Invoke(machine);
        };
        return new WorkItem(name, run);
    }

    public bool HasRun(WorkItem item) => _runCounts[(string)item.Work] > 0;

    /// <summary>Waits inside an item, holding the processor, until another one has run.</summary>
    public void WaitFor(WorkItem item) => _simulation.WaitUntil(ModelThread.Current!, () => HasRun(item));

    /// <summary>Scheduler.Spawn from outside.</summary>
    public void SpawnFromOutside(WorkItem item)
    {
        _global.Put(item);
        ActIfNeeded();
    }

    /// <summary>Scheduler.Spawn from a machine that holds a processor.</summary>
    public void Spawn(MiniMachine machine, WorkItem item)
    {
        Assert.IsTrue(_queues[machine.Processor!.Value].TryPutSpawned(item), "The scenarios do not overflow.");
        ActIfNeeded();
    }

    /// <summary>Scheduler.Ready from outside.</summary>
    public void ReadyFromOutside(WorkItem item)
    {
        _readied.Put(item);
        ActIfNeeded();
    }

    /// <summary>Scheduler.EnterBlocking and its Detach; afterwards the machine goes on without a processor until its item ends.</summary>
    public void GiveAway(MiniMachine machine)
    {
        machine.IsDetached = true;
        _wakeup.TransitionRunningToDetached();
        int processor = machine.Processor!.Value;
        machine.Processor = null;
        _idleLock.Enter();
        _idleProcessors.Add(processor);
        _wakeup.TransitionToIdle(wasSearching: false);
        _idleLock.Exit();
        if (LooksAfterGivingAway)
        {
            WakeForVisibleWork();
        }
    }

    public bool TryFindWork(MiniMachine machine, out WorkItem item)
    {
        if (!TryFind(machine, out item))
        {
            return false;
        }

        if (machine.IsSearching)
        {
            machine.IsSearching = false;
            if (_wakeup.TransitionSearchingToRunning() && LooksAfterSearching)
            {
                WakeForVisibleWork();
            }
        }

        return true;
    }

    public bool TryTakeNext(MiniMachine machine, out WorkItem item) => _queues[machine.Processor!.Value].TryTake(out item);

    public void ParkMachine(MiniMachine machine)
    {
        if (machine.IsDetached)
        {
            machine.IsDetached = false;
            _wakeup.TransitionDetachedToNone();
        }

        bool wasSearching = machine.IsSearching;
        int? processor = machine.Processor;
        machine.Processor = null;
        machine.IsSearching = false;
        _idleLock.Enter();
        if (processor is { } held)
        {
            _idleProcessors.Add(held);
            _wakeup.TransitionToIdle(wasSearching);
        }

        _idleMachines.Push(machine);
        _idleLock.Exit();
        if (LooksAfterParking)
        {
            WakeForVisibleWork();
        }

        machine.ParkUntilAssigned();
    }

    private bool TryFind(MiniMachine machine, out WorkItem item)
    {
        int processor = machine.Processor!.Value;
        if (machine.IsSearching && _queues[processor].Count > 0 && TryTakeByTurns(processor, out item))
        {
            return true;
        }

        if (_queues[processor].TryTake(out item))
        {
            return true;
        }

        if (TryTakeGlobal(machine, out item))
        {
            if (!machine.IsSearching && LooksAfterBatch && _queues[processor].HasStealable)
            {
                ActIfNeeded();
            }

            return true;
        }

        if (!machine.IsSearching)
        {
            if (!_wakeup.TryTransitionRunningToSearching(ProcessorCount))
            {
                return false;
            }

            machine.IsSearching = true;
        }

        LocalRunQueue<ModelSync> victim = _queues[1 - processor];
        return victim.HasStealable && victim.TryStealHalf(_queues[processor], out item);
    }

    private bool TryTakeByTurns(int processor, out WorkItem item)
    {
        if (IsReadiedFirst(processor) && _readied.TryTake(out item))
        {
            return true;
        }

        _takesRingFirst[processor] = !_takesRingFirst[processor];
        return _takesRingFirst[processor] ? _queues[processor].TryTakeOldest(out item) : _global.TryTake(out item);
    }

    private bool IsReadiedFirst(int processor) => ++_globalLookCounts[processor] % SpawnedFirstPeriod != 0;

    private bool TryTakeGlobal(MiniMachine machine, out WorkItem item) => IsReadiedFirst(machine.Processor!.Value)
        ? TryTakeShare(_readied, machine, out item) || TryTakeShare(_global, machine, out item)
        : TryTakeShare(_global, machine, out item) || TryTakeShare(_readied, machine, out item);

    private bool TryTakeShare(GlobalRunQueue<ModelSync> queue, MiniMachine machine, out WorkItem item)
    {
        item = default;
        if (queue.IsEmpty)
        {
            return false;
        }

        Span<WorkItem> batch = new WorkItem[2];
        int count = queue.TakeShare(batch, ProcessorCount);
        if (count == 0)
        {
            // The product yields its core here and looks again.
            _simulation.WaitUntil(ModelThread.Current!, () => Internals.IsSettled(queue));
            return false;
        }

        item = batch[0];
        int put = _queues[machine.Processor!.Value].PutBatch(batch[1..count]);
        Assert.AreEqual(count - 1, put, "The scenarios do not overflow.");
        return true;
    }

    private void ActIfNeeded()
    {
        if (_wakeup.Word.NeedsAct)
        {
            Wake(wanted: 1);
        }
    }

    private void WakeForVisibleWork()
    {
        int visible = CountVisible();
        if (visible > 0)
        {
            Wake(BitOperations.Log2((uint)visible) + 1);
        }
    }

    private int CountVisible()
    {
        int count = (int)(_global.Count + (SeesReadied ? _readied.Count : 0));
        foreach (LocalRunQueue<ModelSync> queue in _queues)
        {
            if (queue.HasStealable)
            {
                count += queue.Count;
            }
        }

        return count;
    }

    private void Wake(int wanted)
    {
        int count = _wakeup.TransitionIdleToSearching(wanted);
        for (int i = 0; i < count; i++)
        {
            StartSearcher();
        }
    }

    private void StartSearcher()
    {
        _idleLock.Enter();
        Assert.AreNotEqual(0, _idleProcessors.Count, "A claimed processor is on the list.");
        int processor = _idleProcessors[^1];
        _idleProcessors.RemoveAt(_idleProcessors.Count - 1);
        Assert.AreNotEqual(0, _idleMachines.Count, "There are enough machines for all idle processors.");
        MiniMachine machine = _idleMachines.Pop();
        _idleLock.Exit();
        machine.Assigned = processor;
        machine.Unpark();
    }

    // Nobody runs any more: then everything has run once, and everybody is parked with all processors idle.
    private void AssertAtRest()
    {
        foreach ((string name, int count) in _runCounts)
        {
            Assert.AreEqual(
                1,
                count,
                $"{name} has run {count} times; {_idleProcessors.Count} processors are idle, wake word {_wakeup.Word.Bits:x}.");
        }

        Assert.AreEqual(ProcessorCount, _wakeup.Word.IdleCount, "All processors are idle.");
        Assert.AreEqual(0, _wakeup.Word.SearchingCount, "Nobody searches.");
        Assert.AreEqual(0, _wakeup.Word.DetachedCount, "Nobody is detached.");
        foreach (LocalRunQueue<ModelSync> queue in _queues)
        {
            Assert.IsTrue(Internals.HoldsNothing(queue), "A slot keeps alive what was taken.");
        }
    }
}
