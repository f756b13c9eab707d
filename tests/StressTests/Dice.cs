namespace Goroutines.StressTests;

/// <summary>A small seeded random sequence that each operation has for itself, so that a seed gives the same tree.</summary>
internal struct Dice
{
    private ulong _state;

    public Dice(int seed, int stream) => _state = ((ulong)(uint)seed << 32) | (uint)stream;

    /// <summary>Returns a number from 0 to one less than <paramref name="count"/>.</summary>
    public int Roll(int count)
    {
        // SplitMix64 (Steele, Lea, Flood 2014): any state is a good one.
        _state += 0x9E37_79B9_7F4A_7C15;
        ulong z = _state;
        z = (z ^ (z >> 30)) * 0xBF58_476D_1CE4_E5B9;
        z = (z ^ (z >> 27)) * 0x94D0_49BB_1331_11EB;
        z ^= z >> 31;
        return (int)((z >> 33) % (ulong)count);
    }

    public bool OneIn(int count) => Roll(count) == 0;
}
