using System;
using System.Threading;
using System.Threading.Tasks;

namespace Goroutines.RuntimeChild;

/// <summary>Goroutines that yield all the time: their state machines are made before anything is measured.</summary>
internal sealed class YieldTraffic : Traffic
{
    private readonly Task[] _goroutines;
    private long _yieldCount;
    private bool _isStopped;

    /// <summary>Starts two goroutines more than there are processors, so that each processor has one to yield to.</summary>
    public YieldTraffic(GoScheduler scheduler, Func<YieldTraffic, Task> start)
    {
        _goroutines = new Task[scheduler.ProcessorCount + 2];
        for (int i = 0; i < _goroutines.Length; i++)
        {
            _goroutines[i] = start(this);
        }
    }

    public async Task YieldByGoAsync()
    {
        while (!Volatile.Read(ref _isStopped))
        {
            await Go.Yield();
            Interlocked.Increment(ref _yieldCount);
        }
    }

    /// <summary>Sleeps for so short that it expires at the processor's next look.</summary>
    public async Task DelayAsync()
    {
        while (!Volatile.Read(ref _isStopped))
        {
            await Go.Delay(TimeSpan.FromTicks(1));
            Interlocked.Increment(ref _yieldCount);
        }
    }

    public async Task YieldByTaskAsync()
    {
        while (!Volatile.Read(ref _isStopped))
        {
            await Task.Yield();
            Interlocked.Increment(ref _yieldCount);
        }
    }

    /// <summary>Runs an async method in the raw lane.</summary>
    public static Task StartRaw(GoScheduler scheduler, Func<Task> work)
    {
        var item = new AsyncItem(work);
        scheduler.UnsafeQueueUserWorkItem(item, preferLocal: false);
        return item.Task;
    }

    public override long Run(int operationCount)
    {
        long start = Volatile.Read(ref _yieldCount);
        var spin = default(SpinWait);
        while (Volatile.Read(ref _yieldCount) - start < operationCount)
        {
            spin.SpinOnce();
        }

        return Volatile.Read(ref _yieldCount) - start;
    }

    public override void Dispose()
    {
        Volatile.Write(ref _isStopped, true);
        Task.WaitAll(_goroutines);
    }

    private sealed class AsyncItem(Func<Task> work) : IThreadPoolWorkItem
    {
        private readonly TaskCompletionSource<Task> _started = new();

        public Task Task => _started.Task.Unwrap();

        public void Execute() => _started.SetResult(work());
    }
}
