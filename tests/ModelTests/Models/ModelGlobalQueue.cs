using System;
using System.Collections.Generic;
using Goroutines.Internal.Work;
using Goroutines.ModelTests.Exploration;
using Goroutines.ModelTests.Memory;

namespace Goroutines.ModelTests.Models;

/// <summary>GlobalRunQueue's synchronisation over the simulation: a lock, and a count that is read without it.</summary>
internal sealed class ModelGlobalQueue
{
    private readonly ModelLock _lock;
    private readonly List<WorkItem> _items = new();
    private int _count;

    public ModelGlobalQueue(Simulation simulation)
    {
        _lock = new ModelLock(simulation, Internals.Lock);
        simulation.Memory.Register(Region.Create(Internals.GlobalCount, this, ref _count));
    }

    public int Count => ModelSync.Read(ref _count);

    public void Put(WorkItem item)
    {
        _lock.Enter();
        _items.Add(item);
        ModelSync.Write(ref _count, _items.Count);
        _lock.Exit();
    }

    public int TakeShare(Span<WorkItem> destination, int processorCount)
    {
        if (Count == 0)
        {
            return 0;
        }

        _lock.Enter();
        int share = Math.Min(_items.Count, (_items.Count / processorCount) + 1);
        int taken = Math.Min(share, destination.Length);
        for (int index = 0; index < taken; index++)
        {
            destination[index] = _items[index];
        }

        _items.RemoveRange(0, taken);
        ModelSync.Write(ref _count, _items.Count);
        _lock.Exit();
        return taken;
    }
}
