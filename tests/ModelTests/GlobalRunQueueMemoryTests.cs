using System;
using System.Threading;
using System.Threading.Tasks;
using Goroutines.Internal.Primitives;
using Goroutines.Internal.Work;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Goroutines.ModelTests;

/// <summary>
/// Goal: without memory for a new segment nothing is lost and nothing stands still: a put of one item throws and has not put,
/// one of several waits, and what was put can be taken. Method: the real queue on the hardware, with an allocator that fails.
/// </summary>
[TestClass]
public sealed class GlobalRunQueueMemoryTests
{
    private const int SegmentCapacity = 4;

    private readonly GlobalRunQueue<HardwareSync> _queue;
    private volatile bool _hasMemory = true;
    private int _refusalCount;

    public GlobalRunQueueMemoryTests() =>
        _queue = new GlobalRunQueue<HardwareSync>(new RankedLock(LockRank.GlobalRunQueue), SegmentCapacity, Allocate);

    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    [Timeout(30_000, CooperativeCancellation = true)]
    public void Put_NoMemoryForASegment_ThrowsBeforeTheLastIsFull()
    {
        _hasMemory = false;
        int count = PutUntilRefused(start: 0);
        Assert.IsInRange(1, SegmentCapacity, count);
        Assert.AreEqual(count, _queue.Count);
        Assert.ThrowsExactly<InsufficientMemoryException>(() => _queue.Put(ItemOf(count)), "It goes on refusing.");
        AssertTakes(0, count);
        Assert.IsTrue(_queue.IsEmpty, "A refused put has reserved nothing.");
    }

    [TestMethod]
    [Timeout(30_000, CooperativeCancellation = true)]
    public void Put_MemoryIsBack_GoesOn()
    {
        _hasMemory = false;
        int count = PutUntilRefused(start: 0);
        _hasMemory = true;
        for (int number = count; number < 10 * SegmentCapacity; number++)
        {
            _queue.Put(ItemOf(number));
        }

        AssertTakes(0, 10 * SegmentCapacity);
    }

    [TestMethod]
    [Timeout(30_000, CooperativeCancellation = true)]
    public void Put_SegmentsAreSpare_NeedsNoMemory()
    {
        const int RoundSize = 4 * SegmentCapacity;
        for (int round = 0; round < 10; round++)
        {
            for (int number = 0; number < RoundSize; number++)
            {
                _queue.Put(ItemOf(number));
            }

            AssertTakes(0, RoundSize);
            _hasMemory = round < 1;
        }

        Assert.AreEqual(0, _refusalCount);
    }

    [TestMethod]
    [Timeout(30_000, CooperativeCancellation = true)]
    public async Task PutBatch_NoMemoryForItsEnd_WaitsForMemoryAndPutsAll()
    {
        const int Count = 3 * SegmentCapacity;
        _hasMemory = false;
        var batch = new WorkItem[Count];
        for (int number = 0; number < Count; number++)
        {
            batch[number] = ItemOf(number);
        }

        Task putting = Task.Factory.StartNew(
            () => _queue.Put(batch), TestContext.CancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        SpinWait.SpinUntil(() => Volatile.Read(ref _refusalCount) >= 3);
        Assert.IsFalse(putting.IsCompleted, "A batch cannot fail.");
        AssertTakes(0, SegmentCapacity);
        _hasMemory = true;
        await putting;
        AssertTakes(SegmentCapacity, Count);
        Assert.IsTrue(_queue.IsEmpty);
    }

    private int PutUntilRefused(int start)
    {
        for (int number = start; ; number++)
        {
            try
            {
                _queue.Put(ItemOf(number));
            }
            catch (OutOfMemoryException)
            {
                return number;
            }
        }
    }

    private void AssertTakes(int start, int end)
    {
        for (int number = start; number < end; number++)
        {
            Assert.IsTrue(_queue.TryTake(out WorkItem item), $"Item {number} is there.");
            Assert.AreEqual(number, (int)item.Work);
        }
    }

    private static WorkItem ItemOf(int number) => new(number, null);

    private WorkItem[] Allocate(int capacity)
    {
        if (_hasMemory)
        {
            return new WorkItem[capacity];
        }

        Interlocked.Increment(ref _refusalCount);
        throw new InsufficientMemoryException("The test has none.");
    }
}
