using System;
using BenchmarkDotNet.Attributes;
using Goroutines.Internal.Primitives;
using Goroutines.Internal.Work;

namespace Goroutines.Benchmarks;

/// <summary>The queue all processors share, on one thread: one at a time and in batches.</summary>
[MemoryDiagnoser]
public class GlobalRunQueueBenchmarks
{
    private const int ItemCount = 128;

    private readonly GlobalRunQueue<HardwareSync> _queue = new(new RankedLock(LockRank.GlobalRunQueue));
    private readonly WorkItem[] _batch = new WorkItem[ItemCount];
    private readonly WorkItem _item = new(new object(), null);

    [GlobalSetup]
    public void Fill() => Array.Fill(_batch, _item);

    [Benchmark(OperationsPerInvoke = ItemCount)]
    public bool PutTake()
    {
        bool all = true;
        for (int i = 0; i < ItemCount; i++)
        {
            _queue.Put(_item);
        }

        for (int i = 0; i < ItemCount; i++)
        {
            all &= _queue.TryTake(out _);
        }

        return all;
    }

    [Benchmark(OperationsPerInvoke = ItemCount)]
    public int PutTakeShare()
    {
        for (int i = 0; i < ItemCount; i++)
        {
            _queue.Put(_item);
        }

        int taken = _queue.TakeShare(_batch, processorCount: 1);
        Fill();
        return taken;
    }

    [Benchmark(OperationsPerInvoke = ItemCount)]
    public int PutBatchTakeShare()
    {
        _queue.Put(_batch);
        return _queue.TakeShare(_batch, processorCount: 1);
    }
}
