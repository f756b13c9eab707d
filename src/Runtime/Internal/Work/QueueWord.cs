using System.Diagnostics;

namespace Goroutines.Internal.Work;

/// <summary>The state word of a LocalRunQueue and its moves. The bits are drawn in LocalRunQueue.cs.</summary>
internal readonly struct QueueWord
{
    public const ulong RunnextFullDelta = 1UL << RunnextShift;

    /// <summary>Added to a word whose runnext is Taken, gives the word with runnext Empty.</summary>
    public const ulong RunnextTakenToEmptyDelta = unchecked(0UL - RunnextTaken);

    private const int HeadShift = 16;
    private const int RunnextShift = 32;
    private const int TailShift = 48;
    private const ulong RunnextMask = 3UL << RunnextShift;
    private const ulong RunnextFull = 1UL << RunnextShift;
    private const ulong RunnextTaken = 2UL << RunnextShift;

    public QueueWord(ulong bits) => Bits = bits;

    public ulong Bits { get; }

    public ushort Tail => (ushort)(Bits >> TailShift);

    public ushort Head => (ushort)(Bits >> HeadShift);

    public ushort Steal => (ushort)Bits;

    /// <summary>Gets how many items are in the ring and not claimed by a thief.</summary>
    public int Count => (ushort)(Tail - Head);

    public bool IsBeingStolen => Steal != Head;

    public bool HasRunnext => (Bits & RunnextMask) == RunnextFull;

    public bool IsRunnextEmpty => (Bits & RunnextMask) == 0;

    public static QueueWord Create(ushort position) =>
        new(((ulong)position << TailShift) | ((ulong)position << HeadShift) | position);

    public static ulong TailDelta(int count) => (ulong)count << TailShift;

    /// <summary>Returns how many slots the owner may write: those up to what a thief still copies.</summary>
    public int FreeCount(int capacity)
    {
        int used = (ushort)(Tail - Steal);
        Debug.Assert(used <= capacity, "The tail never laps what is still being copied.");
        return capacity - used;
    }

    public QueueWord WithTailTaken()
    {
        Debug.Assert(Count > 0, "There is an item at the tail.");
        return new(Bits - TailDelta(1));
    }

    /// <summary>The owner takes the oldest: steal follows unless a thief is still copying behind it.</summary>
    public QueueWord WithHeadTaken()
    {
        Debug.Assert(Count > 0, "There is an item at the head.");
        ushort head = (ushort)(Head + 1);
        return With(head, IsBeingStolen ? Steal : head);
    }

    /// <summary>A thief claims the oldest items: head moves, steal stays behind until they are copied.</summary>
    public QueueWord WithClaimed(int count)
    {
        Debug.Assert(!IsBeingStolen, "One thief a time.");
        Debug.Assert(count > 0 && count <= Count, "A thief claims what is there.");
        return With((ushort)(Head + count), Steal);
    }

    public QueueWord WithStealFinished()
    {
        Debug.Assert(IsBeingStolen, "The thief that finishes has claimed before.");
        return With(Head, Head);
    }

    public QueueWord WithRunnextEmpty()
    {
        Debug.Assert(HasRunnext, "Only a full runnext is emptied.");
        return new(Bits & ~RunnextMask);
    }

    public QueueWord WithRunnextTaken()
    {
        Debug.Assert(HasRunnext, "Only a full runnext is freed.");
        return new((Bits & ~RunnextMask) | RunnextTaken);
    }

    private QueueWord With(ushort head, ushort steal) =>
        new((Bits & ~0xFFFF_FFFFUL) | ((ulong)head << HeadShift) | steal);
}
