using System;
using System.Globalization;
using System.Runtime.CompilerServices;
using Goroutines.Internal.Primitives;
using Goroutines.Internal.Work;
using Goroutines.ModelTests.Exploration;

namespace Goroutines.ModelTests.Memory;

/// <summary>The synchronisation operations over a simulation's memory: each is a step at which another thread may go first.</summary>
/// <remarks>Outside of a simulation (set-up and checks) and on memory that is not registered they act at once.</remarks>
internal readonly struct ModelSync : ISync
{
    public static int Read(ref int location) => TryStep(ref location, out ModelThread thread, out Region region, out int index)
        ? (int)Load(thread, region, index, is32: true)
        : location;

    public static ulong Read(ref ulong location) => TryStep(ref location, out ModelThread thread, out Region region, out int index)
        ? Load(thread, region, index, is32: false)
        : location;

    public static void Write(ref int location, int value)
    {
        if (TryStep(ref location, out ModelThread thread, out Region region, out int index))
        {
            BufferWord(thread, region, index, (uint)value, StoreKind.Word32, isRelease: true);
        }
        else
        {
            location = value;
        }
    }

    public static void Write(ref ulong location, ulong value)
    {
        if (TryStep(ref location, out ModelThread thread, out Region region, out int index))
        {
            BufferWord(thread, region, index, value, StoreKind.Word64, isRelease: true);
        }
        else
        {
            location = value;
        }
    }

    public static ulong Add(ref ulong location, ulong delta)
    {
        if (!TryStep(ref location, out ModelThread thread, out Region region, out int index))
        {
            return location += delta;
        }

        Treatment treatment = TreatmentOf(thread, OperationKind.Add, region, 0, delta);
        if (treatment != Treatment.AsWritten)
        {
            ulong seen = Load(thread, region, index, is32: false) + delta;
            BufferWord(thread, region, index, delta, StoreKind.Addition, treatment == Treatment.Buffered);
            return seen;
        }

        EnterFence(thread, region, index);
        ulong sum = region.At<ulong>(index) += delta;
        Note(thread, "adds to", region, sum);
        PerformHeldBack(thread);
        return sum;
    }

    public static int Exchange(ref int location, int value)
    {
        if (!TryStep(ref location, out ModelThread thread, out Region region, out int index))
        {
            (int old, location) = (location, value);
            return old;
        }

        Treatment treatment = TreatmentOf(thread, OperationKind.Exchange, region, 0, (uint)value);
        if (treatment != Treatment.AsWritten)
        {
            int seen = (int)Load(thread, region, index, is32: true);
            BufferWord(thread, region, index, (uint)value, StoreKind.Word32, treatment == Treatment.Buffered);
            return seen;
        }

        EnterFence(thread, region, index);
        int before = region.At<int>(index);
        region.At<int>(index) = value;
        Note(thread, "exchanges", region, (uint)value);
        return before;
    }

    public static int CompareExchange(ref int location, int value, int comparand)
    {
        if (!TryStep(ref location, out ModelThread thread, out Region region, out int index))
        {
            int old = location;
            location = old == comparand ? value : old;
            return old;
        }

        return (int)CompareExchange(thread, region, index, (uint)value, (uint)comparand, is32: true);
    }

    public static ulong CompareExchange(ref ulong location, ulong value, ulong comparand)
    {
        if (!TryStep(ref location, out ModelThread thread, out Region region, out int index))
        {
            ulong old = location;
            location = old == comparand ? value : old;
            return old;
        }

        return CompareExchange(thread, region, index, value, comparand, is32: false);
    }

    // A step of its own, at which everybody's stores arrive. Weakened it does nothing.
    public static void ProcessWideBarrier()
    {
        if (ModelThread.Current is not { } thread)
        {
            return;
        }

        thread.Simulation.Step(thread);
        ModelMemory memory = thread.Simulation.Memory;
        if (memory.TreatmentOf(new Operation(OperationKind.ProcessWideBarrier, "all", 0, 0)) == Treatment.AsWritten)
        {
            memory.DrainAll();
            thread.Simulation.Note(thread, "passes a process-wide barrier");
        }
    }

    public static int SpinWhile(ref int location, int value)
    {
        int seen = Read(ref location);
        if (seen == value && TryFind(ref location, out ModelThread thread, out Region region, out int index))
        {
            thread.Simulation.WaitUntil(thread, () => region.At<int>(index) != value);
            seen = Read(ref location);
        }

        return seen;
    }

    public static T ReadSlot<T>(ref T slot)
    {
        if (!TryStep(ref slot, out ModelThread thread, out Region region, out int index))
        {
            return slot;
        }

        WorkItem item = thread.Simulation.Memory.LoadSlot(thread, region, index);
        Note(thread, $"reads {item.Work} of", region, (uint)index);
        return Unsafe.As<WorkItem, T>(ref item);
    }

    public static void WriteSlot<T>(ref T slot, T value)
    {
        if (!TryStep(ref slot, out ModelThread thread, out Region region, out int index))
        {
            slot = value;
            return;
        }

        WorkItem item = Unsafe.As<T, WorkItem>(ref value);
        ulong isFilled = item.Work is null ? 0UL : 1UL;
        bool isHeldBack = TreatmentOf(thread, OperationKind.WriteSlot, region, 0, isFilled) == Treatment.HeldBack;
        PerformOrHoldBack(thread, isHeldBack, () => BufferSlot(thread, region, index, item));
    }

    // The slot's words arrive together: that the first is written last is plain to see in WorkItem.
    public static void PublishSlot<T>(ref T slot, T value)
        where T : struct, IPublishable<T>
    {
        if (!TryStep(ref slot, out ModelThread thread, out Region region, out int index))
        {
            slot = value;
            return;
        }

        BufferSlot(thread, region, index, Unsafe.As<T, WorkItem>(ref value), isRelease: true);
    }

    public static bool TryReadPublished<T>(ref T slot, out T value)
        where T : struct, IPublishable<T>
    {
        T seen = ReadSlot(ref slot);
        return T.TryRead(ref seen, out value);
    }

    public static void CopySlots<T>(Span<T> source, Span<T> destination)
    {
        for (int position = 0; position < source.Length; position++)
        {
            CopySlot(ref source[position], ref destination[position]);
        }
    }

    public static void ClearSlots<T>(Span<T> slots)
    {
        foreach (ref T slot in slots)
        {
            if (!TryStep(ref slot, out ModelThread thread, out Region region, out int index))
            {
                slot = default!;
                continue;
            }

            bool isHeldBack = TreatmentOf(thread, OperationKind.ClearSlots, region, 0, 0) == Treatment.HeldBack;
            PerformOrHoldBack(thread, isHeldBack, () => BufferSlot(thread, region, index, default));
        }
    }

    // Between two rings both ends are shared; to or from a batch array only one is.
    private static void CopySlot<T>(ref T source, ref T destination)
    {
        if (!TryStep(ref source, out ModelThread thread, out Region from, out int fromIndex))
        {
            WriteSlot(ref destination, source);
            return;
        }

        ModelMemory memory = thread.Simulation.Memory;
        if (!memory.TryFind(ref destination, out Region to, out int toIndex))
        {
            WorkItem item = memory.LoadSlot(thread, from, fromIndex);
            destination = Unsafe.As<WorkItem, T>(ref item);
            return;
        }

        bool isHeldBack = TreatmentOf(thread, OperationKind.CopySlots, from, 0, 0) == Treatment.HeldBack;
        PerformOrHoldBack(
            thread, isHeldBack, () => BufferSlot(thread, to, toIndex, memory.LoadSlot(thread, from, fromIndex)));
    }

    private static bool TryStep<T>(ref T location, out ModelThread thread, out Region region, out int index)
    {
        if (!TryFind(ref location, out thread, out region, out index))
        {
            return false;
        }

        thread.Simulation.Step(thread);
        return true;
    }

    private static bool TryFind<T>(ref T location, out ModelThread thread, out Region region, out int index)
    {
        thread = ModelThread.Current!;
        if (thread is not null && thread.Simulation.Memory.TryFind(ref location, out region, out index))
        {
            return true;
        }

        region = null!;
        index = -1;
        return false;
    }

    private static ulong Load(ModelThread thread, Region region, int index, bool is32)
    {
        ulong value = thread.Simulation.Memory.Load(thread, region, index, is32);
        Note(thread, "reads", region, value);
        return value;
    }

    private static ulong CompareExchange(ModelThread thread, Region region, int index, ulong value, ulong comparand, bool is32)
    {
        Treatment treatment = TreatmentOf(thread, OperationKind.CompareExchange, region, comparand, value);
        StoreKind kind = is32 ? StoreKind.Word32 : StoreKind.Word64;
        if (treatment != Treatment.AsWritten)
        {
            ulong seen = Load(thread, region, index, is32);
            if (seen == comparand)
            {
                BufferWord(thread, region, index, value, kind, treatment == Treatment.Buffered);
                PerformHeldBack(thread);
            }

            return seen;
        }

        EnterFence(thread, region, index);
        ulong before = is32 ? (uint)region.At<int>(index) : region.At<ulong>(index);
        if (before != comparand)
        {
            Note(thread, "fails to move", region, before);
            return before;
        }

        if (is32)
        {
            region.At<int>(index) = (int)value;
        }
        else
        {
            region.At<ulong>(index) = value;
        }

        Note(thread, "moves", region, value);
        PerformHeldBack(thread);
        return before;
    }

    private static void EnterFence(ModelThread thread, Region region, int index)
    {
        thread.Simulation.Memory.Drain(thread);
        thread.Simulation.Memory.LetArrive(thread, region, index);
    }

    private static void PerformOrHoldBack(ModelThread thread, bool isHeldBack, Action operation)
    {
        if (isHeldBack)
        {
            thread.HeldBack.Add(operation);
        }
        else
        {
            operation();
        }
    }

    private static void PerformHeldBack(ModelThread thread)
    {
        if (thread.HeldBack.Count == 0)
        {
            return;
        }

        Action[] operations = thread.HeldBack.ToArray();
        thread.HeldBack.Clear();
        foreach (Action operation in operations)
        {
            thread.Simulation.Step(thread);
            operation();
        }
    }

    private static void BufferWord(ModelThread thread, Region region, int index, ulong bits, StoreKind kind, bool isRelease)
    {
        Note(thread, "buffers", region, bits);
        var store = new PendingStore { Region = region, Index = index, Kind = kind, Bits = bits, IsRelease = isRelease };
        ModelMemory.Buffer(thread, store);
    }

    private static void BufferSlot(ModelThread thread, Region region, int index, WorkItem item, bool isRelease = false)
    {
        Note(thread, $"buffers {item.Work ?? "nothing"} for", region, (uint)index);
        var store = new PendingStore { Region = region, Index = index, Kind = StoreKind.Slot, Item = item, IsRelease = isRelease };
        ModelMemory.Buffer(thread, store);
    }

    private static Treatment TreatmentOf(ModelThread thread, OperationKind kind, Region region, ulong from, ulong value) =>
        thread.Simulation.Memory.TreatmentOf(new Operation(kind, region.Name, from, value));

    private static void Note(ModelThread thread, string what, Region region, ulong value)
    {
        if (thread.Simulation.Log is not null)
        {
            string text = string.Create(CultureInfo.InvariantCulture, $"{what} {region.Name} {value:x}");
            thread.Simulation.Note(thread, text);
        }
    }
}
