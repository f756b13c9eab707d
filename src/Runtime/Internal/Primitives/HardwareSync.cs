using System;
using System.Threading;

namespace Goroutines.Internal.Primitives;

/// <summary>The processor's own operations: what every protocol runs on outside of a model test.</summary>
internal readonly struct HardwareSync : ISync
{
    public static int Read(ref int location) => Volatile.Read(ref location);

    public static ulong Read(ref ulong location) => Volatile.Read(ref location);

    public static void Write(ref int location, int value) => Volatile.Write(ref location, value);

    public static void Write(ref ulong location, ulong value) => Volatile.Write(ref location, value);

    public static ulong Add(ref ulong location, ulong delta) => Interlocked.Add(ref location, delta);

    public static int Exchange(ref int location, int value) => Interlocked.Exchange(ref location, value);

    public static int CompareExchange(ref int location, int value, int comparand) =>
        Interlocked.CompareExchange(ref location, value, comparand);

    public static ulong CompareExchange(ref ulong location, ulong value, ulong comparand) =>
        Interlocked.CompareExchange(ref location, value, comparand);

    public static void ProcessWideBarrier() => Interlocked.MemoryBarrierProcessWide();

    public static int SpinWhile(ref int location, int value)
    {
        var spinner = default(SpinWait);
        int seen = Volatile.Read(ref location);
        while (seen == value)
        {
            spinner.SpinOnce(sleep1Threshold: -1);
            seen = Volatile.Read(ref location);
        }

        return seen;
    }

    public static T ReadSlot<T>(ref T slot) => slot;

    public static void WriteSlot<T>(ref T slot, T value) => slot = value;

    public static void PublishSlot<T>(ref T slot, T value)
        where T : struct, IPublishable<T> => T.Publish(ref slot, value);

    public static bool TryReadPublished<T>(ref T slot, out T value)
        where T : struct, IPublishable<T> => T.TryRead(ref slot, out value);

    public static void CopySlots<T>(Span<T> source, Span<T> destination) => source.CopyTo(destination);

    public static void ClearSlots<T>(Span<T> slots) => slots.Clear();
}
