using System;
using System.ComponentModel;
using System.Runtime.CompilerServices;
using System.Threading.Tasks;
using Goroutines.CompilerServices;
using Goroutines.Internal.Scheduling;

namespace Goroutines;

public static partial class Go
{
    /// <summary>Declares that the calling code is going to block its thread: others get its processor at once.</summary>
    /// <returns>What ends the region when disposed; it cannot live across an await.</returns>
    /// <remarks>
    /// <para>
    /// Nobody has to declare anything: locks, wait handles, Task.Wait and the like are seen in the moment they block, and what
    /// the runtime does not tell (native calls, reads of files and pipes) is seen by the monitor within about a millisecond. A
    /// declaration saves that millisecond. In the region the code runs without a processor, beside all others; what it spawns
    /// goes to the global queue. At the region's end it gets a processor again if one is idle; else, as after any wait, it goes on
    /// beside the others if few do that, and waits for its turn if many do.
    /// </para>
    /// <para>Off a scheduler, and inside another region, it does nothing. Allocation: none.</para>
    /// </remarks>
    public static BlockingRegion EnterBlocking() => BlockingRegion.Enter();

    /// <summary>Runs work that blocks its thread, in place; meanwhile others get the processor. See <see cref="EnterBlocking"/>.</summary>
    /// <param name="work">What to run, now. What it throws is thrown here.</param>
    /// <exception cref="ArgumentNullException"><paramref name="work"/> is null.</exception>
    public static void Blocking(Action work)
    {
        ArgumentNullException.ThrowIfNull(work);
        using (EnterBlocking())
        {
            work();
        }
    }

    /// <inheritdoc cref="Blocking(Action)"/>
    /// <typeparam name="T">The type of the result.</typeparam>
    /// <returns>What the work returns.</returns>
    public static T Blocking<T>(Func<T> work)
    {
        ArgumentNullException.ThrowIfNull(work);
        using (EnterBlocking())
        {
            return work();
        }
    }

    /// <summary>Lets others run if the calling goroutine has run for longer than a time slice while others wait.</summary>
    /// <remarks>
    /// For loops that compute for long without awaiting. The goroutine keeps its stack and its thread, which sleeps until its
    /// turn comes. Costs about a nanosecond when nothing is due, and on threads of no scheduler. Allocation: none. Projects that
    /// set <c>GoCheckpoints</c> (package Goroutines.Build) get one compiled into every loop.
    /// </remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Checkpoint()
    {
        if (Preemption.IsDue)
        {
            ReachCheckpoint();
        }
    }

    /// <summary>As <see cref="Checkpoint"/>, for async methods: when due, the method is queued and no thread sleeps for it.</summary>
    /// <returns>What to await; complete when nothing is due.</returns>
    /// <remarks>Where the method goes on is the rule of <see cref="Yield"/>. Allocation: none when nothing is due.</remarks>
    public static ValueTask CheckpointAsync() => Preemption.IsDueHere ? YieldAsync() : default;

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    internal static async ValueTask YieldAsync() => await Yield();

    /// <summary>The rest of <see cref="Checkpoint"/> when some goroutine is asked. Made for compiled-in checkpoints.</summary>
    /// <remarks>
    /// Lets others run if the calling goroutine is one that is meant; else does nothing. See <see cref="CheckpointRequests"/>.
    /// </remarks>
    [EditorBrowsable(EditorBrowsableState.Never)]
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void ReachCheckpoint()
    {
        if (Machine.Current is { } machine)
        {
            machine.Scheduler.ReachCheckpoint(machine);
        }
    }
}
