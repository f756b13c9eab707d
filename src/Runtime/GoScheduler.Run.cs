using System;
using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using System.Threading;
using System.Threading.Tasks;
using Goroutines.Internal.Scheduling;

namespace Goroutines;

public sealed partial class GoScheduler
{
    /// <summary>Starts a goroutine and returns a task that completes with it.</summary>
    /// <param name="work">What to run. Its exceptions and its cancellation are those of the returned task.</param>
    /// <returns>The task; it denies children that want to attach, as Task.Run does.</returns>
    /// <remarks>The caller's ExecutionContext flows. Inside, the scheduler is TaskScheduler.Current and its context is current.</remarks>
    /// <exception cref="ArgumentNullException"><paramref name="work"/> is null.</exception>
    [OverloadResolutionPriority(0)]
    public Task Run(Action work) => Run(work, CancellationToken.None);

    /// <inheritdoc cref="Run(Action)"/>
    /// <param name="work">What to run.</param>
    /// <param name="cancellationToken">Cancels the task if it has not started yet.</param>
    [OverloadResolutionPriority(0)]
    public Task Run(Action work, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(work);
        return Task.Factory.StartNew(
            static state => ((Action)state!)(), work, cancellationToken, TaskCreationOptions.DenyChildAttach, this);
    }

    /// <inheritdoc cref="Run(Action)"/>
    /// <typeparam name="T">The type of the result.</typeparam>
    [OverloadResolutionPriority(0)]
    public Task<T> Run<T>(Func<T> work) => Run(work, CancellationToken.None);

    /// <inheritdoc cref="Run(Action, CancellationToken)"/>
    /// <typeparam name="T">The type of the result.</typeparam>
    [OverloadResolutionPriority(0)]
    public Task<T> Run<T>(Func<T> work, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(work);
        return Task.Factory.StartNew(
            static state => ((Func<T>)state!)(), work, cancellationToken, TaskCreationOptions.DenyChildAttach, this);
    }

    /// <inheritdoc cref="Run(Action)"/>
    [OverloadResolutionPriority(2)]
    public Task Run(Func<Task> work) => Run(work, CancellationToken.None);

    /// <inheritdoc cref="Run(Action, CancellationToken)"/>
    [OverloadResolutionPriority(2)]
    public Task Run(Func<Task> work, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(work);
        return StartAsync(static state => Begin((Func<Task>)state!), work, cancellationToken);
    }

    /// <inheritdoc cref="Run(Action)"/>
    /// <typeparam name="T">The type of the result.</typeparam>
    [OverloadResolutionPriority(2)]
    public Task<T> Run<T>(Func<Task<T>> work) => Run(work, CancellationToken.None);

    /// <inheritdoc cref="Run(Action, CancellationToken)"/>
    /// <typeparam name="T">The type of the result.</typeparam>
    [OverloadResolutionPriority(2)]
    public Task<T> Run<T>(Func<Task<T>> work, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(work);
        return StartAsync(static state => Begin((Func<Task<T>>)state!), work, cancellationToken);
    }

    /// <inheritdoc cref="Run(Action)"/>
    [OverloadResolutionPriority(1)]
    public Task Run(Func<ValueTask> work) => Run(work, CancellationToken.None);

    /// <inheritdoc cref="Run(Action, CancellationToken)"/>
    [OverloadResolutionPriority(1)]
    public Task Run(Func<ValueTask> work, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(work);
        return StartAsync(static state => Begin(() => ((Func<ValueTask>)state!)().AsTask()), work, cancellationToken);
    }

    /// <inheritdoc cref="Run(Action)"/>
    /// <typeparam name="T">The type of the result.</typeparam>
    [OverloadResolutionPriority(1)]
    public Task<T> Run<T>(Func<ValueTask<T>> work) => Run(work, CancellationToken.None);

    /// <inheritdoc cref="Run(Action, CancellationToken)"/>
    /// <typeparam name="T">The type of the result.</typeparam>
    [OverloadResolutionPriority(1)]
    public Task<T> Run<T>(Func<ValueTask<T>> work, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(work);
        return StartAsync(static state => Begin(() => ((Func<ValueTask<T>>)state!)().AsTask()), work, cancellationToken);
    }

    // The BCL's own unwrapping promise is the smallest thing that follows a task in place and keeps all its exceptions.
    private Task StartAsync(Func<object?, Task> start, object work, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return Task.FromCanceled(cancellationToken);
        }

        var first = new Task<Task>(start, work, cancellationToken, TaskCreationOptions.DenyChildAttach);
        first.Start(this);
        return first.Unwrap();
    }

    private Task<T> StartAsync<T>(Func<object?, Task<T>> start, object work, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return Task.FromCanceled<T>(cancellationToken);
        }

        var first = new Task<Task<T>>(start, work, cancellationToken, TaskCreationOptions.DenyChildAttach);
        first.Start(this);
        return first.Unwrap();
    }

    // Runs a goroutine up to its first suspension. A cancellation thrown before that cancels the task, and so does work that
    // returns null instead of a task: as with Task.Run.
    private static Task Begin(Func<Task> work)
    {
        try
        {
            Task? goroutine = work();
            NoteSuspended(goroutine);
            return goroutine ?? CanceledAsync<object?>(new OperationCanceledException());
        }
        catch (OperationCanceledException e)
        {
            return CanceledAsync<object?>(e);
        }
    }

    private static Task<T> Begin<T>(Func<Task<T>> work)
    {
        try
        {
            Task<T>? goroutine = work();
            NoteSuspended(goroutine);
            return goroutine ?? CanceledAsync<T>(new OperationCanceledException());
        }
        catch (OperationCanceledException e)
        {
            return CanceledAsync<T>(e);
        }
    }

    // DrainAsync finds here what is in no queue.
    private static void NoteSuspended(Task? goroutine)
    {
        if (goroutine is { IsCompleted: false } && Machine.Current is { } machine)
        {
            ((GoScheduler)machine.Scheduler.Settings.Owner)._goroutines.Add(machine.Processor?.Id ?? 0, goroutine);
        }
    }

    private static async Task<T> CanceledAsync<T>(OperationCanceledException cancellation)
    {
        await Task.CompletedTask.ConfigureAwait(false);
        ExceptionDispatchInfo.Throw(cancellation);
        return default!;
    }
}
