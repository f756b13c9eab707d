namespace Goroutines.Internal.Parking;

/// <summary>Where waiters stand in queues, under a lock of its own.</summary>
internal interface IWaitPlace
{
    /// <summary>Takes a waiter out of its queue. False when it stands in none any more: somebody has ended it, or is about to.</summary>
    bool TryRemove(Waiter waiter);

    /// <summary>Keeps a waiter for the next wait of a thread that is no machine.</summary>
    void PutSpare(Waiter waiter);
}
