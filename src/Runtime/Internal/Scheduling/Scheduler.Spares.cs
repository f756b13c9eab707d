using System;
using System.Threading;

namespace Goroutines.Internal.Scheduling;

// Parked machines for the next burst of blocking. To start a thread takes some hundred microseconds, in the middle of a hand-off,
// while goroutines wait. So for each one that had to be started in need the monitor starts another one ahead, when nothing else is to
// be done; and when they are not needed for a while, half of them end, and half of the rest.
internal sealed partial class Scheduler
{
    private const int KeptMachineCountMin = 8;

    // In each such while. Arbitrary: some megabytes of stacks.
    private const int SpareMachineCountMax = 256;

    // Machines started because none was parked. Interlocked.
    private int _neededStartCount;

    // How many of those have had their spare, and how many spares were started since the last retirement. Monitor only.
    private int _answeredStartCount;
    private int _spareStartCount;

    /// <summary>Gets whether more machines are parked than a new burst is likely to need.</summary>
    public bool HasSurplusMachines => IdleMachineCount > KeptMachineCount;

    /// <summary>Ends half of the machines that nobody has needed since the last call, the coldest. Only the monitor.</summary>
    public void RetireSurplusMachines()
    {
        int unneeded = Math.Min(_idle.MachineCountMin, IdleMachineCount);
        _idle.Enter();
        _idle.ResetMachineCountMin_NeedsLock();
        _answeredStartCount = Volatile.Read(ref _neededStartCount);
        _spareStartCount = 0;
        int retired = Math.Max(0, (unneeded - KeptMachineCount + 1) / 2);
        Machine[] cold = _idle.TakeColdMachines_NeedsLock(retired);
        _idle.Exit();
        foreach (Machine machine in cold)
        {
            machine.Assign(null);
            machine.Unpark();
        }
    }

    /// <summary>Starts a machine ahead of need, if a burst of blocking may want more than there are. Only the monitor.</summary>
    /// <returns>Whether it started one; there may be more to start.</returns>
    public bool TryAddSpareMachine()
    {
        int neededCount = Volatile.Read(ref _neededStartCount);
        if (_answeredStartCount == neededCount || _spareStartCount == SpareMachineCountMax || MachineCount <= KeptMachineCount)
        {
            return false;
        }

        _answeredStartCount++;
        _spareStartCount++;

        // The last quarter of the threads is for those that are needed.
        return TryStartMachine(processor: null, reservedCount: Settings.MaxThreads / 4);
    }

    private int KeptMachineCount => Math.Max(2 * ProcessorCount, KeptMachineCountMin);
}
