using System;
using Goroutines.Internal.Primitives;

namespace Goroutines.ModelTests.Memory;

/// <summary>The synchronisation operations over simulated store buffers: each one is a step the explorer may interleave.</summary>
/// <remarks>
/// Plain stores and releases wait in the storing thread's buffer until the explorer flushes them, oldest first (x86-TSO);
/// loads see the own buffer first; read-modify-writes drain it. Locations are identified by their address, which does not
/// change because a model run collects no garbage.
/// </remarks>
internal readonly struct ModelSync : ISync
{
    public static int Read(ref int location)
    {
        Explorer.Step();
        return Explorer.TryForward(ref location, out object? value) ? (int)value! : location;
    }

    public static ulong Read(ref ulong location)
    {
        Explorer.Step();
        return Explorer.TryForward(ref location, out object? value) ? (ulong)value! : location;
    }

    public static void Write(ref int location, int value) => Store(ref location, value);

    public static void Write(ref ulong location, ulong value) => Store(ref location, value);

    public static ulong Add(ref ulong location, ulong delta)
    {
        Explorer explorer = Explorer.Step();
        if (explorer.Mutation == Mutation.AddWithoutFence)
        {
            ulong sum = (Explorer.TryForward(ref location, out object? seen) ? (ulong)seen! : location) + delta;
            Explorer.BufferAtomically(ref location, delta);
            return sum;
        }

        if (explorer.Mutation == Mutation.AddUnordered)
        {
            return location += delta;
        }

        Explorer.Drain();
        return location += delta;
    }

    public static int Exchange(ref int location, int value)
    {
        Explorer explorer = Explorer.Step();
        if (explorer.Mutation == Mutation.ExchangeAsPlainStore)
        {
            int seen = Explorer.TryForward(ref location, out object? own) ? (int)own! : location;
            Explorer.Buffer(ref location, value);
            return seen;
        }

        Explorer.Drain();
        int old = location;
        location = value;
        return old;
    }

    public static int CompareExchange(ref int location, int value, int comparand)
    {
        Explorer.Step();
        Explorer.Drain();
        int old = location;
        location = old == comparand ? value : old;
        return old;
    }

    public static ulong CompareExchange(ref ulong location, ulong value, ulong comparand)
    {
        Explorer.Step();
        Explorer.Drain();
        ulong old = location;
        location = old == comparand ? value : old;
        return old;
    }

    public static T ReadSlot<T>(ref T slot)
    {
        Explorer.Step();
        return Explorer.TryForward(ref slot, out object? value) ? (T)value! : slot;
    }

    public static void WriteSlot<T>(ref T slot, T value) => Store(ref slot, value);

    public static void CopySlots<T>(Span<T> source, Span<T> destination)
    {
        for (int index = 0; index < source.Length; index++)
        {
            WriteSlot(ref destination[index], ReadSlot(ref source[index]));
        }
    }

    public static void ClearSlots<T>(Span<T> slots)
    {
        for (int index = 0; index < slots.Length; index++)
        {
            WriteSlot(ref slots[index], default!);
        }
    }

    private static void Store<T>(ref T location, T value)
    {
        Explorer.Step();
        Explorer.Buffer(ref location, value);
    }
}
