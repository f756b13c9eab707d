using System;
using System.Diagnostics.CodeAnalysis;
using System.Threading;
using System.Threading.Tasks;
using BenchmarkDotNet.Attributes;

namespace Goroutines.Benchmarks;

/// <summary>The scheduler as its users see it: post, spawn, yield, and the raw lane.</summary>
[MemoryDiagnoser]
[SuppressMessage("Design", "CA1001", Justification = "BenchmarkDotNet calls the method marked GlobalCleanup.")]
public class SchedulerBenchmarks
{
    private const int OperationCount = 10_000;

    private readonly AutoResetEvent _done = new(false);
    private GoScheduler _scheduler = null!;
    private Func<Task> _yieldByGo = null!;
    private Func<Task> _yieldByTask = null!;
    private Func<Task> _spawnAndAwait = null!;
    private Action _postMany = null!;
    private Action _countDown = null!;
    private CountDownItem _item = null!;
    private int _left;

    [Params(1, 2)]
    public int Processors { get; set; }

    [GlobalSetup]
    public void Start()
    {
        _scheduler = new GoScheduler(new GoSchedulerOptions { ProcessorCount = Processors });
        _yieldByGo = YieldByGo;
        _yieldByTask = YieldByTask;
        _spawnAndAwait = SpawnAndAwait;
        _countDown = CountDown;
        _item = new CountDownItem(this);
        _postMany = () =>
        {
            for (int i = 0; i < OperationCount; i++)
            {
                _scheduler.Post(_countDown);
            }
        };
    }

    [GlobalCleanup]
    public void Stop()
    {
        _scheduler.Dispose();
        _done.Dispose();
    }

    /// <summary>One outside thread posts and waits for the last.</summary>
    [Benchmark(OperationsPerInvoke = OperationCount)]
    public void PostFromOutside()
    {
        _left = OperationCount;
        _postMany();
        _done.WaitOne();
    }

    /// <summary>One goroutine posts; an outside thread waits for the last.</summary>
    [Benchmark(OperationsPerInvoke = OperationCount)]
    public void PostFromInside()
    {
        _left = OperationCount;
        _scheduler.Post(_postMany);
        _done.WaitOne();
    }

    [Benchmark(OperationsPerInvoke = OperationCount)]
    public void RawFromOutside()
    {
        _left = OperationCount;
        for (int i = 0; i < OperationCount; i++)
        {
            _scheduler.UnsafeQueueUserWorkItem(_item, preferLocal: false);
        }

        _done.WaitOne();
    }

    /// <summary>One goroutine spawns another and awaits it, again and again.</summary>
    [Benchmark(OperationsPerInvoke = OperationCount)]
    public Task SpawnAwait() => _scheduler.Run(_spawnAndAwait);

    [Benchmark(OperationsPerInvoke = OperationCount)]
    public Task GoYield() => _scheduler.Run(_yieldByGo);

    [Benchmark(OperationsPerInvoke = OperationCount)]
    public Task TaskYield() => _scheduler.Run(_yieldByTask);

    private static async Task YieldByGo()
    {
        for (int i = 0; i < OperationCount; i++)
        {
            await Go.Yield();
        }
    }

    private static async Task YieldByTask()
    {
        for (int i = 0; i < OperationCount; i++)
        {
            await Task.Yield();
        }
    }

    private static async Task SpawnAndAwait()
    {
        for (int i = 0; i < OperationCount; i++)
        {
            await Go.Run(static () => { });
        }
    }

    private void CountDown()
    {
        if (Interlocked.Decrement(ref _left) == 0)
        {
            _done.Set();
        }
    }

    private sealed class CountDownItem(SchedulerBenchmarks owner) : IThreadPoolWorkItem
    {
        public void Execute() => owner.CountDown();
    }
}
