using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using System.Threading.Tasks.Sources;
using Goroutines.Internal.Parking;
using Goroutines.Internal.Primitives;
using Goroutines.Internal.Scheduling;

namespace Goroutines.Sync;

/// <summary>Waits for a number of goroutines to be done: Go's sync.WaitGroup, whose wait blocks no thread.</summary>
/// <remarks>
/// <para>Threading: all members may be used from any thread. Add before the goroutine is started, Done when it ends.</para>
/// <para>
/// After the count has come to zero the group may be used again. Allocation: none per wait beyond 8 bytes of a shared list, for
/// async methods that await it.
/// </para>
/// </remarks>
public sealed class WaitGroup : IValueTaskSource
{
    // Arbitrary: some schedulers, and the ThreadPool.
    private const int SearchedListCountMax = 8;

    private readonly RankedLock _lock = new(LockRank.WaitGroup);

    // Under the lock.
    private List<WaiterList> _waiters = new();
    private short _round;

    // Changed under the lock, read without it. Release/acquire.
    private int _count;

    /// <summary>Gets how many are not done.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>Changes the count. Who waits goes on when it comes to zero.</summary>
    /// <param name="delta">How many more there are to wait for; negative for fewer.</param>
    /// <exception cref="InvalidOperationException">The count would fall below zero, or over the range of an int.</exception>
    public void Add(int delta)
    {
        List<WaiterList>? released = null;
        _lock.Enter();
        long count = (long)_count + delta;
        bool isValid = count is >= 0 and <= int.MaxValue;
        if (isValid)
        {
            Volatile.Write(ref _count, (int)count);
            if (count == 0 && delta != 0)
            {
                _round++;
                released = _waiters;
                _waiters = new List<WaiterList>();
            }
        }

        _lock.Exit();
        if (!isValid)
        {
            throw new InvalidOperationException("The count of a WaitGroup must not fall below zero: Done was called too often.");
        }

        released?.ForEach(static list => list.Release());
    }

    /// <summary>Counts one as done.</summary>
    /// <exception cref="InvalidOperationException">All were done already.</exception>
    public void Done() => Add(-1);

    /// <summary>Waits until all are done.</summary>
    /// <returns>A task to await once; completed at once if the count is zero and the caller's time slice is not over.</returns>
    /// <remarks>
    /// A goroutine that awaits again and again what is done already lets others run as at a checkpoint.
    /// </remarks>
    public ValueTask WaitAsync()
    {
        _lock.Enter();
        bool isDone = _count == 0;
        short round = _round;
        _lock.Exit();
        return !isDone ? new ValueTask(this, round) : Preemption.IsDueHere ? YieldAsync() : ValueTask.CompletedTask;
    }

    void IValueTaskSource.GetResult(short token)
    {
        if (!IsOver(token))
        {
            throw new InvalidOperationException("The result of a wait is asked for before it is over.");
        }
    }

    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) =>
        IsOver(token) ? ValueTaskSourceStatus.Succeeded : ValueTaskSourceStatus.Pending;

    void IValueTaskSource.OnCompleted(
        Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags)
    {
        bool usesContext = (flags & ValueTaskSourceOnCompletedFlags.UseSchedulingContext) != 0;
        object? context = usesContext ? CapturedContext.Capture() : null;
        ExecutionContext? flowing = (flags & ValueTaskSourceOnCompletedFlags.FlowExecutionContext) != 0
            ? DefaultExecution.CaptureFlowing()
            : null;
        if (flowing is not null)
        {
            Action<object?> inner = continuation;
            continuation = s => ExecutionContext.Run(flowing, inner.Invoke, s);
        }

        _lock.Enter();
        bool isOver = _round != token;
        if (!isOver)
        {
            ListFor_NeedsLock(continuation, context).Add(state);
        }

        _lock.Exit();
        if (isOver)
        {
            var list = new WaiterList(continuation, context);
            list.Add(state);
            list.Release();
        }
    }

    private static ValueTask YieldAsync() => Machine.Current!.Scheduler.Settings.YieldAsync();

    private bool IsOver(short token)
    {
        _lock.Enter();
        bool isOver = _round != token;
        _lock.Exit();
        return isOver;
    }

    // The compiler's awaits all come with the same callback, so there are as many lists as contexts.
    private WaiterList ListFor_NeedsLock(Action<object?> continuation, object? context)
    {
        // Callbacks that are never shared would make a search long: only the first lists are looked at.
        int searchedCount = Math.Min(_waiters.Count, SearchedListCountMax);
        for (int index = 0; index < searchedCount; index++)
        {
            if (_waiters[index].Matches(continuation, context))
            {
                return _waiters[index];
            }
        }

        var added = new WaiterList(continuation, context);
        _waiters.Add(added);
        return added;
    }

    /// <summary>Waiters with the same callback and context: 8 bytes each.</summary>
    private sealed class WaiterList(Action<object?> continuation, object? context)
    {
        private readonly List<object?> _states = new();

        public bool Matches(Action<object?> otherContinuation, object? otherContext) =>
            ReferenceEquals(continuation, otherContinuation) && ReferenceEquals(context, otherContext);

        public void Add(object? state) => _states.Add(state);

        public void Release()
        {
            if (context is SynchronizationContext synchronizationContext)
            {
                var callback = new SendOrPostCallback(continuation);
                foreach (object? state in _states)
                {
                    synchronizationContext.Post(callback, state);
                }
            }
            else
            {
                ReleaseTo(context as TaskScheduler);
            }
        }

        private void ReleaseTo(TaskScheduler? scheduler)
        {
            foreach (object? state in _states)
            {
                if (scheduler is null)
                {
                    ThreadPool.UnsafeQueueUserWorkItem(continuation, state, preferLocal: true);
                }
                else
                {
                    _ = Task.Factory.StartNew(
                        continuation, state, CancellationToken.None, TaskCreationOptions.DenyChildAttach, scheduler);
                }
            }
        }
    }
}
