using System;
using Goroutines.Internal.Scheduling;
using Goroutines.Internal.Work;

namespace Goroutines.ModelTests.Models;

/// <summary>A step left out on purpose, which Coyote has to notice.</summary>
internal sealed class SeededBug
{
    /// <summary>Nothing is left out.</summary>
    public static SeededBug None { get; } = new();

    /// <summary>A thief does not look whether its claim was stored.</summary>
    public static SeededBug ClaimUnchecked { get; } = new()
    {
        IsUnchecked = (from, to) => !new QueueWord(from).IsBeingStolen && new QueueWord(to).IsBeingStolen,
    };

    /// <summary>The owner does not look whether its taking, at either end, was stored.</summary>
    public static SeededBug TakeUnchecked { get; } = new()
    {
        IsUnchecked = (from, to) => new QueueWord(to).Count == new QueueWord(from).Count - 1
            && new QueueWord(to).IsBeingStolen == new QueueWord(from).IsBeingStolen,
    };

    /// <summary>Who takes or frees runnext does not look whether that was stored.</summary>
    public static SeededBug RunnextUnchecked { get; } = new()
    {
        IsUnchecked = (from, to) => new QueueWord(from).HasRunnext && !new QueueWord(to).HasRunnext,
    };

    /// <summary>Who claims an idle processor does not look whether that was stored.</summary>
    public static SeededBug IdleClaimUnchecked { get; } = new()
    {
        IsUnchecked = (from, to) => new WakeWord(from).HasIdle && to == new WakeWord(from).WithClaimed(1).Bits,
    };

    /// <summary>A compare-exchange compares and then stores.</summary>
    public static SeededBug CompareExchangeInTwoSteps { get; } = new() { ComparesThenStores = true };

    /// <summary>An addition reads and then stores.</summary>
    public static SeededBug AdditionInTwoSteps { get; } = new() { ReadsThenStores = true };

    /// <summary>A parker waits on its monitor without looking at its state once more after entering it.</summary>
    public static SeededBug SleepWithoutLook { get; } = new() { SleepsWithoutLook = true };

    /// <summary>A parker whose time is over does not look whether it was notified at the last moment.</summary>
    public static SeededBug TimeOverWithoutLook { get; } = new() { ReturnsWithoutLook = true };

    /// <summary>Gets which compare-exchanges of 64 bits count as stored whatever they return, by the old and the new word.</summary>
    public Func<ulong, ulong, bool>? IsUnchecked { get; private init; }

    public bool ComparesThenStores { get; private init; }

    public bool ReadsThenStores { get; private init; }

    public bool SleepsWithoutLook { get; private init; }

    public bool ReturnsWithoutLook { get; private init; }
}
