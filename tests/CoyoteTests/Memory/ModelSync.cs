using System;
using Goroutines.Internal.Primitives;
using Goroutines.ModelTests.Models;
using Microsoft.Coyote.Runtime;

namespace Goroutines.ModelTests.Memory;

/// <summary>
/// The product's own operations, which stop for Coyote because they are rewritten; slots are plain memory, so there the stop
/// is written out. Optionally with a seeded bug.
/// </summary>
internal readonly struct ModelSync : ISync
{
    /// <summary>Gets or sets what is wrong. Executions come one after another, so one field is enough.</summary>
    public static SeededBug Bug { get; set; } = SeededBug.None;

    public static int Read(ref int location) => HardwareSync.Read(ref location);

    public static ulong Read(ref ulong location) => HardwareSync.Read(ref location);

    public static void Write(ref int location, int value) => HardwareSync.Write(ref location, value);

    public static void Write(ref ulong location, ulong value) => HardwareSync.Write(ref location, value);

    public static ulong Add(ref ulong location, ulong delta)
    {
        if (!Bug.ReadsThenStores)
        {
            return HardwareSync.Add(ref location, delta);
        }

        ulong sum = HardwareSync.Read(ref location) + delta;
        HardwareSync.Write(ref location, sum);
        return sum;
    }

    public static int Exchange(ref int location, int value) => HardwareSync.Exchange(ref location, value);

    public static int CompareExchange(ref int location, int value, int comparand) =>
        HardwareSync.CompareExchange(ref location, value, comparand);

    public static ulong CompareExchange(ref ulong location, ulong value, ulong comparand)
    {
        if (!Bug.ComparesThenStores)
        {
            ulong old = HardwareSync.CompareExchange(ref location, value, comparand);
            return Bug.IsUnchecked is not null && Bug.IsUnchecked(comparand, value) ? comparand : old;
        }

        ulong seen = HardwareSync.Read(ref location);
        if (seen == comparand)
        {
            HardwareSync.Write(ref location, value);
        }

        return seen;
    }

    // Nothing is ever reordered here.
    public static void ProcessWideBarrier() => HardwareSync.ProcessWideBarrier();

    public static int SpinWhile(ref int location, int value) => HardwareSync.SpinWhile(ref location, value);

    public static T ReadSlot<T>(ref T slot)
    {
        SchedulingPoint.Interleave();
        return HardwareSync.ReadSlot(ref slot);
    }

    public static void WriteSlot<T>(ref T slot, T value)
    {
        SchedulingPoint.Interleave();
        HardwareSync.WriteSlot(ref slot, value);
    }

    public static void PublishSlot<T>(ref T slot, T value)
        where T : struct, IPublishable<T>
    {
        SchedulingPoint.Interleave();
        slot = value;
    }

    public static bool TryReadPublished<T>(ref T slot, out T value)
        where T : struct, IPublishable<T>
    {
        SchedulingPoint.Interleave();
        return T.TryRead(ref slot, out value);
    }

    public static void CopySlots<T>(Span<T> source, Span<T> destination)
    {
        for (int index = 0; index < source.Length; index++)
        {
            WriteSlot(ref destination[index], ReadSlot(ref source[index]));
        }
    }

    public static void ClearSlots<T>(Span<T> slots)
    {
        foreach (ref T slot in slots)
        {
            SchedulingPoint.Interleave();
            slot = default!;
        }
    }
}
