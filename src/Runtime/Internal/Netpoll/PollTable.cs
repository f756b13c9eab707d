using System;
using System.Collections.Generic;
using System.Threading;
using Goroutines.Internal.Primitives;

namespace Goroutines.Internal.Netpoll;

// An event names its descriptor by a tag of 64 bits that the system gives back as it was: a place in this table, and above it how
// often that place was given out. An event of a descriptor that is gone finds the place empty, or with a younger tag, and is dropped.
/// <summary>The watched descriptors.</summary>
internal sealed class PollTable
{
    private const int CapacityMin = 64;

    private readonly RankedLock _lock = new(LockRank.PollTable);
    private readonly Stack<int> _free = new();

    // How often each place was given out.
    private uint[] _turns = new uint[CapacityMin];

    // Written under the lock, read by who polls. Release/acquire.
    private PollDescriptor?[] _descriptors = new PollDescriptor?[CapacityMin];
    private int _usedCount;
    private int _count;

    /// <summary>Gets how many there are.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>Gives a descriptor a tag. False when it has one. Full fence.</summary>
    public bool TryAdd(PollDescriptor descriptor)
    {
        _lock.Enter();
        bool isNew = descriptor.Tag == 0;
        if (isNew)
        {
            if (_free.Count == 0 && _usedCount == _descriptors.Length)
            {
                Grow();
            }

            int place = _free.Count > 0 ? _free.Pop() : _usedCount++;
            descriptor.Tag = ((ulong)++_turns[place] << 32) | (uint)place;
            Volatile.Write(ref _descriptors[place], descriptor);
            _count++;
        }

        _lock.Exit();
        return isNew;
    }

    /// <summary>Takes a descriptor's tag away, if it has one. False when it has none.</summary>
    public bool TryRemove(PollDescriptor descriptor)
    {
        _lock.Enter();
        bool isThere = descriptor.Tag != 0;
        if (isThere)
        {
            int place = (int)(uint)descriptor.Tag;
            _descriptors[place] = null;
            _free.Push(place);
            descriptor.Tag = 0;
            _count--;
        }

        _lock.Exit();
        return isThere;
    }

    /// <summary>Returns the descriptor of a tag, or null when it is gone.</summary>
    public PollDescriptor? Find(ulong tag)
    {
        // The system tells only of tags that were given out, and the table does not shrink.
        PollDescriptor? descriptor = Volatile.Read(ref Volatile.Read(ref _descriptors)[(int)(uint)tag]);
        return descriptor?.Tag == tag ? descriptor : null;
    }

    /// <summary>Returns those that are watched now.</summary>
    public PollDescriptor[] ToArray()
    {
        _lock.Enter();
        PollDescriptor[] all = Array.FindAll(_descriptors, static descriptor => descriptor is not null)!;
        _lock.Exit();
        return all;
    }

    // Called under the lock. If there is no memory nothing has changed.
    private void Grow()
    {
        PollDescriptor?[] descriptors = new PollDescriptor?[2 * _descriptors.Length];
        uint[] turns = new uint[descriptors.Length];
        _descriptors.CopyTo(descriptors, 0);
        _turns.CopyTo(turns, 0);
        _turns = turns;
        Volatile.Write(ref _descriptors, descriptors);
    }
}
