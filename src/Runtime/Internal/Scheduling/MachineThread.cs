using System.Threading;
using Goroutines.Internal.Primitives;

namespace Goroutines.Internal.Scheduling;

/// <summary>A machine's thread as the monitor sees it.</summary>
internal sealed class MachineThread
{
    private readonly Thread _thread;
    private readonly int _systemId;

    private MachineThread(Thread thread, int systemId)
    {
        _thread = thread;
        _systemId = systemId;
    }

    /// <summary>Gets the calling thread.</summary>
    public static MachineThread Current => new(Thread.CurrentThread, ThreadProbe.CurrentSystemId);

    /// <summary>Gets whether it waits or sleeps in the runtime: Thread.Sleep, and waits the context was not asked about. 20 ns.</summary>
    public bool IsWaiting => (_thread.ThreadState & ThreadState.WaitSleepJoin) != 0;

    /// <summary>Lets everybody who wakes go before it.</summary>
    public void StandBack() => SystemSlice.Lengthen(_systemId);

    /// <summary>Ends <see cref="StandBack"/>.</summary>
    public void StandInLine() => SystemSlice.Restore(_systemId);

    /// <summary>Gets whether it sleeps in the operating system. About 8 µs; false where that cannot be told.</summary>
    public bool IsAsleep => ThreadProbe.IsAsleep(_systemId);
}
