using System.Threading;

namespace Goroutines.Internal.Primitives;

/// <summary>Gives each type of spare objects a number.</summary>
internal static class SpareKind
{
    private static int s_count;

    public static int Next() => Interlocked.Increment(ref s_count) - 1;
}

/// <summary>The number of a type of spare objects: a constant for compiled code.</summary>
internal static class SpareKind<TSpare>
    where TSpare : Spare
{
    public static readonly int Number = SpareKind.Next();
}
