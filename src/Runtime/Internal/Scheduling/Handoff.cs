using System.Diagnostics;
using Goroutines.Internal.Primitives;

namespace Goroutines.Internal.Scheduling;

// Goal: a goroutine that blocks its thread, or never ends, costs a thread and never a processor. Nobody has to declare it, and
// the way from one item to the next pays two plain writes and two reads for it, and no fence.
//
// There are two ways a machine loses its processor in the middle of an item:
// - It gives it away itself, in the moment it blocks: the CLR asks the current SynchronizationContext before each wait of its own
//   (GoSynchronizationContext.Wait), and Go.EnterBlocking declares one.
// - The monitor takes it, from a machine that the CLR's hook cannot see block (Thread.Sleep, native calls, file reads, the lanes
//   without context) or that runs on for longer than a time slice while others wait.
// Either way the processor becomes idle with what its ring holds, as if its machine had parked (Wakeup.cs: idle count up, full
// fence, look at all queues), and the machine goes on without one: it is detached. What a detached machine spawns goes to the
// global queue. When it comes back from a wait it takes a processor again: its own if that is still idle, else any idle one, else
// it goes on detached if few others do, else it queues itself and sleeps until a machine reaches its turn and hands over its own.
// At the end of its item it parks like any machine without a processor.
//
// Ways rejected:
// - An interlocked state word that every use of the processor goes through, as Go does it with the status of a P: 5 ns for each
//   spawn and each item.
// - Adding a processor instead of taking one: no race, but then the count has to be shrunk again behind the back of both, and
//   what the blocked machine's ring holds still has to be freed.
// - Parking after every wait until there is a processor: the CLR wakes one waiter of a contended lock and no other until that one
//   has acted; if that one has to queue for a processor first, the lock is free, nobody takes it, and a convoy forms.
//
// Machine, around each use of its processor:         Monitor, to take a processor:
// 1. inside = 1 (release).                           1. claim = Asking (release).
// 2. Read claim. None -> use the processor.          2. Process-wide barrier.
//    Asking -> wait until it is something else.      3. Read inside (acquire). Not 0 -> claim = None, give up.
//    Taken -> it has none any more; claim = None.    4. Read whose the processor is, and its tick. The machine's no longer,
// 3. inside = 0 (release).                              or another item -> claim = None, give up.
//                                                       Else claim = Taken; the processor is the monitor's.
//
// Between the machine's 1 and 2 there is no fence, which is what makes it cheap; the monitor's barrier stands in for it. It comes
// before or after the machine's 1 in the order of the machine's own instructions: before, then the machine's 2 sees Asking and
// waits for the decision. After, then inside is visible to the monitor, which gives up. Without the barrier the machine may
// read None and the monitor 0, and both use the processor. Without the wait in 2 the machine may read Asking, take it for None or
// Taken, and be wrong. Inside is set to 0 with release and read with acquire, so what the machine wrote to the queue is there for
// the monitor. If 4 came before 3, the machine could give its processor away between the two, and two would have it. The
// barrier is one for the whole process whatever the processor's memory order (membarrier(2)), so this holds on arm64 as on x64.
/// <summary>Who may use a machine's processor: the machine while it is inside, or the monitor that takes it.</summary>
internal struct Handoff<TSync>
    where TSync : struct, ISync
{
    private const int None = 0;
    private const int Asking = 1;
    private const int Taken = 2;

    // How deep the machine is in the scheduler; 0 while user code runs. Written by the machine with release.
    private int _inside;

    // Written by the monitor, and by the machine after Taken. Release/acquire.
    private int _claim;

    /// <summary>Gets whether the calling machine is in the scheduler already. Owner only.</summary>
    public bool IsInside => TSync.Read(ref _inside) > 0;

    /// <summary>Enters the scheduler. True when the monitor has a say: the caller then settles. Owner only.</summary>
    public bool Enter()
    {
        TSync.Write(ref _inside, TSync.Read(ref _inside) + 1);
        return TSync.Read(ref _claim) != None;
    }

    /// <summary>Leaves the scheduler. Owner only.</summary>
    public void Exit()
    {
        int depth = TSync.Read(ref _inside);
        Debug.Assert(depth > 0, "Who leaves has entered.");
        TSync.Write(ref _inside, depth - 1);
    }

    /// <summary>Waits for the monitor's decision. True when it has taken the processor. Owner only, inside.</summary>
    public bool Settle()
    {
        int claim = TSync.SpinWhile(ref _claim, Asking);
        if (claim == Taken)
        {
            TSync.Write(ref _claim, None);
        }

        return claim == Taken;
    }

    /// <summary>
    /// Asks for the processor, and returns whether the machine is outside: then it stays there until the decision. Only the monitor.
    /// </summary>
    public bool Ask()
    {
        TSync.Write(ref _claim, Asking);
        TSync.ProcessWideBarrier();
        return TSync.Read(ref _inside) == 0;
    }

    /// <summary>Says whether the processor is taken. Only the monitor, after it asked.</summary>
    public void Decide(bool isTaken) => TSync.Write(ref _claim, isTaken ? Taken : None);
}
