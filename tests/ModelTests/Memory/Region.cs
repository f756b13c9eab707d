using System.Runtime.CompilerServices;

namespace Goroutines.ModelTests.Memory;

/// <summary>A piece of shared memory inside a heap object: a word, or an array of slots.</summary>
/// <remarks>Kept as object and offset, because the collector may move the object at any time.</remarks>
internal sealed class Region
{
    private readonly object _owner;
    private readonly nint _offset;
    private readonly int _size;
    private readonly int _elementSize;

    private Region(string name, object owner, nint offset, int size, int elementSize)
    {
        Name = name;
        _owner = owner;
        _offset = offset;
        _size = size;
        _elementSize = elementSize;
    }

    public string Name { get; }

    public int Count => _size / _elementSize;

    public static Region Create<T>(string name, object owner, ref T first, int count = 1)
    {
        ref byte start = ref Unsafe.As<T, byte>(ref first);
        nint offset = Unsafe.ByteOffset(ref Unsafe.As<RawObject>(owner).First, ref start);
        return new Region(name, owner, offset, count * Unsafe.SizeOf<T>(), Unsafe.SizeOf<T>());
    }

    /// <summary>Returns which element a reference points to, or -1 when it points elsewhere.</summary>
    public int IndexOf(ref byte location)
    {
        // Safety: both references follow their objects; their difference is one instruction, so it is taken at one moment.
        nint distance = Unsafe.ByteOffset(ref Start, ref location);
        return (nuint)distance < (nuint)_size ? (int)distance / _elementSize : -1;
    }

    /// <summary>Returns an element as it is in memory.</summary>
    public ref T At<T>(int index) => ref Unsafe.As<byte, T>(ref Unsafe.AddByteOffset(ref Start, (nint)index * _elementSize));

    private ref byte Start => ref Unsafe.AddByteOffset(ref Unsafe.As<RawObject>(_owner).First, _offset);

    // Safety: gives the address of an object's first field whatever its type; only offsets within the object are used.
    private sealed class RawObject
    {
        public byte First;
    }
}
