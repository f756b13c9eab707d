using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Linq;
using System.Threading;

namespace Goroutines.StressTests;

/// <summary>The books of one round: every operation begun is finished exactly once, or the round fails.</summary>
internal sealed class Ledger
{
    private const int ComplaintCountMax = 20;

    private readonly int[] _finishCounts;
    private readonly OperationKind[] _kinds;
    private readonly ConcurrentQueue<string> _complaints = new();
    private int _begunCount;
    private int _finishedCount;

    // Whoever may still begin operations holds one: the submitting threads and every operation that is not finished.
    private int _pendingCount;

    public Ledger(int capacity)
    {
        _finishCounts = new int[capacity];
        _kinds = new OperationKind[capacity];
    }

    /// <summary>Gets the event that is set when nothing is pending any more.</summary>
    public ManualResetEventSlim Done { get; } = new();

    public int BegunCount => Math.Min(Volatile.Read(ref _begunCount), _kinds.Length);

    public int FinishedCount => Volatile.Read(ref _finishedCount);

    public void AddSubmitter() => Interlocked.Increment(ref _pendingCount);

    public void RemoveSubmitter() => DropPending();

    /// <summary>Enters an operation. False when the round is full. The caller is pending itself.</summary>
    public bool TryBegin(OperationKind kind, out int id)
    {
        id = Interlocked.Increment(ref _begunCount) - 1;
        if (id >= _kinds.Length)
        {
            Interlocked.Decrement(ref _begunCount);
            return false;
        }

        _kinds[id] = kind;
        Interlocked.Increment(ref _pendingCount);
        return true;
    }

    public void Finish(int id)
    {
        if (Interlocked.Increment(ref _finishCounts[id]) != 1)
        {
            Complain($"{_kinds[id]} #{id} finished twice.");
            return;
        }

        Interlocked.Increment(ref _finishedCount);
        DropPending();
    }

    public void Complain(string complaint)
    {
        if (_complaints.Count < ComplaintCountMax)
        {
            _complaints.Enqueue(complaint);
        }
    }

    /// <summary>Returns what is wrong: complaints and operations that did not finish once.</summary>
    public IReadOnlyList<string> Audit()
    {
        List<string> problems = [.. _complaints];
        int begunCount = BegunCount;
        int[] wrong = Enumerable.Range(0, begunCount).Where(id => Volatile.Read(ref _finishCounts[id]) != 1).ToArray();
        problems.AddRange(wrong.Take(ComplaintCountMax).Select(id =>
            $"{_kinds[id]} #{id} finished {Volatile.Read(ref _finishCounts[id])} times."));
        if (wrong.Length > 0)
        {
            problems.Add($"{wrong.Length} of {begunCount} operations did not finish exactly once.");
        }

        return problems;
    }

    private void DropPending()
    {
        if (Interlocked.Decrement(ref _pendingCount) == 0)
        {
            Done.Set();
        }
    }
}
