using System;
using System.Threading;

namespace Goroutines.RuntimeChild;

/// <summary>Bursts of items that are queued one by one through some door, from a worker or from the thread outside.</summary>
internal sealed class PostTraffic : Traffic, IThreadPoolWorkItem
{
    // More than a ring holds, so that the overflow to the global queue takes part; far fewer than the 16,000 items for which
    // that queue keeps its segments.
    private const int BurstItemCount = 1_000;

    private readonly Action<PostTraffic> _queue;
    private readonly Action _burst;
    private readonly bool _isFromWorker;

    // Items of this burst that have not run. The last one starts the next burst or leaves that to the thread outside.
    private int _pendingCount;
    private int _leftCount;
    private bool _isDone;

    public PostTraffic(GoScheduler scheduler, bool isFromWorker, Action<PostTraffic> queue)
    {
        Scheduler = scheduler;
        _queue = queue;
        _burst = QueueBurst;
        _isFromWorker = isFromWorker;
        Item = Count;
        AllocatingItem = CountAndAllocate;
        Callback = _ => Count();
    }

    public GoScheduler Scheduler { get; }

    public Action Item { get; }

    public Action AllocatingItem { get; }

    public SendOrPostCallback Callback { get; }

    /// <summary>Gets what the item that allocates leaves here, so that no compiler leaves the object out.</summary>
    public object? Garbage { get; private set; }

    public void Execute() => Count();

    public override long Run(int operationCount)
    {
        _leftCount = operationCount;
        Volatile.Write(ref _isDone, false);
        if (_isFromWorker)
        {
            Scheduler.Post(_burst);
            Until(this, static traffic => Volatile.Read(ref traffic._isDone));
        }
        else
        {
            while (_leftCount > 0)
            {
                QueueBurst();
                Until(this, static traffic => Volatile.Read(ref traffic._pendingCount) == 0);
            }
        }

        return operationCount;
    }

    public override void Dispose()
    {
        // Run has left nothing behind.
    }

    private void QueueBurst()
    {
        int itemCount = Math.Min(_leftCount, BurstItemCount);
        _leftCount -= itemCount;
        Volatile.Write(ref _pendingCount, itemCount);
        for (int i = 0; i < itemCount; i++)
        {
            _queue(this);
        }
    }

    private void Count()
    {
        if (Interlocked.Decrement(ref _pendingCount) > 0 || !_isFromWorker)
        {
            return;
        }

        if (_leftCount > 0)
        {
            Scheduler.Post(_burst);
        }
        else
        {
            Volatile.Write(ref _isDone, true);
        }
    }

    private void CountAndAllocate()
    {
        Garbage = new object();
        Count();
    }
}
