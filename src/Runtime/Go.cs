using System;
using System.Runtime.CompilerServices;
using System.Threading;
using System.Threading.Tasks;

namespace Goroutines;

/// <summary>The verbs: they act on the scheduler the calling code runs for, else on <see cref="GoScheduler.Shared"/>.</summary>
public static partial class Go
{
    private static GoScheduler Scheduler => GoScheduler.Current ?? GoScheduler.Shared;

    /// <summary>Lets other goroutines run before the calling async method goes on.</summary>
    /// <returns>What to await. Awaiting it on a worker queues the caller behind what waits on the same processor.</returns>
    /// <remarks>
    /// Where the method goes on is the BCL's rule for Task.Yield: the current SynchronizationContext, else the current
    /// TaskScheduler, else the worker's raw lane; from a thread of nobody's, the shared scheduler. Allocation: none per yield
    /// (the compiler's state machine makes one delegate for its whole life).
    /// </remarks>
    public static GoYieldAwaitable Yield() => default;

    /// <inheritdoc cref="GoScheduler.Run(Action)"/>
    [OverloadResolutionPriority(0)]
    public static Task Run(Action work) => Scheduler.Run(work);

    /// <inheritdoc cref="GoScheduler.Run(Action, CancellationToken)"/>
    [OverloadResolutionPriority(0)]
    public static Task Run(Action work, CancellationToken cancellationToken) => Scheduler.Run(work, cancellationToken);

    /// <inheritdoc cref="GoScheduler.Run{T}(Func{T})"/>
    [OverloadResolutionPriority(0)]
    public static Task<T> Run<T>(Func<T> work) => Scheduler.Run(work);

    /// <inheritdoc cref="GoScheduler.Run{T}(Func{T}, CancellationToken)"/>
    [OverloadResolutionPriority(0)]
    public static Task<T> Run<T>(Func<T> work, CancellationToken cancellationToken) => Scheduler.Run(work, cancellationToken);

    /// <inheritdoc cref="GoScheduler.Run(Func{Task})"/>
    [OverloadResolutionPriority(2)]
    public static Task Run(Func<Task> work) => Scheduler.Run(work);

    /// <inheritdoc cref="GoScheduler.Run(Func{Task}, CancellationToken)"/>
    [OverloadResolutionPriority(2)]
    public static Task Run(Func<Task> work, CancellationToken cancellationToken) => Scheduler.Run(work, cancellationToken);

    /// <inheritdoc cref="GoScheduler.Run{T}(Func{Task{T}})"/>
    [OverloadResolutionPriority(2)]
    public static Task<T> Run<T>(Func<Task<T>> work) => Scheduler.Run(work);

    /// <inheritdoc cref="GoScheduler.Run{T}(Func{Task{T}}, CancellationToken)"/>
    [OverloadResolutionPriority(2)]
    public static Task<T> Run<T>(Func<Task<T>> work, CancellationToken cancellationToken) => Scheduler.Run(work, cancellationToken);

    /// <inheritdoc cref="GoScheduler.Run(Func{ValueTask})"/>
    [OverloadResolutionPriority(1)]
    public static Task Run(Func<ValueTask> work) => Scheduler.Run(work);

    /// <inheritdoc cref="GoScheduler.Run(Func{ValueTask}, CancellationToken)"/>
    [OverloadResolutionPriority(1)]
    public static Task Run(Func<ValueTask> work, CancellationToken cancellationToken) => Scheduler.Run(work, cancellationToken);

    /// <inheritdoc cref="GoScheduler.Run{T}(Func{ValueTask{T}})"/>
    [OverloadResolutionPriority(1)]
    public static Task<T> Run<T>(Func<ValueTask<T>> work) => Scheduler.Run(work);

    /// <inheritdoc cref="GoScheduler.Run{T}(Func{ValueTask{T}}, CancellationToken)"/>
    [OverloadResolutionPriority(1)]
    public static Task<T> Run<T>(Func<ValueTask<T>> work, CancellationToken cancellationToken) => Scheduler.Run(work, cancellationToken);

    /// <inheritdoc cref="GoScheduler.Post(Action)"/>
    [OverloadResolutionPriority(0)]
    public static void Post(Action work) => Scheduler.Post(work);

    /// <inheritdoc cref="GoScheduler.Post{TState}(Action{TState}, TState)"/>
    [OverloadResolutionPriority(0)]
    public static void Post<TState>(Action<TState> work, TState state) => Scheduler.Post(work, state);

    /// <inheritdoc cref="GoScheduler.Post(Func{Task})"/>
    [OverloadResolutionPriority(2)]
    public static void Post(Func<Task> work) => Scheduler.Post(work);

    /// <inheritdoc cref="GoScheduler.Post{TState}(Func{TState, Task}, TState)"/>
    [OverloadResolutionPriority(2)]
    public static void Post<TState>(Func<TState, Task> work, TState state) => Scheduler.Post(work, state);

    /// <inheritdoc cref="GoScheduler.Post(Func{ValueTask})"/>
    [OverloadResolutionPriority(1)]
    public static void Post(Func<ValueTask> work) => Scheduler.Post(work);

    /// <inheritdoc cref="GoScheduler.Post{TState}(Func{TState, ValueTask}, TState)"/>
    [OverloadResolutionPriority(1)]
    public static void Post<TState>(Func<TState, ValueTask> work, TState state) => Scheduler.Post(work, state);
}
