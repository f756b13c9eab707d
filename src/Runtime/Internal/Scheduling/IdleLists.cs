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
    private readonly Stack<Machine> _machines = new();
    private readonly List<Processor> _processors = new();

    /// <summary>Gets how many machines are parked, for diagnostics.</summary>
    public int MachineCount => _machines.Count;

    public void Enter() => _lock.Enter();

    public void Exit() => _lock.Exit();

    public void PutProcessor_NeedsLock(Processor processor)
    {
        Debug.Assert(!_processors.Contains(processor), "A processor is idle once.");
        _processors.Add(processor);
    }

    public Processor TakeProcessor_NeedsLock()
    {
        Debug.Assert(_processors.Count > 0, "A claimed processor is on the list.");
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
        _machines.Push(machine);
    }

    /// <summary>Returns a parked machine, or null when there is none.</summary>
    public Machine? TakeMachine_NeedsLock() => _machines.Count > 0 ? _machines.Pop() : null;
}
