using System;
using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Threading;
using System.Threading.Channels;
using Goroutines.Internal.Parking;
using Goroutines.Internal.Primitives;

namespace Goroutines.Channels;

// Goal: a value goes from one goroutine to the other with one short lock on each side, and the one that waited is run next.
//
// Everything is under one lock in one word (InlineLock.cs). It is held to look, to move a value and to take a waiter out of its
// queue. Whoever takes a waiter out has it for itself: it writes the value into it, leaves the lock, and ends the wait, which queues
// the waiting goroutine (Waiter.cs). So a value is handed over and never offered: no third one can come between.
//
// Who waits, and when:
//   readers         nothing is in the buffer, and no writer waits
//   writers         the buffer is full (without room it always is), and no reader waits
//   read watchers   WaitToReadAsync: as readers. They are told and take nothing, so all of them are told
//   write watchers  WaitToWriteAsync: as writers
// In the queues of readers and writers there may also stand cases of a select. Such a one counts only if whoever takes it out wins
// the select by its claim (Select.cs); else it is dropped.
//
// Ways rejected:
// - A queue without lock (segments of slots claimed by addition, as in Kotlin's channels): fewer waits when very many threads
//   share one channel, but two interlocked operations for each side and no way to take a waiter out of the middle at once.
// - Handing over by making room and letting readers compete: a woken reader may find the value gone and has to wait again.
/// <summary>
/// Go's channel as a <see cref="Channel{T}"/>: goroutines, and any other threads, write values to it and read them in the same order.
/// </summary>
/// <typeparam name="T">The type of the values.</typeparam>
/// <remarks>
/// <para>
/// It can be used wherever a <see cref="Channel{T}"/>, a <see cref="ChannelReader{T}"/> or a <see cref="ChannelWriter{T}"/> is
/// expected, with any number of readers and writers, on any thread. Waiting blocks no thread. Who waited longest is served first. A
/// value that is written while a reader waits is given to that reader, which runs next on the writer's processor.
/// </para>
/// <para>
/// Without room (<see cref="Chan.CreateUnbuffered{T}"/>) TryWrite succeeds only while a reader waits in ReadAsync, in a loop over
/// ReadAllAsync or in a select, and TryRead only while a writer waits in WriteAsync or in a select. WaitToReadAsync and
/// WaitToWriteAsync tell of those: a reader and a writer that both only watch do not meet.
/// </para>
/// <para>
/// Where an await goes on is the BCL's rule, except that on a machine what has no context, ConfigureAwait(false) included, goes on
/// in the raw lane of the scheduler's workers and not on the ThreadPool. A goroutine that never has to wait lets others run after
/// its time slice. Allocation: none for an operation, whether it waits or not, except on threads of no scheduler, where several
/// waits at once take an object each; and none for a token beyond what it takes itself for a callback.
/// </para>
/// </remarks>
public sealed partial class Chan<T> : Channel<T>, IWaitPlace
{
    private const byte InReaders = 1;
    private const byte InWriters = 2;
    private const byte InReadWatchers = 3;
    private const byte InWriteWatchers = 4;

    // Arbitrary: most channels are small, and large ones grow as they are filled.
    private const int FirstRoomMax = 16;

    private readonly int _capacity;

    // Given once, when a select first asks for it. Interlocked.
    private long _lockOrder;

    private InlineLock _lock;

    // Under the lock. A ring of up to _capacity values, the oldest at _headIndex.
    private int _headIndex;
    private int _count;
    private T[] _buffer = [];

    // Under the lock.
    private WaitQueue _readers;
    private WaitQueue _writers;
    private WaitQueue _readWatchers;
    private WaitQueue _writeWatchers;

    // For threads that are no machines: written by whoever puts one back, taken under the lock. Two that are put back at once are one
    // less, and nothing else is lost.
    private Waiter? _spareReader;
    private Waiter? _spareWriter;
    private Waiter? _spareWatcher;

    internal Chan(int capacity)
    {
        _capacity = capacity;
        Reader = new ChanReader<T>(this);
        Writer = new ChanWriter<T>(this);
    }

    internal int Count => Volatile.Read(ref _count);

    /// <summary>Gets the channel's place in the order in which a select enters the locks of several.</summary>
    internal long LockOrder
    {
        get
        {
            long order = Volatile.Read(ref _lockOrder);
            if (order == 0)
            {
                order = ChanOrder.Next();
                long other = Interlocked.CompareExchange(ref _lockOrder, order, 0);
                order = other != 0 ? other : order;
            }

            return order;
        }
    }

    bool IWaitPlace.TryRemove(Waiter waiter)
    {
        Enter();
        bool isQueued = waiter.QueueNumber != 0;
        if (isQueued)
        {
            QueueOf(waiter.QueueNumber).Remove(waiter);
        }

        Exit();
        return isQueued;
    }

    void IWaitPlace.PutSpare(Waiter waiter)
    {
        ref Waiter? spare = ref waiter is ReadWaiter<T> ? ref _spareReader
            : ref waiter is WriteWaiter<T> ? ref _spareWriter
            : ref _spareWatcher;
        Volatile.Write(ref spare, waiter);
    }

    internal bool TryRead([MaybeNullWhen(false)] out T item)
    {
        Enter();
        bool isTaken = TryTake_NeedsLock(out item, out Waiter? served);
        bool isDrained = IsDrained_NeedsLock;
        Exit();
        if (isTaken)
        {
            FinishTaking(served, isDrained);
        }

        return isTaken;
    }

