using System;
using System.Threading;
using System.Threading.Tasks;

namespace Goroutines.StressTests;

/// <summary>A scheduler under stress with the exclusive pairs layered on it.</summary>
internal sealed class StressTarget : IDisposable
{
    public StressTarget(string name, int processorCount)
    {
        Scheduler = new GoScheduler(new GoSchedulerOptions { Name = name, ProcessorCount = processorCount });
        Pair = new ExclusivePair(new ConcurrentExclusiveSchedulerPair(Scheduler));
        ContextFreePair = new ExclusivePair(new ConcurrentExclusiveSchedulerPair(Scheduler.ContextFree));
        Scheduler.UnhandledException += OnUnhandledException;
    }

    public GoScheduler Scheduler { get; }

    public ExclusivePair Pair { get; }

    public ExclusivePair ContextFreePair { get; }

    /// <summary>Gets a lock that goroutines block on.</summary>
    public object Gate { get; } = new();

    public void Dispose() => Scheduler.Dispose();

    // What was not thrown on purpose stays unhandled and ends the process: that is the report.
    private static void OnUnhandledException(object? sender, GoUnhandledExceptionEventArgs e)
    {
        if (e.Exception is StressException thrown)
        {
            e.Handled = true;
            thrown.Operation.FinishThrown(sender);
        }
    }

    /// <summary>A pair with a count of who is inside, to see that exclusive means one.</summary>
    internal sealed class ExclusivePair(ConcurrentExclusiveSchedulerPair pair)
    {
        private int _exclusiveCount;
        private int _concurrentCount;

        public TaskScheduler Exclusive => pair.ExclusiveScheduler;

        public TaskScheduler Concurrent => pair.ConcurrentScheduler;

        public bool TryEnterExclusive() =>
            (Interlocked.Increment(ref _exclusiveCount) == 1) & (Volatile.Read(ref _concurrentCount) == 0);

        public void LeaveExclusive() => Interlocked.Decrement(ref _exclusiveCount);

        public bool TryEnterConcurrent()
        {
            Interlocked.Increment(ref _concurrentCount);
            return Volatile.Read(ref _exclusiveCount) == 0;
        }

        public void LeaveConcurrent() => Interlocked.Decrement(ref _concurrentCount);
    }
}
