using System.Diagnostics;

namespace Goroutines.Internal.Scheduling;

/// <summary>The bits of the wake-up state; see Wakeup.cs for who moves them.</summary>
/// <remarks>
/// <code>
/// bit  63      disposed
/// bits 62..32  detached: machines that run an item and hold no processor, blocked or not
/// bits 31..16  searching: machines that hold a processor and look for work, or have been woken to look
/// bits 15..0   idle: processors on the idle list that nobody has claimed
/// </code>
/// </remarks>
internal readonly struct WakeWord
{
    public const ulong OneIdle = 1;
    public const ulong OneSearching = 1UL << 16;
    public const ulong OneDetached = 1UL << 32;
    public const ulong Disposed = 1UL << 63;

    public WakeWord(ulong bits) => Bits = bits;

    public ulong Bits { get; }

    public int IdleCount => (ushort)Bits;

    public int SearchingCount => (ushort)(Bits >> 16);

    public int DetachedCount => (int)(Bits >> 32) & int.MaxValue;

    public bool IsDisposed => (Bits & Disposed) != 0;

    /// <summary>Gets whether new work needs an act: a processor is idle and nobody searches, or the scheduler is disposed.</summary>
    /// <remarks>The low half is 1 to 65,535 just when the idle count is not zero and the searching count is.</remarks>
    public bool NeedsAct => (uint)Bits - 1 < 0xFFFF || (long)Bits < 0;

    /// <summary>Gets whether some processor is idle.</summary>
    public bool HasIdle => (ushort)Bits != 0;

    public WakeWord WithClaimed(int count)
    {
        Debug.Assert(IdleCount >= count, "Only idle processors are claimed.");
        return new(Bits - ((ulong)count * OneIdle) + ((ulong)count * OneSearching));
    }

    /// <summary>A detached machine takes an idle processor.</summary>
    public WakeWord WithOneAttached()
    {
        Debug.Assert(HasIdle && DetachedCount > 0, "Only idle processors are claimed, here by detached machines.");
        return new(Bits - OneIdle - OneDetached);
    }

    public WakeWord WithOneIdleLess()
    {
        Debug.Assert(HasIdle, "Only idle processors are claimed.");
        return new(Bits - OneIdle);
    }
}
