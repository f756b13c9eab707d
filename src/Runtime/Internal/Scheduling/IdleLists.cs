using System;
using System.Collections.Generic;
using System.Diagnostics;
using Goroutines.Internal.Primitives;

namespace Goroutines.Internal.Scheduling;

/// <summary>The idle processors and the parked machines; who was last in is first out, because its caches are warmest.</summary>
/// <remarks>
/// The processor list holds at least as many as the idle count of the Wakeup word: they are put before the count goes up, under
/// the lock, and the count goes down before they are taken. So whoever has claimed one by the word finds one here.
/// </remarks>
internal sealed class IdleLists
{
    private readonly RankedLock _lock = new(LockRank.IdleLists);
    private readonly List<Machine> _machines = new();
    private readonly List<Processor> _processors = new();

    /// <summary>Gets how many machines are parked, for diagnostics.</summary>
    public int MachineCount => _machines.Count;

    /// <summary>Gets the machine that was parked last, or null when there is none.</summary>
    public Machine? LastMachine_NeedsLock => _machines.Count > 0 ? _machines[^1] : null;

    /// <summary>Gets how few machines were parked at any time in this period.</summary>
    public int MachineCountMin { get; private set; }

    public void Enter() => _lock.Enter();

    public void Exit() => _lock.Exit();

    public void PutProcessor_NeedsLock(Processor processor)
    {
        Debug.Assert(!_processors.Contains(processor), "A processor is idle once.");
        _processors.Add(processor);
    }

    /// <summary>Puts a processor so that it is taken after all others.</summary>
    public void PutProcessorLast_NeedsLock(Processor processor)
    {
        Debug.Assert(!_processors.Contains(processor), "A processor is idle once.");
        _processors.Insert(0, processor);
    }

    /// <param name="preferred">Taken if it is on the list; else the one put last.</param>
    public Processor TakeProcessor_NeedsLock(Processor? preferred = null)
    {
        Debug.Assert(_processors.Count > 0, "A claimed processor is on the list.");
        if (preferred is not null && _processors.Remove(preferred))
        {
            return preferred;
        }

        Processor processor = _processors[^1];
        _processors.RemoveAt(_processors.Count - 1);
        return processor;
    }

    /// <summary>Removes a certain processor. False when it is not idle.</summary>
    public bool TryRemoveProcessor_NeedsLock(Processor processor) => _processors.Remove(processor);

    public bool ContainsProcessor_NeedsLock(Processor processor) => _processors.Contains(processor);

    public void PutMachine_NeedsLock(Machine machine)
    {
        Debug.Assert(!_machines.Contains(machine), "A machine parks once.");
        _machines.Add(machine);
    }

    /// <summary>Returns a parked machine, or null when there is none.</summary>
    /// <param name="keeper">The timekeeper, if there is one: taken by itself, since it is awake then, and else after all others.</param>
    /// <param name="caller">The machine that takes one, or null.</param>
    public Machine? TakeMachine_NeedsLock(Machine? keeper, Machine? caller)
    {
        if (_machines.Count == 0)
        {
            return null;
        }

        int index = IndexOfNext(keeper, caller);
        Machine machine = _machines[index];
        _machines.RemoveAt(index);
        MachineCountMin = Math.Min(MachineCountMin, _machines.Count);
        return machine;
    }

    /// <summary>Returns those machines that have been parked for longest.</summary>
    public Machine[] TakeColdMachines_NeedsLock(int count)
    {
        Machine[] cold = new Machine[Math.Min(count, _machines.Count)];
        _machines.CopyTo(0, cold, 0, cold.Length);
        _machines.RemoveRange(0, cold.Length);
        return cold;
    }

    /// <summary>Begins another period for <see cref="MachineCountMin"/>.</summary>
    public void ResetMachineCountMin_NeedsLock() => MachineCountMin = _machines.Count;

    private int IndexOfNext(Machine? keeper, Machine? caller)
    {
        int last = _machines.Count - 1;
        if (keeper is null)
        {
            return last;
        }

        if (keeper == caller)
        {
            int own = _machines.LastIndexOf(keeper);
            return own >= 0 ? own : last;
        }

        return _machines[last] == keeper && last > 0 ? last - 1 : last;
    }
}
