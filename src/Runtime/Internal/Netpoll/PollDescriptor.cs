using System.Diagnostics;
using System.Threading;
using Goroutines.Internal.Primitives;

namespace Goroutines.Internal.Netpoll;

// A descriptor's number may be given to another file as soon as it is closed. So each system call is made between TryEnter and Exit,
// and the last one out closes it: the reference count and "closing" share a word (Go's fdMutex has the same idea).
/// <summary>A file descriptor that the poller watches: who uses it, who waits for it, and what was seen of it.</summary>
internal sealed class PollDescriptor
{
    private const int Closing = 1 << 31;

    private readonly Poller _poller;

    // The bit Closing, and how many use it. Interlocked.
    private int _uses;

    // Written by the poller, a full fence follows and then its look at the slot; read by who operates, after it has cleared the slot
    // (full fence). If the poller finds the slot ready already, the one who clears it sees the hang-up.
    private volatile bool _hasHungUp;

    public PollDescriptor(Poller poller, int number)
    {
        _poller = poller;
        Number = number;
    }

    /// <summary>What waits to read or accept.</summary>
    public PollSlot<HardwareSync> Reading;

    /// <summary>What waits to write or connect.</summary>
    public PollSlot<HardwareSync> Writing;

    /// <summary>Gets the number of the file. To be used between <see cref="TryEnter"/> and <see cref="Exit"/>.</summary>
    public int Number { get; }

    /// <summary>Gets or sets where it is in the table, and how many were there before; 0 if nowhere. Under the table's lock.</summary>
    public ulong Tag { get; set; }

    /// <summary>
    /// Gets whether the other side has closed, has sent an urgent byte, or the connection failed: from here on a short read is no sign.
    /// </summary>
    public bool HasHungUp => _hasHungUp;

    /// <summary>Gets whether <see cref="TryClose"/> was called.</summary>
    public bool IsClosing => Volatile.Read(ref _uses) < 0;

    /// <summary>Notes a hang-up. Called by the poller before it tells the slots. Full fence.</summary>
    public void NoteHangUp()
    {
        _hasHungUp = true;
        Interlocked.MemoryBarrier();
    }

    /// <summary>Keeps the number valid until <see cref="Exit"/>. False when it is closing.</summary>
    public bool TryEnter()
    {
        int seen = Volatile.Read(ref _uses);
        while (seen >= 0)
        {
            int found = Interlocked.CompareExchange(ref _uses, seen + 1, seen);
            if (found == seen)
            {
                return true;
            }

            seen = found;
        }

        return false;
    }

    /// <summary>Ends a use; the last one closes the file if it is closing.</summary>
    public void Exit()
    {
        int uses = Interlocked.Decrement(ref _uses);
        Debug.Assert(uses != -1, "Each use is ended once.");
        if (uses == Closing)
        {
            _poller.CloseFile(this);
        }
    }

    /// <summary>
    /// Closes the descriptor: at once if nobody uses it, else when the last one leaves. Who waited is given to the caller to queue.
    /// False when it was closing before.
    /// </summary>
    public bool TryClose(out PollOperation? reader, out PollOperation? writer)
    {
        reader = writer = null;
        int seen = Volatile.Read(ref _uses);
        while (seen >= 0)
        {
            // One use of our own, so that nobody closes the file before the slots are closed.
            int found = Interlocked.CompareExchange(ref _uses, (seen + 1) | Closing, seen);
            if (found == seen)
            {
                reader = Reading.Close();
                writer = Writing.Close();
                Exit();
                return true;
            }

            seen = found;
        }

        return false;
    }
}