    internal bool TryPeek([MaybeNullWhen(false)] out T item)
    {
        Enter();
        bool isThere = _count > 0;
        item = default;
        if (isThere)
        {
            item = _buffer[_headIndex];
        }
        else if (_writers.First is { } waiter)
        {
            isThere = true;
            item = Reinterpret.As<WriteWaiter<T>>(waiter).Value!;
        }

        Exit();
        return isThere;
    }

    internal bool TryWrite(T item)
    {
        Enter();
        bool isGiven = TryGive_NeedsLock(item, out Waiter? served);
        Exit();
        Waiters.EndAll(served, WaitOutcome.Done);
        return isGiven;
    }

    /// <summary>Enters the lock for a select, which may hold those of channels before this one in their order.</summary>
    internal void EnterNested() => _lock.Enter(LockRank.Channel, isNested: true);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Enter() => _lock.Enter(LockRank.Channel);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void Exit()
    {
        AssertInvariants();
        _lock.Exit(LockRank.Channel);
    }

    // Takes the oldest value, and fills the room it leaves. The chain of those who are to be told is ended outside of the lock.
    internal bool TryTake_NeedsLock([MaybeNullWhen(false)] out T item, out Waiter? served)
    {
        if (_count > 0)
        {
            item = TakeOldest_NeedsLock();
            served = null;
            if (!_writers.IsEmpty && TryTakeWriter_NeedsLock() is { } next)
            {
                PutNewest_NeedsLock(next.Value!);
                served = next;
            }
            else if (!_writeWatchers.IsEmpty)
            {
                served = _writeWatchers.TakeAll();
            }

            return true;
        }

        if (!_writers.IsEmpty && TryTakeWriter_NeedsLock() is { } writer)
        {
            item = writer.Value!;
            served = writer;
            return true;
        }

        item = default;
        served = null;
        return false;
    }

    // Gives a value to who waits longest, else puts it into the buffer if there is room.
    internal bool TryGive_NeedsLock(T item, out Waiter? served)
    {
        served = null;
        if (IsClosed_NeedsLock)
        {
            return false;
        }

        if (!_readers.IsEmpty && TryTakeReader_NeedsLock() is { } reader)
        {
            reader.Value = item;
            served = reader;
            return true;
        }

        if (_count == _capacity)
        {
            return false;
        }

        PutNewest_NeedsLock(item);
        if (!_readWatchers.IsEmpty)
        {
            served = _readWatchers.TakeAll();
        }

        return true;
    }

    // After a value was taken, outside of the lock.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void FinishTaking(Waiter? served, bool isDrained)
    {
        if (served is not null)
        {
            Waiters.EndAll(served, WaitOutcome.Done);
        }

        if (isDrained)
        {
            Complete();
        }
    }

    private ReadWaiter<T>? TryTakeReader_NeedsLock()
    {
        while (_readers.TryTake() is { } waiter)
        {
            if (waiter.TryClaim())
            {
                return Reinterpret.As<ReadWaiter<T>>(waiter);
            }
        }

        return null;
    }

    private WriteWaiter<T>? TryTakeWriter_NeedsLock()
    {
        while (_writers.TryTake() is { } waiter)
        {
            if (waiter.TryClaim())
            {
                return Reinterpret.As<WriteWaiter<T>>(waiter);
            }
        }

        return null;
    }

    private T TakeOldest_NeedsLock()
    {
        ref T slot = ref _buffer[_headIndex];
        T item = slot;
        if (RuntimeHelpers.IsReferenceOrContainsReferences<T>())
        {
            slot = default!;
        }

        _headIndex = _headIndex + 1 == _buffer.Length ? 0 : _headIndex + 1;
        _count--;
        return item;
    }

    private void PutNewest_NeedsLock(T item)
    {
        if (_count == _buffer.Length)
        {
            Grow_NeedsLock();
        }

        int index = _headIndex + _count;
        _buffer[index < _buffer.Length ? index : index - _buffer.Length] = item;
        _count++;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Grow_NeedsLock()
    {
        int room = _buffer.Length == 0 ? FirstRoomMax : (int)Math.Min(2L * _buffer.Length, Array.MaxLength);
        T[] larger;
        try
        {
            larger = new T[Math.Min(room, _capacity)];
        }
        catch
        {
            // Without memory the value is not written, and the channel is as it was.
            Exit();
            throw;
        }

        int firstCount = Math.Min(_count, _buffer.Length - _headIndex);
        Array.Copy(_buffer, _headIndex, larger, 0, firstCount);
        Array.Copy(_buffer, 0, larger, firstCount, _count - firstCount);
        _buffer = larger;
        _headIndex = 0;
    }

    private ref WaitQueue QueueOf(byte number)
    {
        switch (number)
        {
            case InReaders:
                return ref _readers;
            case InWriters:
                return ref _writers;
            case InReadWatchers:
                return ref _readWatchers;
            default:
                return ref _writeWatchers;
        }
    }

    [Conditional("DEBUG")]
    private void AssertInvariants()
    {
        Debug.Assert(_count >= 0 && _count <= _capacity, "The buffer holds what it has room for.");
        Debug.Assert(_count == 0 || _readers.IsEmpty, "Nobody waits for a value that is there.");
        Debug.Assert(_count == _capacity || _writers.IsEmpty, "Nobody waits for room that is there.");
    }
}
