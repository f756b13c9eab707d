namespace Goroutines.Internal.Primitives;

/// <summary>The order in which the house's locks nest: a thread that holds one may only enter a higher one.</summary>
internal enum LockRank
{
    None = 0,

    /// <summary>
    /// A channel: its values and who waits. Left before any of them is queued. A select holds several, in an order of their own.
    /// </summary>
    Channel,

    /// <summary>Who waits for a mutex or a semaphore. Left before any of them is queued.</summary>
    Semaphore,

    /// <summary>Changes of the processor count, one at a time.</summary>
    Resize,

    /// <summary>The lists of idle processors and machines.</summary>
    IdleLists,

    /// <summary>The list of all machines.</summary>
    MachineList,

    /// <summary>A processor's timers. Left before what has expired is queued.</summary>
    Timers,

    /// <summary>The table of watched descriptors.</summary>
    PollTable,

    /// <summary>The global run queue.</summary>
    GlobalRunQueue,

    /// <summary>A processor's table of parked goroutines.</summary>
    GoroutineTable,

    /// <summary>The waiters of a WaitGroup. Left before any of them is queued.</summary>
    WaitGroup,

    /// <summary>Who waits for a turn at a socket. Left before any of them is queued.</summary>
    SocketTurn,

    /// <summary>The idle stack segments. Left before one of them is started or unparked.</summary>
    StackSegments,
}
