using System;
using System.Threading;
using Goroutines.Internal.Primitives;
using Goroutines.Internal.Scheduling;

namespace Goroutines.Internal.Stacks;

// Goal: a recursion may be as deep as memory allows, whatever the stack it began on; a call that does not need more stack
// pays a few nanoseconds; and code cannot tell on which segment it runs, as far as .NET allows.
//
// Ways rejected:
// - Large stacks for all machines: nobody knows how large, and other threads (ThreadPool, main) recurse too.
// - Copying the stack to a larger one, as Go does since 1.4: .NET has no way to move frames.
// - Running the rest as a goroutine of its own while the caller blocks: it would wait for a processor, and on one processor
//   for the caller's, which is blocked.
// - Small segments: a million levels of 176 bytes took 40 ms on warm segments of 1.5 MB and 34 ms on those of 16 MB, and an
//   exception from the bottom is thrown again at the end of each.
//
// The way: when the stack runs low, the calling thread gives the call to a thread with a large stack and sleeps until that
// has run it. The segment's thread runs *as* the caller: with its machine (and so its processor, its local queue and the
// scheduler that is current), its SynchronizationContext, its AsyncLocal values. A machine's owner-only methods stay with one
// thread at a time, since the other one sleeps:
//
// Caller:  1. Write the work and the machine into the segment.  2. Unpark the segment (full fence).  3. Park.
// Segment: 1. Return from Park (full fence), read both.         2. Run as the caller.
//          3. Write what the call left, then "no work" (release), and unpark the caller.   4. Park, until the next call or the end.
// Caller:  4. See "no work" (acquire), or park again.   5. Put the segment into the pool.   6. Read what the call left.
//
// Each side writes before it hands over and reads after, so whatever one did happened before what the other does next.
// Without that order the caller's machine could be seen with the processor or queue it had before the call. The segment goes
// into the pool only by the caller's hand (5), when the caller sleeps on its parker no longer: were it put there before, the
// next caller would park on the same parker. A notification that comes late wakes that one for nothing, and it parks again.
//
// Both spin for a moment before they sleep: a recursion that goes back and forth where the stack ends hands over again and
// again (Go's "hot split").
//
// Both sleep on parkers, which no SynchronizationContext is told of, and without a context: the wait is no wait of the
// goroutine, which keeps its processor.
//
// Exceptions: user code lies between two segments, with catch and finally blocks of its own, so the exception itself has to
// be thrown again at each segment's end. ExceptionDispatchInfo keeps the trace, so that each catch block sees the frame at
// the bottom. Unwinding a million frames takes half a second; what comes on top are collections, which the growing trace
// causes and which have to walk all frames. From a million levels, one stack of 700 MB without segments: 1.7 to 1.9 s.
// Segments of 16 MB: 0.7 to 1.2 s; of 64 MB: 0.55 to 1.0 s; of 256 MB: 0.5 to 0.6 s. Rejected: a fresh trace for each segment
// (`throw exception`, 2.3 s: many middle-sized traces become garbage), and to throw the trace of the bottom segment
// again at each (1.9 s).
//
// What differs from a plain call: the thread. A lock that the caller holds cannot be entered again by the call, and thread
// statics are the segment's. A filter (`catch … when`) above a segment runs after the finally blocks below it.
/// <summary>A stack segment: a thread with a large stack that runs calls for others, which wait for it.</summary>
internal sealed class StackSegment
{
    // Memory is used only as far as it was ever needed; addresses are scarce where they have 32 bits.
    private static readonly int s_stackBytes = Environment.Is64BitProcess ? 64 << 20 : 16 << 20;

    // About 13 µs in growing steps from 40 ns: about what two futex wakes cost. One hand-over after the other takes 3.7 µs with it.
    private static readonly int s_spinCount = Environment.ProcessorCount > 1 ? 48 : 0;

    private readonly SegmentPool _pool;
    private readonly Parker _segmentParker;
    private readonly Parker _callerParker;

    // Written by the caller before it unparks the segment, read by the segment after, ordered by the parker's full fences.
    // The segment sets the work to null (release) when the call is over, and the caller waits for that (acquire).
    private SegmentWork? _work;
    private Machine? _machine;

    // What the monitor looks at while this thread runs as a machine.
    private MachineThread? _thread;

    public StackSegment(SegmentPool pool)
    {
        _pool = pool;
        _segmentParker = pool.CreateParker();
        _callerParker = pool.CreateParker();
    }

    /// <summary>Returns the thread, not started.</summary>
    public Thread CreateThread() => new(RunCalls, s_stackBytes) { IsBackground = true, Name = "Goroutine stack" };

    /// <summary>Runs the work on this segment as the calling thread, which sleeps meanwhile. Called by who took it from the pool.</summary>
    public void Run(SegmentWork work)
    {
        _work = work;
        _machine = Machine.Current;
        SynchronizationContext.SetSynchronizationContext(null);
        _segmentParker.Unpark();
        SpinWhile(hasWork: true);
        while (Volatile.Read(ref _work) is not null)
        {
            _callerParker.Park();
        }
    }

    /// <summary>Lets the thread end. Called by who took the segment from the pool.</summary>
    public void End() => _segmentParker.Unpark();

    private void RunCalls()
    {
        ExecutionContext nothing = ExecutionContext.Capture()!;
        _thread = MachineThread.Current;
        while (TryAwaitCall())
        {
            RunCall(nothing);
            _callerParker.Unpark();
        }

        _pool.NoteThreadEnded();
    }

    // Returns false when the thread shall end.
    private bool TryAwaitCall()
    {
        SpinWhile(hasWork: false);
        while (!_segmentParker.Park(_pool.IdleNs))
        {
            if (_pool.TryRetire(this))
            {
                return false;
            }
        }

        return _work is not null;
    }

    // Only to sleep later. Whether there is work is told by the parker, and the end of the call by a later look.
    private void SpinWhile(bool hasWork)
    {
        for (int spin = 0; spin < s_spinCount && (Volatile.Read(ref _work) is not null) == hasWork; spin++)
        {
            Thread.SpinWait(1 + (spin / 4));
        }
    }

    private void RunCall(ExecutionContext nothing)
    {
        SegmentWork work = _work!;
        if (_machine is null)
        {
            work.Run();
        }
        else
        {
            MachineThread? caller = Machine.Impersonate(_machine, _thread!);
            work.Run();
            Machine.EndImpersonation(caller);
        }

        // Nothing of the call stays behind on a thread that may be idle for long.
        ExecutionContext.Restore(nothing);
        SynchronizationContext.SetSynchronizationContext(null);
        _machine = null;
        Volatile.Write(ref _work, null);
    }
}
