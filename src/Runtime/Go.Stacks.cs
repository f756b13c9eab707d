using System;
using System.Runtime.CompilerServices;
using Goroutines.Internal.Stacks;

namespace Goroutines;

public static partial class Go
{
    /// <summary>Runs work in place, on a fresh stack segment if the stack runs low: recursion through it ends with memory only.</summary>
    /// <param name="work">What to run, now, while the caller waits. What it throws is thrown here.</param>
    /// <remarks>
    /// <para>
    /// With more than about 128 KB of stack left this is a plain call. Otherwise a thread with a stack of 64 MB runs the work
    /// while the calling thread sleeps. It runs as the caller: GoScheduler.Current, the processor with its local queue, the
    /// SynchronizationContext, the culture and AsyncLocal values are the caller's, and what the work changes in them the caller
    /// finds changed. TaskScheduler.Current is the caller's if that is one of this library's, else the default one. Up to 16
    /// segments are kept for the next caller and end after some seconds. May be called on any thread, scheduler or not.
    /// </para>
    /// <para>
    /// What differs on a segment is the thread: a lock the caller holds must not be entered again by the work, thread statics
    /// are others, and a task that is started attached is attached to no parent. An exception filter further up runs after
    /// the finally blocks of the segment. A collection has to look at all frames: with a million of them it takes tenths of a
    /// second.
    /// </para>
    /// <para>Allocation: none while the stack suffices; the overloads with a state save the closure.</para>
    /// </remarks>
    /// <exception cref="ArgumentNullException"><paramref name="work"/> is null.</exception>
    /// <exception cref="InsufficientExecutionStackException">
    /// The stack runs low and the system refuses another thread; the work has not begun.
    /// </exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void EnsureStack(Action work)
    {
        ArgumentNullException.ThrowIfNull(work);
        if (RuntimeHelpers.TryEnsureSufficientExecutionStack())
        {
            work();
        }
        else
        {
            RunOnSegment(work);
        }
    }

    /// <inheritdoc cref="EnsureStack(Action)"/>
    /// <typeparam name="TState">The type of the state.</typeparam>
    /// <param name="work">What to run, now, while the caller waits. What it throws is thrown here.</param>
    /// <param name="state">What it is given.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void EnsureStack<TState>(Action<TState> work, TState state)
    {
        ArgumentNullException.ThrowIfNull(work);
        if (RuntimeHelpers.TryEnsureSufficientExecutionStack())
        {
            work(state);
        }
        else
        {
            RunOnSegment(work, state);
        }
    }

    /// <inheritdoc cref="EnsureStack(Action)"/>
    /// <typeparam name="T">The type of the result.</typeparam>
    /// <returns>What the work returns.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T EnsureStack<T>(Func<T> work)
    {
        ArgumentNullException.ThrowIfNull(work);
        return RuntimeHelpers.TryEnsureSufficientExecutionStack() ? work() : RunOnSegment(work);
    }

    /// <inheritdoc cref="EnsureStack(Action)"/>
    /// <typeparam name="TState">The type of the state.</typeparam>
    /// <typeparam name="T">The type of the result.</typeparam>
    /// <param name="work">What to run, now, while the caller waits. What it throws is thrown here.</param>
    /// <param name="state">What it is given.</param>
    /// <returns>What the work returns.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T EnsureStack<TState, T>(Func<TState, T> work, TState state)
    {
        ArgumentNullException.ThrowIfNull(work);
        return RuntimeHelpers.TryEnsureSufficientExecutionStack() ? work(state) : RunOnSegment(work, state);
    }

    /// <summary>Makes sure that the calling async method goes on with enough stack: awaited at its start, it may recurse freely.</summary>
    /// <param name="onSegment">
    /// What happens when the stack runs low. False, the default: the method is queued and goes on with the stack of whoever takes
    /// it, while its callers are suspended and their state moves to the heap. True: it goes on at once on a stack segment, as with
    /// <see cref="EnsureStack(Action)"/>, and its callers keep their frames.
    /// </param>
    /// <returns>
    /// What to await. With more than about 128 KB of stack left the method goes on at once, in place, unless its time slice is over
    /// while others wait: then it lets them run, as at <see cref="CheckpointAsync"/>.
    /// </returns>
    /// <remarks>
    /// <para>
    /// A queued method goes on where an await would bring it back to, next in turn: the SynchronizationContext, else the current
    /// TaskScheduler, else the raw lane of the worker, else the ThreadPool.
    /// </para>
    /// <para>
    /// A million levels take about 40 ms on segments if they allocate nothing, and 1.5 to 3 s by queueing, most of it collections.
    /// If they do allocate, and be it only the task of a result, queueing is the faster by far, because each collection looks at all
    /// frames on the stack, but not at what has been long on the heap. Up to some ten thousand levels the difference is small.
    /// </para>
    /// <para>If the system refuses the thread of a segment, the method is queued. Allocation: none while the stack suffices.</para>
    /// </remarks>
    public static StackAwaitable EnsureStackAsync(bool onSegment = false) => new(onSegment);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void RunOnSegment(Action work) => SegmentPool.Shared.Run(new StackAction(work));

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void RunOnSegment<TState>(Action<TState> work, TState state) =>
        SegmentPool.Shared.Run(new StackAction<TState>(work, state));

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static T RunOnSegment<T>(Func<T> work)
    {
        var call = new StackFunction<T>(work);
        SegmentPool.Shared.Run(call);
        return call.Result;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static T RunOnSegment<TState, T>(Func<TState, T> work, TState state)
    {
        var call = new StackFunction<TState, T>(work, state);
        SegmentPool.Shared.Run(call);
        return call.Result;
    }
}
