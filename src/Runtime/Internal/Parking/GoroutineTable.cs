using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using Goroutines.Internal.Primitives;

namespace Goroutines.Internal.Parking;

/// <summary>The goroutines that suspended on one processor and may not have finished: 8 bytes each.</summary>
/// <remarks>
/// Nobody is told when one finishes, because a continuation for that would cost each of them ten times as much. Finished ones
/// are swept out when there are twice as many as a sweep left, and a few at each park: a sweep goes on until it has met some
/// live ones, so what has finished does not stay for long, and each removal is paid for by one addition.
/// </remarks>
internal sealed class GoroutineTable
{
    // Chunks and not one array that doubles: a million goroutines would pay for up to a million empty slots.
    private const int ChunkShift = 9;
    private const int ChunkCapacity = 1 << ChunkShift;
    private const int ChunkMask = ChunkCapacity - 1;
    private readonly RankedLock _lock = new(LockRank.GoroutineTable);

    // Under the lock, which its own processor enters almost alone. The count is looked at without it to see whether to sweep.
    private readonly List<Task?[]> _chunks = new();
    private int _count;
    private int _sweepIndex;
    private int _countAtNextSweep = ChunkCapacity;

    /// <summary>Adds a goroutine that has suspended. Any thread.</summary>
    public void Add(Task goroutine)
    {
        _lock.Enter();
        DropFinishedLast_NeedsLock();
        if (_count >= _countAtNextSweep || _count >> ChunkShift == _chunks.Count)
        {
            MakeRoom_NeedsLock();
        }

        int count = _count;
        _chunks[count >> ChunkShift][count & ChunkMask] = goroutine;
        Volatile.Write(ref _count, count + 1);
        _lock.Exit();
    }

    /// <summary>Forgets those that have finished, until some live ones were met. Any thread; not while another one does.</summary>
    public void SweepSome(int liveCountMax)
    {
        if (Volatile.Read(ref _count) > 0 && _lock.TryEnter())
        {
            Sweep_NeedsLock(liveCountMax);
            _lock.Exit();
        }
    }

    /// <summary>Adds those that have not finished to a list. Any thread.</summary>
    public void CopyLiveTo(List<Task> live)
    {
        _lock.Enter();
        int count = _count;
        for (int index = 0; index < count; index++)
        {
            if (_chunks[index >> ChunkShift][index & ChunkMask] is { IsCompleted: false } goroutine)
            {
                live.Add(goroutine);
            }
        }

        _lock.Exit();
    }

    // Goroutines that start others and wait for them finish in the reverse order: then this alone keeps the table as small as
    // the tree is deep, and the collector does not find thousands of finished tasks alive here.
    private void DropFinishedLast_NeedsLock()
    {
        int count = _count;
        while (count > 0)
        {
            ref Task? last = ref _chunks[(count - 1) >> ChunkShift][(count - 1) & ChunkMask];
            if (!last!.IsCompleted)
            {
                break;
            }

            last = null;
            count--;
        }

        Volatile.Write(ref _count, count);
    }

    private void MakeRoom_NeedsLock()
    {
        if (_count >= _countAtNextSweep)
        {
            Sweep_NeedsLock(int.MaxValue);
            _countAtNextSweep = Math.Max(ChunkCapacity, _count * 2);
        }

        if (_count >> ChunkShift == _chunks.Count)
        {
            _chunks.Add(new Task?[ChunkCapacity]);
        }
    }

    // The last one takes the place of a finished one.
    private void Sweep_NeedsLock(int liveCountMax)
    {
        int count = _count;
        int liveCount = 0;
        for (int left = count; left > 0 && liveCount < liveCountMax && count > 0; left--)
        {
            _sweepIndex = _sweepIndex >= count ? 0 : _sweepIndex;
            ref Task? swept = ref _chunks[_sweepIndex >> ChunkShift][_sweepIndex & ChunkMask];
            if (swept!.IsCompleted)
            {
                count--;
                ref Task? last = ref _chunks[count >> ChunkShift][count & ChunkMask];
                swept = last;
                last = null;
            }
            else
            {
                _sweepIndex++;
                liveCount++;
            }
        }

        Volatile.Write(ref _count, count);
        DropEmptyChunks_NeedsLock();
    }

    // One empty chunk is kept, so that a count that goes up and down at a border does not make chunks again and again.
    private void DropEmptyChunks_NeedsLock()
    {
        int neededCount = (_count >> ChunkShift) + 2;
        if (_chunks.Count > neededCount)
        {
            _chunks.RemoveRange(neededCount, _chunks.Count - neededCount);
            _chunks.TrimExcess();
        }
    }
}
