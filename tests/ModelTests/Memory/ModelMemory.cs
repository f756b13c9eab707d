using System;
using System.Collections.Generic;
using System.Globalization;
using System.Runtime.CompilerServices;
using Goroutines.Internal.Work;
using Goroutines.ModelTests.Exploration;

namespace Goroutines.ModelTests.Memory;

// Each thread has a store buffer. Its plain and releasing stores wait there; its own loads see them; full fences drain it.
//
// When does a buffered store reach memory? At any moment; but it makes a difference only to a thread that touches the same
// location. So the question is put to the strategy just there: an access asks, for each other thread with a store pending
// at that location, whether it has arrived by now. Draining at other moments would give executions that look the same.
// What must arrive earlier (all before it in total store order; all before a releasing store otherwise) arrives with it.
/// <summary>The shared memory of a simulation and the store buffers in front of it.</summary>
internal sealed class ModelMemory
{
    private readonly Simulation _simulation;
    private readonly MemoryOrder _order;
    private readonly Weakening? _weakening;
    private readonly List<Region> _regions = new();

    public ModelMemory(Simulation simulation, MemoryOrder order, Weakening? weakening)
    {
        _simulation = simulation;
        _order = order;
        _weakening = weakening;
    }

    public void Register(Region region) => _regions.Add(region);

    /// <summary>Finds the region a reference points into. False for memory that only one thread knows.</summary>
    public bool TryFind<T>(ref T location, out Region region, out int index)
    {
        foreach (Region candidate in _regions)
        {
            index = candidate.IndexOf(ref Unsafe.As<T, byte>(ref location));
            if (index >= 0)
            {
                region = candidate;
                return true;
            }
        }

        region = null!;
        index = -1;
        return false;
    }

    public Treatment TreatmentOf(in Operation operation) => _weakening?.Treat(operation) ?? Treatment.AsWritten;

    /// <summary>Returns a word as the thread sees it.</summary>
    public ulong Load(ModelThread thread, Region region, int index, bool is32)
    {
        LetArrive(thread, region, index);
        ulong value = is32 ? (uint)region.At<int>(index) : region.At<ulong>(index);
        foreach (PendingStore store in thread.Buffer)
        {
            if (store.IsAt(region, index))
            {
                value = store.Kind == StoreKind.Addition ? value + store.Bits : store.Bits;
            }
        }

        return value;
    }

    /// <summary>Returns a slot as the thread sees it.</summary>
    public WorkItem LoadSlot(ModelThread thread, Region region, int index)
    {
        LetArrive(thread, region, index);
        int last = thread.Buffer.FindLastIndex(store => store.IsAt(region, index));
        return last >= 0 ? thread.Buffer[last].Item : region.At<WorkItem>(index);
    }

    public static void Buffer(ModelThread thread, PendingStore store) => thread.Buffer.Add(store);

    /// <summary>Makes all stores of a thread visible: a full fence.</summary>
    public void Drain(ModelThread thread)
    {
        while (thread.Buffer.Count > 0)
        {
            PendingStore store = thread.Buffer[0];
            LetArrive(thread, store.Region, store.Index);
            Arrive(thread, 0);
        }
    }

    /// <summary>Makes everything visible, at the end. Returns whether there was anything.</summary>
    public bool DrainAll()
    {
        bool hasDrained = false;
        foreach (ModelThread thread in _simulation.Threads)
        {
            while (thread.Buffer.Count > 0)
            {
                hasDrained = true;
                Arrive(thread, 0);
            }
        }

        return hasDrained;
    }

    /// <summary>Asks which of the other threads' stores to a location have arrived by now.</summary>
    public void LetArrive(ModelThread thread, Region region, int index)
    {
        Span<int> owners = stackalloc int[16];
        while (true)
        {
            int count = 0;
            foreach (ModelThread other in _simulation.Threads)
            {
                if (other != thread && other.Buffer.Exists(store => store.IsAt(region, index)))
                {
                    owners[count++] = other.Number;
                }
            }

            int chosen = count == 0 ? 0 : _simulation.ChooseOption(count + 1);
            if (chosen == 0)
            {
                return;
            }

            ModelThread owner = _simulation.Threads[owners[chosen - 1]];
            ArriveWithAllBefore(owner, owner.Buffer.FindIndex(store => store.IsAt(region, index)));
        }
    }

    private void ArriveWithAllBefore(ModelThread thread, int position)
    {
        bool bringsAll = _order == MemoryOrder.TotalStoreOrder || thread.Buffer[position].IsRelease;
        for (int count = bringsAll ? position : 0; count > 0; count--)
        {
            Arrive(thread, 0);
            position--;
        }

        Arrive(thread, position);
    }

    private void Arrive(ModelThread thread, int position)
    {
        PendingStore store = thread.Buffer[position];
        thread.Buffer.RemoveAt(position);
        switch (store.Kind)
        {
            case StoreKind.Slot:
                store.Region.At<WorkItem>(store.Index) = store.Item;
                break;
            case StoreKind.Word32:
                store.Region.At<int>(store.Index) = (int)store.Bits;
                break;
            case StoreKind.Word64:
                store.Region.At<ulong>(store.Index) = store.Bits;
                break;
            default:
                store.Region.At<ulong>(store.Index) += store.Bits;
                break;
        }

        if (_simulation.Log is not null)
        {
            string text = string.Create(
                CultureInfo.InvariantCulture,
                $"  ({store.Kind} at {store.Region.Name}[{store.Index}] arrives: {store.Bits:x} {store.Item.Work})");
            _simulation.Note(thread, text);
        }
    }
}
