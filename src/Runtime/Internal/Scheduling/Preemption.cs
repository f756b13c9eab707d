using System.Runtime.CompilerServices;
using System.Threading;

namespace Goroutines.Internal.Scheduling;

// A checkpoint has to cost about a nanosecond when nothing is due, so it reads one word that all schedulers share and that
// changes seldom. While it is not 0, every checkpoint of the process looks closer, and most find that they are not meant.
/// <summary>Whether any scheduler wants a goroutine to reach its next checkpoint.</summary>
internal static class Preemption
{
    // How many schedulers want that. Interlocked; read by checkpoints, for which a late value is as good.
    private static int s_requestCount;

    public static bool IsDue
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Volatile.Read(ref s_requestCount) != 0;
    }

    /// <summary>Gets whether the goroutine of the calling thread was asked to let others run; false on threads of no scheduler.</summary>
    public static bool IsDueHere
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => IsDue && IsMeant();
    }

    public static void Request() => Interlocked.Increment(ref s_requestCount);

    public static void Withdraw() => Interlocked.Decrement(ref s_requestCount);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static bool IsMeant() => Machine.Current is { } machine && machine.Scheduler.IsCheckpointDue(machine);
}
