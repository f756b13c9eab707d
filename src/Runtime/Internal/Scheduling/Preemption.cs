using System.Runtime.CompilerServices;
using System.Threading;
using Goroutines.CompilerServices;

namespace Goroutines.Internal.Scheduling;

// A checkpoint has to cost about a nanosecond when nothing is due, so it reads one word that all schedulers share and that
// changes seldom. While it is not 0, every checkpoint of the process looks closer, and most find that they are not meant. The
// word is public because compiled-in checkpoints read it in place; only this file writes it.
/// <summary>Whether any scheduler wants a goroutine to reach its next checkpoint.</summary>
internal static class Preemption
{
    public static bool IsDue
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Volatile.Read(ref CheckpointRequests.Count) != 0;
    }

    /// <summary>Gets whether the goroutine of the calling thread was asked to let others run; false on threads of no scheduler.</summary>
    public static bool IsDueHere
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => IsDue && IsMeant();
    }

    public static void Request() => Interlocked.Increment(ref CheckpointRequests.Count);

    public static void Withdraw() => Interlocked.Decrement(ref CheckpointRequests.Count);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static bool IsMeant() => Machine.Current is { } machine && machine.Scheduler.IsCheckpointDue(machine);
}
