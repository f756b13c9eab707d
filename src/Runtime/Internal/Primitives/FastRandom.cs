using System.Diagnostics;

namespace Goroutines.Internal.Primitives;

/// <summary>A small random generator for steal orders: xorshift (Marsaglia, "Xorshift RNGs", 2003), not for secrets.</summary>
/// <remarks>Owned by one machine; no synchronisation.</remarks>
internal struct FastRandom
{
    private uint _state;

    public FastRandom(uint seed)
    {
        // Zero is the one state xorshift never leaves.
        _state = seed == 0 ? 0x9E3779B9u : seed;
    }

    /// <summary>Returns a number from 0 up to, not including, <paramref name="limit"/> (1 or more).</summary>
    public int Next(int limit)
    {
        Debug.Assert(limit > 0, "The range holds at least one number.");
        uint x = _state;
        x ^= x << 13;
        x ^= x >> 17;
        x ^= x << 5;
        _state = x;

        // Lemire's multiplication instead of a division; the bias below 2^-20 does not matter here.
        return (int)(((ulong)x * (uint)limit) >> 32);
    }
}
