using System.Runtime.CompilerServices;
using System.Threading.Tasks;
using Goroutines.Internal.Scheduling;

namespace Goroutines.Internal.Parking;

/// <summary>What all places do with waiters: take a spare one, put one back, end a chain of them.</summary>
internal static class Waiters
{
    /// <summary>Takes a spare waiter of the calling machine; null when there is none.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TWaiter? TryTakeSpare<TWaiter>()
        where TWaiter : Waiter => Machine.Current?.Spares.TryTake<TWaiter>();

    /// <summary>Puts a waiter aside for the next wait: on the calling machine, else at its place.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void PutBack<TWaiter>(TWaiter waiter, IWaitPlace place)
        where TWaiter : Waiter
    {
        if (Machine.Current is { } machine)
        {
            machine.Spares.Put(waiter);
        }
        else
        {
            place.PutSpare(waiter);
        }
    }

    /// <summary>Ends the waits of a chain, the first one first. Under no lock.</summary>
    public static void EndAll(Waiter? chain, WaitOutcome outcome)
    {
        while (chain is not null)
        {
            // What is ended may serve another wait at once.
            Waiter? next = chain.Next;
            chain.Next = null;
            chain.End(outcome);
            chain = next;
        }
    }

    /// <summary>Returns a value when others have run: for who never waits, and was asked to let others run.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public static async ValueTask<T> AfterOthersAsync<T>(T value)
    {
        await Machine.Current!.Scheduler.Settings.YieldAsync().ConfigureAwait(false);
        return value;
    }

    /// <summary>Completes when others have run.</summary>
    public static ValueTask AfterOthersAsync() => Machine.Current!.Scheduler.Settings.YieldAsync();
}
