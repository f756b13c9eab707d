using System.Threading;

namespace Goroutines.Channels;

/// <summary>Numbers channels of all types, for who enters the locks of several.</summary>
internal static class ChanOrder
{
    private static long s_last;

    public static long Next() => Interlocked.Increment(ref s_last);
}
