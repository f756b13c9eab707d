using System;
using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Goroutines.Internal.Primitives;

/// <summary>Lists of spare objects, one for each type of them. Owned by one thread; no synchronisation.</summary>
/// <remarks>
/// What a goroutine puts back it takes again a moment later, mostly on the same machine: so a list for each machine needs no lock,
/// and stays about as long as it is.
/// </remarks>
internal struct SpareLists
{
    // So many waves of goroutines that all wait, and then all go on, find a waiter each. 256 as the ring of a processor has slots.
    private const int DepthMax = 256;

    private List[]? _lists;

    /// <summary>Takes one, or returns null when there is none.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TSpare? TryTake<TSpare>()
        where TSpare : Spare
    {
        int number = SpareKind<TSpare>.Number;
        List[]? lists = _lists;
        if (lists is null || (uint)number >= (uint)lists.Length || lists[number].Top is not { } top)
        {
            return null;
        }

        lists[number].Top = top.Below;
        top.Below = null;
        return Reinterpret.As<TSpare>(top);
    }

    /// <summary>Puts one back, unless there are many.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Put<TSpare>(TSpare spare)
        where TSpare : Spare
    {
        Debug.Assert(spare.Below is null, "A spare is in one list.");
        int number = SpareKind<TSpare>.Number;
        if (_lists is null || (uint)number >= (uint)_lists.Length)
        {
            Grow(number);
        }

        ref Spare? top = ref _lists![number].Top;
        int depth = top is null ? 1 : top.Depth + 1;
        if (depth <= DepthMax)
        {
            spare.Depth = depth;
            spare.Below = top;
            top = spare;
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Grow(int number)
    {
        List[] more = new List[Math.Max(number + 1, 4)];
        _lists?.CopyTo(more, 0);
        _lists = more;
    }

    // In a struct, because an array of a class that others derive from checks the type of what is put into it.
    private struct List
    {
        public Spare? Top;
    }
}
