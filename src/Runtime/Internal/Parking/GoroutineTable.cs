using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using Goroutines.Internal.Primitives;

namespace Goroutines.Internal.Parking;

/// <summary>The goroutines of one processor that have suspended and may not have finished: 8 bytes each.</summary>
/// <remarks>
/// Nobody is told when one finishes, because a continuation for that would cost each of them ten times as much. Finished ones
/// are swept out when the table is full and a few at each park: a sweep goes on until it has met some live ones, so what has
/// finished does not stay for long, and each removal is paid for by one addition.
/// </remarks>
internal sealed class GoroutineTable
{
    private const int InitialCapacity = 64;
    private const int LiveCountPerParkMax = 32;

    private readonly RankedLock _lock = new(LockRank.GoroutineTable);

    // Replaced under the lock; slots below the count are written by the owner before the count.
    private Task?[] _goroutines = new Task?[InitialCapacity];

    // Written by the owner with release, read under the lock with acquire.
    private int _count;
    private int _sweepIndex;

    /// <summary>Adds a goroutine that has suspended. Called only by the machine that holds the processor.</summary>
    public void Add(Task goroutine)
    {
        int count = _count;
        if (count == _goroutines.Length)
        {
            MakeRoom();
            count = _count;
        }

        _goroutines[count] = goroutine;
        Volatile.Write(ref _count, count + 1);
    }

    /// <summary>Sweeps until some live goroutines were met. Called only by the machine that holds the processor.</summary>
    public void SweepSome()
    {
        if (_count == 0)
        {
            return;
        }

        _lock.Enter();
        Sweep_NeedsLock(LiveCountPerParkMax);
        if (_goroutines.Length > InitialCapacity && _count < _goroutines.Length / 8)
        {
            Array.Resize(ref _goroutines, Math.Max(InitialCapacity, _count * 2));
        }

        _lock.Exit();
    }

    /// <summary>Adds those that have not finished to a list. Any thread.</summary>
    public void CopyLiveTo(List<Task> live)
    {
        _lock.Enter();
        int count = Volatile.Read(ref _count);
        for (int index = 0; index < count; index++)
        {
            if (_goroutines[index] is { IsCompleted: false } goroutine)
            {
                live.Add(goroutine);
            }
        }

        _lock.Exit();
    }

    private void MakeRoom()
    {
        _lock.Enter();
        Sweep_NeedsLock(int.MaxValue);
        if (_count > _goroutines.Length / 4 * 3)
        {
            Array.Resize(ref _goroutines, _goroutines.Length * 2);
        }

        _lock.Exit();
    }

    // The last one takes the place of a finished one.
    private void Sweep_NeedsLock(int liveCountMax)
    {
        int count = _count;
        int liveCount = 0;
        for (int left = count; left > 0 && liveCount < liveCountMax && count > 0; left--)
        {
            _sweepIndex = _sweepIndex >= count ? 0 : _sweepIndex;
            if (_goroutines[_sweepIndex]!.IsCompleted)
            {
                count--;
                _goroutines[_sweepIndex] = _goroutines[count];
                _goroutines[count] = null;
            }
            else
            {
                _sweepIndex++;
                liveCount++;
            }
        }

        Volatile.Write(ref _count, count);
    }
}
