using System;
using System.Runtime.CompilerServices;
using System.Threading;
using System.Threading.Tasks;
using Goroutines.Internal.Primitives;

namespace Goroutines;

public sealed partial class GoScheduler
{
    /// <summary>Starts a goroutine nobody awaits: Go's <c>go</c> statement.</summary>
    /// <param name="work">What to run. What it throws is reported as <see cref="UnhandledException"/>.</param>
    /// <remarks>
    /// The caller's ExecutionContext flows; inside, the scheduler's context is current and TaskScheduler.Current is the default.
    /// Allocation: none, unless the caller's ExecutionContext has something to flow.
    /// </remarks>
    /// <exception cref="ArgumentNullException"><paramref name="work"/> is null.</exception>
    [OverloadResolutionPriority(0)]
    public void Post(Action work)
    {
        ArgumentNullException.ThrowIfNull(work);
        if (DefaultExecution.CaptureFlowing() is null)
        {
            Core.Spawn(ActionKind.Goroutine, work);
        }
        else
        {
            Core.Spawn(PostedKind.Instance, new PostedAction(work));
        }
    }

    /// <summary>Starts a goroutine nobody awaits and gives it a state, which saves a closure.</summary>
    /// <typeparam name="TState">The type of the state.</typeparam>
    /// <param name="work">What to run. What it throws is reported as <see cref="UnhandledException"/>.</param>
    /// <param name="state">What it is given.</param>
    /// <remarks>The caller's ExecutionContext flows. Allocation: one object of 32 bytes plus the size of a large state.</remarks>
    /// <exception cref="ArgumentNullException"><paramref name="work"/> is null.</exception>
    [OverloadResolutionPriority(0)]
    public void Post<TState>(Action<TState> work, TState state)
    {
        ArgumentNullException.ThrowIfNull(work);
        Core.Spawn(PostedKind.Instance, new PostedAction<TState>(work, state));
    }

    /// <summary>Starts an async goroutine nobody awaits.</summary>
    /// <param name="work">
    /// What to run. Its failure, before or after an await, is reported as <see cref="UnhandledException"/>; to be canceled is no
    /// failure.
    /// </param>
    /// <remarks>The caller's ExecutionContext flows. Allocation: 40 bytes, and 80 for a goroutine that suspends.</remarks>
    /// <exception cref="ArgumentNullException"><paramref name="work"/> is null.</exception>
    [OverloadResolutionPriority(2)]
    public void Post(Func<Task> work)
    {
        ArgumentNullException.ThrowIfNull(work);
        Core.Spawn(PostedKind.Instance, new PostedAsync(this, work));
    }

    /// <inheritdoc cref="Post(Func{Task})"/>
    /// <typeparam name="TState">The type of the state.</typeparam>
    /// <param name="work">What to run.</param>
    /// <param name="state">What it is given.</param>
    [OverloadResolutionPriority(2)]
    public void Post<TState>(Func<TState, Task> work, TState state)
    {
        ArgumentNullException.ThrowIfNull(work);
        Core.Spawn(PostedKind.Instance, new PostedAsync<TState>(this, work, state));
    }

    /// <inheritdoc cref="Post(Func{Task})"/>
    [OverloadResolutionPriority(1)]
    public void Post(Func<ValueTask> work)
    {
        ArgumentNullException.ThrowIfNull(work);
        Core.Spawn(PostedKind.Instance, new PostedValueAsync(this, work));
    }

    /// <inheritdoc cref="Post{TState}(Func{TState, Task}, TState)"/>
    [OverloadResolutionPriority(1)]
    public void Post<TState>(Func<TState, ValueTask> work, TState state)
    {
        ArgumentNullException.ThrowIfNull(work);
        Core.Spawn(PostedKind.Instance, new PostedValueAsync<TState>(this, work, state));
    }

    /// <summary>Watches a posted goroutine that has run up to its first suspension.</summary>
    internal void Observe(Task? goroutine)
    {
        if (goroutine is null)
        {
            throw new InvalidOperationException("The work given to Post returned null instead of a task.");
        }

        NoteSuspended(goroutine);
        GoroutineObserver.Observe(this, goroutine);
    }

    /// <summary>Reports an exception nobody awaits. Never throws.</summary>
    internal void ReportUnhandled(Exception exception)
    {
        var arguments = new GoUnhandledExceptionEventArgs(exception);
        try
        {
            UnhandledException?.Invoke(this, arguments);
        }
        catch (Exception e)
        {
            // The handler failed: that is no way to deal with an exception, and both are told.
            Rethrow(new AggregateException("A handler of GoScheduler.UnhandledException threw.", exception, e));
            return;
        }

        if (!arguments.Handled)
        {
            Rethrow(exception);
        }
    }

    // On a thread of its own, so that the process ends as with any unhandled exception and no worker unwinds.
    private void Rethrow(Exception exception)
    {
        var info = System.Runtime.ExceptionServices.ExceptionDispatchInfo.Capture(exception);
        var thread = new Thread(info.Throw) { IsBackground = true, Name = Name + " unhandled exception" };
        thread.UnsafeStart();
    }
}
