using System;
using System.Runtime.InteropServices;
using System.Threading;

namespace Goroutines.Compare.Measuring;

/// <summary>
/// Counts completed work items exactly, at about a nanosecond each, and blocks the waiting thread until the last one.
/// </summary>
/// <remarks>
/// Goal: a no-op must stay a no-op, so no shared word may be written per item; the waiter may not spin, since it would
/// take a core from the side under test; and the end must be seen by the item that is last, not by a later poll.
///
/// Rejected: one interlocked counter (tens of nanoseconds when contended, more than the work); a sentinel item queued
/// last (with stealing it overtakes); a polling waiter (a tick of the timer is longer than a whole small run).
///
/// The way: each thread counts in a cell of its own. Every <see cref="Batch"/> items it sums all cells; whoever sees
/// that no more than <see cref="FinalWindow"/> are missing switches the run to its final phase, in which every item
/// sums up. Between two sums by anybody at most <see cref="Batch"/> items per thread pass, so the window, which allows
/// for <see cref="ThreadCountMax"/> threads, cannot be jumped; with more threads the final phase starts at once.
///
///   Item:    1. Count in the own cell. 2. Read the phase. 3. If final: full fence, sum; equal to the target: done.
///   Switch:  1. Set the phase to final. 2. Process-wide barrier. 3. Sum; equal to the target: done.
///
/// Between an item's 1 and 2 there is no fence; the switch's barrier stands in for it: either the item's count is
/// visible to the switch's sum, or the item reads 'final' and sums after its own fence. Of all those who sum, the last
/// to pass its fence sees every count. Without the barrier an item could be counted by nobody and the waiter hang.
/// </remarks>
internal static class Completions
{
    private const int Batch = 256;
    private const int ThreadCountMax = 32;
    private const int FinalWindow = Batch * ThreadCountMax;

    private static readonly Lock s_registering = new();
    private static Cell[] s_cells = [];
    private static Run s_run = new(0, isFinal: true);

#pragma warning disable IDE1006 // t_ marks a thread static.
    [ThreadStatic]
    private static Cell? t_cell;
#pragma warning restore IDE1006

    /// <summary>Starts a run of so many completions. Nothing of the run before may still be on its way.</summary>
    public static void Expect(long count)
    {
        bool isFinal = count <= FinalWindow || s_cells.Length > ThreadCountMax;
        Volatile.Write(ref s_run, new Run(Sum() + count, isFinal));
    }

    /// <summary>Reports one completion, from any thread.</summary>
    public static void Hit()
    {
        Cell cell = t_cell ?? Register();
        long count = cell.Count + 1;
        Volatile.Write(ref cell.Count, count);
        Run run = Volatile.Read(ref s_run);
        if ((count & (Batch - 1)) == 0 || Volatile.Read(ref run.IsFinal))
        {
            Check(run);
        }
    }

    /// <summary>Blocks until all expected completions were reported.</summary>
    public static void Wait() => s_run.Wait();

    private static void Check(Run run)
    {
        Interlocked.MemoryBarrier();
        long missing = run.Target - Sum();
        if (missing == 0)
        {
            run.Finish();
        }
        else if (missing <= FinalWindow && !Volatile.Read(ref run.IsFinal))
        {
            StartFinalPhase(run);
        }
    }

    private static void StartFinalPhase(Run run)
    {
        Volatile.Write(ref run.IsFinal, true);
        Interlocked.MemoryBarrierProcessWide();
        if (run.Target == Sum())
        {
            run.Finish();
        }
    }

    private static long Sum()
    {
        long sum = 0;
        foreach (Cell cell in Volatile.Read(ref s_cells))
        {
            sum += Volatile.Read(ref cell.Count);
        }

        return sum;
    }

    private static Cell Register()
    {
        var cell = new Cell();
        t_cell = cell;
        int count;
        lock (s_registering)
        {
            Volatile.Write(ref s_cells, [.. s_cells, cell]);
            count = s_cells.Length;
        }

        if (count > ThreadCountMax)
        {
            StartFinalPhase(Volatile.Read(ref s_run));
        }

        return cell;
    }

    /// <summary>A thread's count, alone on its cache lines.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    private sealed class Cell
    {
        [FieldOffset(128)]
        public long Count;
    }

    /// <summary>One run; a straggler of the run before can only touch its own.</summary>
    private sealed class Run(long target, bool isFinal)
    {
        public readonly long Target = target;
        public bool IsFinal = isFinal;
        private readonly object _gate = new();
        private bool _isDone;

        public void Finish()
        {
            lock (_gate)
            {
                _isDone = true;
                Monitor.PulseAll(_gate);
            }
        }

        public void Wait()
        {
            lock (_gate)
            {
                while (!_isDone)
                {
                    Monitor.Wait(_gate);
                }
            }
        }
    }
}
