using System.Collections.Generic;
using Goroutines.Internal.Primitives;

namespace Goroutines.Internal.Scheduling;

/// <summary>All machines that have a thread, to tell what they are doing. Changed when a thread starts or ends.</summary>
internal sealed class MachineList
{
    private readonly RankedLock _lock = new(LockRank.MachineList);
    private readonly HashSet<Machine> _machines = new();

    public void Add(Machine machine)
    {
        _lock.Enter();
        _machines.Add(machine);
        _lock.Exit();
    }

    public void Remove(Machine machine)
    {
        _lock.Enter();
        _machines.Remove(machine);
        _lock.Exit();
    }

    /// <summary>Returns the goroutines whose machines hold no processor. They may have got one meanwhile.</summary>
    public List<AbsentGoroutine> GetAbsent()
    {
        var absent = new List<AbsentGoroutine>();
        _lock.Enter();
        foreach (Machine machine in _machines)
        {
            if (machine.Absence is not Absence.None and var absence)
            {
                absent.Add(new AbsentGoroutine(absence, machine.AbsentItem));
            }
        }

        _lock.Exit();
        return absent;
    }
}
