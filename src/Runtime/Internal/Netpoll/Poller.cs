using System;
using System.Collections.Generic;
using System.Threading;
using Goroutines.Internal.Work;

namespace Goroutines.Internal.Netpoll;

/// <summary>Tells which descriptors became ready since it was last asked (edge-triggered).</summary>
/// <remarks>Any thread may call anything. What became ready is told to one caller only.</remarks>
internal abstract class Poller
{
    private readonly PollTable _table = new();

    // 1 while a thread asks without waiting. Interlocked.
    private int _isAsked;

    // 1 from before a thread waits until after.
    private int _isWaitedOn;

    // 1 from when somebody breaks a wait until the wait that sees it ends. Interlocked.
    private int _isBroken;

    private uint _askCount;

    /// <summary>Gets whether there is a poller for this operating system.</summary>
    public static bool IsSupported => EpollPoller.IsSupportedHere;

    /// <summary>Gets how many descriptors are watched; when none is, there is nothing to ask for.</summary>
    public int WatchedCount => _table.Count;

    /// <summary>Gets whether a thread waits: it hears of everything at once.</summary>
    public bool IsWaitedOn => Volatile.Read(ref _isWaitedOn) != 0;

    /// <summary>Gets how often it was asked, modulo 2^32 and roughly.</summary>
    public uint AskCount => Volatile.Read(ref _askCount);

    /// <summary>Returns a new poller.</summary>
    /// <exception cref="System.Net.Sockets.SocketException">The process has no descriptor left for it.</exception>
    public static Poller Create() => new EpollPoller();

    /// <summary>
    /// Watches a descriptor from now on, until it is closed; what is ready now is an event as well. Called inside it. Full fence.
    /// </summary>
    /// <returns>0, or the error number of the system.</returns>
    public int Watch(PollDescriptor descriptor)
    {
        if (!_table.TryAdd(descriptor))
        {
            return 0;
        }

        int error = Add(descriptor.Number, descriptor.Tag);
        if (error != 0)
        {
            _table.TryRemove(descriptor);
        }

        return error;
    }

    /// <summary>Asks without waiting, unless another thread asks or waits already. Returns how many items are to be queued.</summary>
    /// <param name="ready">Takes those items; there may be two for each event.</param>
    public int Ask(Span<WorkItem> ready)
    {
        if (IsWaitedOn || Interlocked.Exchange(ref _isAsked, 1) != 0)
        {
            return 0;
        }

        _askCount++;
        int count = Poll(ready, timeoutNs: 0);
        Volatile.Write(ref _isAsked, 0);
        return count;
    }

    /// <summary>Says that the calling thread will wait: from here on <see cref="Break"/> ends the wait, even if it comes before.</summary>
    public void BeginWaiting() => Volatile.Write(ref _isWaitedOn, 1);

    /// <summary>Waits until something is ready, somebody breaks the wait, or the time is over. One thread at a time.</summary>
    /// <param name="ready">As with <see cref="Ask"/>.</param>
    /// <param name="timeoutNs">Nanoseconds; negative for no limit.</param>
    public int Wait(Span<WorkItem> ready, long timeoutNs)
    {
        _askCount++;
        return Poll(ready, timeoutNs);
    }

    /// <summary>
    /// Ends what <see cref="BeginWaiting"/> began. Full fence: what is looked at from here on was there before a later break.
    /// </summary>
    public void EndWaiting()
    {
        Volatile.Write(ref _isWaitedOn, 0);
        Interlocked.Exchange(ref _isBroken, 0);
    }

    /// <summary>Ends the wait of the thread that waits or is about to.</summary>
    public void Break()
    {
        if (Interlocked.Exchange(ref _isBroken, 1) == 0)
        {
            Signal();
        }
    }

    /// <summary>Takes the descriptor off and closes its file. Called by the last one who leaves it.</summary>
    public void CloseFile(PollDescriptor descriptor)
    {
        // A copy of the file in another process would keep it registered.
        if (_table.TryRemove(descriptor))
        {
            Remove(descriptor.Number);
        }

        Close(descriptor.Number);
    }

    /// <summary>Closes the slots of all descriptors, for a scheduler that is disposed; returns what waited there.</summary>
    public WorkItem[] CloseSlots()
    {
        var waited = new List<WorkItem>();
        foreach (PollDescriptor descriptor in _table.ToArray())
        {
            foreach (PollOperation? operation in (ReadOnlySpan<PollOperation?>)[descriptor.Reading.Close(), descriptor.Writing.Close()])
            {
                if (operation is not null && operation.TryReady(out WorkItem item))
                {
                    waited.Add(item);
                }
            }
        }

        return [.. waited];
    }

    /// <summary>Collects events for as long as there is room for two items each, and waits for the first.</summary>
    protected abstract int Poll(Span<WorkItem> ready, long timeoutNs);

    /// <summary>Registers a descriptor, edge-triggered, for both directions.</summary>
    protected abstract int Add(int number, ulong tag);

    /// <summary>Takes a descriptor out.</summary>
    protected abstract void Remove(int number);

    /// <summary>Makes the wait end, or the next one.</summary>
    protected abstract void Signal();

    protected abstract void Close(int number);

    /// <summary>Makes an event of what the system tells. Returns how many items it put.</summary>
    protected int Take(ulong tag, bool isReadable, bool isWritable, bool hasHungUp, Span<WorkItem> ready)
    {
        if (_table.Find(tag) is not { } descriptor)
        {
            return 0;
        }

        if (hasHungUp)
        {
            descriptor.NoteHangUp();
        }

        int count = 0;
        if (isReadable && descriptor.Reading.TakeForEvent() is { } reader && reader.TryReady(out WorkItem read))
        {
            ready[count++] = read;
        }

        if (isWritable && descriptor.Writing.TakeForEvent() is { } writer && writer.TryReady(out WorkItem written))
        {
            ready[count++] = written;
        }

        return count;
    }
}
