using Goroutines.Internal.Primitives;

namespace Goroutines.Internal.Netpoll;

// Goal: an operation whose system call found nothing is queued by the next event, whichever of the two comes first, and is queued
// once, although an event, a cancellation and a close may come together.
//
// Ways rejected:
// - A lock for each descriptor: the poller would take one for each event, and wait for whoever was preempted inside.
// - One-shot registrations (EPOLLONESHOT): a system call for each wait instead of one for each connection.
// - The operation in the word itself, as Go has it: a model test could not follow a reference, and the word is not hotter for it.
//
// Operation: 1. Take "ready" back.   2. System call: nothing there.   3. Empty -> Waiting; not empty -> begin anew.   4. Sleep.
// Poller:    1. Event.               2. Empty -> Ready, or Waiting -> Empty and queue the operation.
//
// An event that comes after 2 and before 3 leaves "ready", so 3 fails and the call is made again. One that came before 1 is taken
// back there, but then the call of 2 sees what it announced. If 1 came after 2, an event between the two would be lost.
// Whoever moves the word from Waiting owns the operation: the poller, who cancels, or who closes. Nobody else touches it, since its
// owner writes it again only after one of them has let it go on.
//
// from      to        by            what the caller does next
// Ready     Empty     operation     its system call
// Empty     Waiting   operation     sleeps
// Empty     Ready     poller        nothing
// Waiting   Empty     poller        queues the operation
// Waiting   Empty     who cancels   queues the operation
// any       Closed    who closes    queues the operation, if the word was Waiting. The last move.
//
// The operation is a plain field: written before the move to Waiting, read after the move from it, both full fences.
/// <summary>One direction of a descriptor: whether it is ready, and who waits for that.</summary>
internal struct PollSlot<TSync>
    where TSync : struct, ISync
{
    private const int Empty = 0;
    private const int Ready = 1;
    private const int Waiting = 2;
    private const int Closed = 3;

    private int _state;
    private PollOperation? _operation;

    /// <summary>Gets whether an event has come that no system call has looked for since.</summary>
    public bool IsReady => TSync.Read(ref _state) == Ready;

    /// <summary>Gets whether the last move was made.</summary>
    public bool IsClosed => TSync.Read(ref _state) == Closed;

    /// <summary>Forgets earlier events. Called by the one that operates here, before its system call.</summary>
    public void ClearReady()
    {
        if (TSync.Read(ref _state) == Ready)
        {
            TSync.CompareExchange(ref _state, Empty, Ready);
        }
    }

    /// <summary>
    /// Lets an operation wait, whose owner touches it no more when this is true. False when there was an event since, or the slot is
    /// closed: then the system call is to be made again. One operation at a time.
    /// </summary>
    public bool TryWait(PollOperation operation)
    {
        TSync.WriteSlot(ref _operation, operation);
        if (TSync.CompareExchange(ref _state, Waiting, Empty) == Empty)
        {
            return true;
        }

        TSync.WriteSlot(ref _operation, null);
        return false;
    }

    /// <summary>Notes an event. Returns the operation that waited for it, which the caller queues.</summary>
    public PollOperation? TakeForEvent()
    {
        int seen = TSync.Read(ref _state);
        while (seen is Empty or Waiting)
        {
            int found = TSync.CompareExchange(ref _state, seen == Empty ? Ready : Empty, seen);
            if (found == seen)
            {
                return seen == Empty ? null : TakeOperation();
            }

            seen = found;
        }

        return null;
    }

    /// <summary>Returns the operation that waits, if one does, which the caller queues.</summary>
    public PollOperation? TakeForCancel() =>
        TSync.CompareExchange(ref _state, Empty, Waiting) == Waiting ? TakeOperation() : null;

    /// <summary>Closes the slot for good. Returns the operation that waited, which the caller queues.</summary>
    public PollOperation? Close() => TSync.Exchange(ref _state, Closed) == Waiting ? TakeOperation() : null;

    // Kept no longer: the table of descriptors must not keep alive what waited once.
    private PollOperation? TakeOperation()
    {
        PollOperation? operation = TSync.ReadSlot(ref _operation);
        TSync.WriteSlot(ref _operation, null);
        return operation;
    }
}
