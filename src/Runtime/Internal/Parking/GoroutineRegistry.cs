using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;

namespace Goroutines.Internal.Parking;

/// <summary>All goroutines of a scheduler that have suspended and not finished: one table for each processor number.</summary>
internal sealed class GoroutineRegistry
{
    private const int OwnLiveCountMax = 32;
    private const int OtherLiveCountMax = 2;

    // Grows by replacement, so that a reader never needs a lock. Interlocked.
    private GoroutineTable[] _tables = [];

    /// <summary>Adds a goroutine that suspended on a processor.</summary>
    public void Add(int processorId, Task goroutine) => TableOf(processorId).Add(goroutine);

    /// <summary>Forgets some of those that have finished: most where the caller's processor is, some everywhere.</summary>
    /// <remarks>Everywhere, because a goroutine may finish on another processor than it suspended on, which then stays idle.</remarks>
    public void SweepSome(int processorId)
    {
        GoroutineTable[] tables = Volatile.Read(ref _tables);
        for (int id = 0; id < tables.Length; id++)
        {
            tables[id].SweepSome(id == processorId ? OwnLiveCountMax : OtherLiveCountMax);
        }
    }

    /// <summary>Returns those that have not finished.</summary>
    public List<Task> GetLive()
    {
        var live = new List<Task>();
        foreach (GoroutineTable table in Volatile.Read(ref _tables))
        {
            table.CopyLiveTo(live);
        }

        return live;
    }

    private GoroutineTable TableOf(int processorId)
    {
        GoroutineTable[] tables = Volatile.Read(ref _tables);
        while (processorId >= tables.Length)
        {
            var grown = new GoroutineTable[processorId + 1];
            tables.CopyTo(grown, 0);
            for (int index = tables.Length; index < grown.Length; index++)
            {
                grown[index] = new GoroutineTable();
            }

            GoroutineTable[] seen = Interlocked.CompareExchange(ref _tables, grown, tables);
            tables = seen == tables ? grown : seen;
        }

        return tables[processorId];
    }
}
