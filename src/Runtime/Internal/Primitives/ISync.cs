using System;

namespace Goroutines.Internal.Primitives;

/// <summary>
/// The synchronisation operations a lock-free protocol may use. A protocol takes them as a struct type parameter, so the
/// JIT compiles them to single instructions, and a model test can run the very same code over a simulated memory.
/// </summary>
/// <remarks>
/// Read acquires, Write releases; Add, Exchange and CompareExchange are full fences. Slots are plain memory: whoever touches
/// one holds it by a word transition that happened before.
/// </remarks>
internal interface ISync
{
    static abstract int Read(ref int location);

    static abstract ulong Read(ref ulong location);

    static abstract void Write(ref int location, int value);

    static abstract void Write(ref ulong location, ulong value);

    /// <summary>Adds and returns the new value. Full fence.</summary>
    static abstract ulong Add(ref ulong location, ulong delta);

    /// <summary>Stores and returns the old value. Full fence.</summary>
    static abstract int Exchange(ref int location, int value);

    /// <summary>Stores when equal and returns the old value. Full fence.</summary>
    static abstract int CompareExchange(ref int location, int value, int comparand);

    /// <summary>Stores when equal and returns the old value. Full fence.</summary>
    static abstract ulong CompareExchange(ref ulong location, ulong value, ulong comparand);

    /// <summary>A full fence on every thread of the process, wherever each of them is in its code.</summary>
    static abstract void ProcessWideBarrier();

    /// <summary>Spins while a word has a value that another thread is about to change. Returns the other value. Acquire.</summary>
    static abstract int SpinWhile(ref int location, int value);

    static abstract T ReadSlot<T>(ref T slot);

    static abstract void WriteSlot<T>(ref T slot, T value);

    /// <summary>Fills an empty slot for takers that hold nothing but the slot's position. Release.</summary>
    static abstract void PublishSlot<T>(ref T slot, T value)
        where T : struct, IPublishable<T>;

    /// <summary>Reads a slot that may not be filled yet. False when it is not. Acquire.</summary>
    static abstract bool TryReadPublished<T>(ref T slot, out T value)
        where T : struct, IPublishable<T>;

    static abstract void CopySlots<T>(Span<T> source, Span<T> destination);

    static abstract void ClearSlots<T>(Span<T> slots);
}
