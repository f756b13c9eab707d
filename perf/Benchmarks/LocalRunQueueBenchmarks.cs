using System;
using BenchmarkDotNet.Attributes;
using Goroutines.Internal.Primitives;
using Goroutines.Internal.Work;

namespace Goroutines.Benchmarks;

/// <summary>A processor's own queue on one thread: what each operation costs when nobody contends.</summary>
[MemoryDiagnoser]
public class LocalRunQueueBenchmarks
{
    private const int ItemCount = 128;

    private readonly LocalRunQueue<HardwareSync> _queue = new();
    private readonly LocalRunQueue<HardwareSync> _thief = new();
    private readonly WorkItem[] _batch = new WorkItem[ItemCount];
    private readonly WorkItem _item = new(new object(), null);

    [Benchmark(OperationsPerInvoke = ItemCount)]
    public bool PutSpawnedTakeNewest()
    {
        bool all = true;
        for (int i = 0; i < ItemCount; i++)
        {
            all &= _queue.TryPutSpawned(_item);
        }

        return TakeAll(_queue, ItemCount) & all;
    }

    [Benchmark(OperationsPerInvoke = ItemCount)]
    public bool PutReadiedTakeOldest()
    {
        FillReadied();
        return TakeAll(_queue, ItemCount);
    }

    [Benchmark(OperationsPerInvoke = ItemCount)]
    public bool PutTakeRunnext()
    {
        bool all = true;
        for (int i = 0; i < ItemCount; i++)
        {
            all &= _queue.TryPutRunnext(_item, out _);
            all &= _queue.TryTake(out _);
        }

        return all;
    }

    /// <summary>Per item stolen; the thief takes 64 of 128 at a time, and both empty their rings again.</summary>
    [Benchmark(OperationsPerInvoke = ItemCount / 2)]
    public bool StealHalf()
    {
        FillReadied();
        bool all = _queue.TryStealHalf(_thief, out _);
        return TakeAll(_thief, (ItemCount / 2) - 1) & TakeAll(_queue, ItemCount / 2) & all;
    }

    [Benchmark(OperationsPerInvoke = ItemCount)]
    public bool StealOne()
    {
        FillReadied();
        bool all = true;
        for (int i = 0; i < ItemCount; i++)
        {
            all &= _queue.TryStealOne(out _);
        }

        return all;
    }

    [Benchmark(OperationsPerInvoke = ItemCount)]
    public bool PutBatchTakeOldest()
    {
        Array.Fill(_batch, _item);
        bool all = _queue.PutBatch(_batch) == ItemCount;
        return TakeAll(_queue, ItemCount) & all;
    }

    private void FillReadied()
    {
        for (int i = 0; i < ItemCount; i++)
        {
            _queue.TryPutReadied(_item);
        }
    }

    private static bool TakeAll(LocalRunQueue<HardwareSync> queue, int count)
    {
        bool all = true;
        for (int i = 0; i < count; i++)
        {
            all &= queue.TryTake(out _);
        }

        return all;
    }
}
