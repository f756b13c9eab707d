namespace Goroutines.Internal.Primitives;

/// <summary>Lets one thread sleep until another one notifies it. A notification is never lost and never counted twice.</summary>
/// <remarks>
/// Park is called by the owning thread only; Unpark by any thread, and it never blocks. Thread.Interrupt ends no park: it stays
/// pending until a wait of the thread's own.
/// </remarks>
internal abstract class Parker
{
    /// <summary>Sleeps until notified; returns at once when a notification already waits.</summary>
    public abstract void Park();

    /// <summary>Sleeps until notified or until the time is over. Returns true when notified.</summary>
    /// <param name="timeoutNs">Nanoseconds, 1 or more.</param>
    public abstract bool Park(long timeoutNs);

    /// <summary>Notifies the owner. Several notifications before the owner parks count as one.</summary>
    public abstract void Unpark();

    /// <summary>Returns the best parker for this machine: the futex on Linux, else the portable one.</summary>
    public static Parker Create() => Futex.IsSupported ? new FutexParker() : new MonitorParker();
}
