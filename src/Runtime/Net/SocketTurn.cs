using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Threading;
using Goroutines.Internal.Primitives;

namespace Goroutines.Net;

// A slot of a descriptor takes one operation at a time: it could not tell to whom an event belongs. Here they take turns. Nobody
// needs the lock for that who is alone, as nearly everybody is.
//
// from        to          by
// Free        Taken       who comes, and operates
// Taken       Free        who is done
// Taken       Contended   who comes second, under the lock; it waits in the queue, as all do that come later
// Contended   Taken       who is done and takes the last one out of the queue, or who cancels the last one, under the lock
/// <summary>Whose turn it is in one direction of a socket, who comes next, and an operation to be used again.</summary>
internal struct SocketTurn
{
    private const int Free = 0;
    private const int Taken = 1;
    private const int Contended = 2;

    // Interlocked.
    private int _state;

    // Made by the first that comes second. Interlocked.
    private RankedLock? _lock;

    // Under the lock.
    private Queue<SocketOperation>? _next;

    // The last operation that is over. Interlocked.
    private SocketOperation? _spare;

    /// <summary>Takes the turn. False when another one has it.</summary>
    public bool TryTake() => Interlocked.CompareExchange(ref _state, Taken, Free) == Free;

    /// <summary>Takes the turn, or queues for it. True when it was taken.</summary>
    public bool TakeOrQueue(SocketOperation operation)
    {
        RankedLock turns = _lock ?? MakeLock();
        turns.Enter();
        bool isTaken = false;
        bool isQueued = false;
        while (!isTaken && !isQueued)
        {
            isTaken = TryTake();
            isQueued = !isTaken && Interlocked.CompareExchange(ref _state, Contended, Taken) != Free;
        }

        if (isQueued)
        {
            (_next ??= new Queue<SocketOperation>()).Enqueue(operation);
        }

        turns.Exit();
        return isTaken;
    }

    /// <summary>Ends a turn. Returns whose turn it is now, whom the caller queues; null for nobody's.</summary>
    public SocketOperation? Leave()
    {
        while (true)
        {
            int seen = Interlocked.CompareExchange(ref _state, Free, Taken);
            Debug.Assert(seen != Free, "A turn is ended by who has it.");
            if (seen != Contended)
            {
                return null;
            }

            // Empty if the last one was canceled meanwhile; then the state is Taken.
            _lock!.Enter();
            bool isThere = _next!.TryDequeue(out SocketOperation? next);
            NoteLength_NeedsLock();
            _lock.Exit();
            if (isThere)
            {
                return next;
            }
        }
    }

    /// <summary>Takes an operation out of the queue. False when it is not there: it has the turn, or is over.</summary>
    public bool TryRemove(SocketOperation operation)
    {
        if (Volatile.Read(ref _lock) is not { } turns)
        {
            return false;
        }

        turns.Enter();
        bool isThere = _next?.Contains(operation) ?? false;
        if (isThere)
        {
            SocketOperation[] others = Array.FindAll(_next!.ToArray(), other => other != operation);
            _next = new Queue<SocketOperation>(others);
            NoteLength_NeedsLock();
        }

        turns.Exit();
        return isThere;
    }

    /// <summary>Returns an operation to be used again, if there is one.</summary>
    public SocketOperation? TryTakeSpare() => _spare is null ? null : Interlocked.Exchange(ref _spare, null);

    /// <summary>Keeps an operation that is over.</summary>
    public void PutSpare(SocketOperation operation) => Volatile.Write(ref _spare, operation);

    // Nobody else changes the state while it is Contended and the lock is held.
    private void NoteLength_NeedsLock()
    {
        if (_next!.Count == 0)
        {
            Volatile.Write(ref _state, Taken);
        }
    }

    private RankedLock MakeLock()
    {
        var made = new RankedLock(LockRank.SocketTurn);
        return Interlocked.CompareExchange(ref _lock, made, null) ?? made;
    }
}
