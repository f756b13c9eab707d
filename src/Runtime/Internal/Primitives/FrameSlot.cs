using System.Runtime.CompilerServices;

namespace Goroutines.Internal.Primitives;

/// <summary>Where a local variable is, for others to look at while the method that has it has not returned.</summary>
/// <remarks>Publishing the place once costs nothing for each value that the variable takes later.</remarks>
internal readonly unsafe struct FrameSlot<T>
    where T : struct
{
    private readonly void* _address;

    private FrameSlot(void* address) => _address = address;

    /// <summary>Returns the place of a variable: a local or a parameter of a method that is still running at each read.</summary>
    public static FrameSlot<T> Create(ref T local) => new(Unsafe.AsPointer(ref local));

    /// <summary>Returns what the variable holds; the default when no place was set. Nobody may write it meanwhile.</summary>
    // Safety: stacks do not move, and the collector keeps the references in a variable whose address is known up to date.
    public T Value => _address is null ? default : Unsafe.AsRef<T>(_address);
}
