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

    /// <summary>Returns how many machines there are of each kind of absence, by its number.</summary>
    public int[] CountAbsences()
    {
        int[] counts = new int[(int)Absence.IsQueued + 1];
        _lock.Enter();
        foreach (Machine machine in _machines)
        {
            counts[(int)machine.Absence]++;
        }

        _lock.Exit();
        return counts;
    }
}
