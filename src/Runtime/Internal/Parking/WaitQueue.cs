using System.Diagnostics;

namespace Goroutines.Internal.Parking;

/// <summary>Waiters in the order in which they came. Under the lock of their place.</summary>
internal struct WaitQueue
{
    private Waiter? _first;
    private Waiter? _last;

    public readonly bool IsEmpty => _first is null;

    public readonly Waiter? First => _first;

    /// <summary>Puts one behind all others.</summary>
    /// <param name="waiter">Who stands in no queue.</param>
    /// <param name="number">The queue's number at its place, 1 up.</param>
    public void Put(Waiter waiter, byte number)
    {
        Debug.Assert(waiter.QueueNumber == 0 && waiter.Next is null, "A waiter stands in one queue.");
        waiter.QueueNumber = number;
        waiter.Previous = _last;
        if (_last is null)
        {
            _first = waiter;
        }
        else
        {
            _last.Next = waiter;
        }

        _last = waiter;
    }

    /// <summary>Takes the first; null when there is none.</summary>
    public Waiter? TryTake()
    {
        Waiter? first = _first;
        if (first is not null)
        {
            Remove(first);
        }

        return first;
    }

    /// <summary>Takes all, as a chain by <see cref="Waiter.Next"/>.</summary>
    public Waiter? TakeAll()
    {
        Waiter? first = _first;
        for (Waiter? waiter = first; waiter is not null; waiter = waiter.Next)
        {
            waiter.QueueNumber = 0;
            waiter.Previous = null;
        }

        _first = null;
        _last = null;
        return first;
    }

    /// <summary>Takes one out, wherever it stands.</summary>
    public void Remove(Waiter waiter)
    {
        Debug.Assert(waiter.QueueNumber != 0, "Who is taken out stands in this queue.");
        Waiter? next = waiter.Next;
        Waiter? previous = waiter.Previous;
        if (previous is null)
        {
            _first = next;
        }
        else
        {
            previous.Next = next;
            waiter.Previous = null;
        }

        if (next is null)
        {
            _last = previous;
        }
        else
        {
            next.Previous = previous;
            waiter.Next = null;
        }

        waiter.QueueNumber = 0;
    }
}
