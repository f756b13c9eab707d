using System;
using System.Threading;
using System.Threading.Tasks;
using Goroutines.Internal.Stacks;

namespace Goroutines;

/// <summary>What EnsureStack runs on a stack segment, with the TaskScheduler that is current for the caller.</summary>
/// <remarks>
/// Which TaskScheduler is current follows from the task that runs, so a task stands in for the caller's. It is run in place by
/// the two schedulers of this library, which know it by its state. Other schedulers could queue it instead, behind the
/// caller that waits for it, so for their tasks the default scheduler is current.
/// </remarks>
internal abstract class StackWork : SegmentWork
{
    private static readonly Action<object?> s_invoke = static state => ((StackWork)state!).InvokeInside();

    // Read on the caller's thread, where the work is made.
    private readonly TaskScheduler? _scheduler =
        TaskScheduler.Current is var current and (GoScheduler or ContextFreeScheduler) ? current : null;

    public sealed override void Run()
    {
        if (_scheduler is null)
        {
            InvokeInside();
        }
        else
        {
            // No children: the stand-in would wait for them before the caller goes on.
            new Task(s_invoke, this, CancellationToken.None, TaskCreationOptions.DenyChildAttach).RunSynchronously(_scheduler);
        }
    }
}

/// <summary>A plain delegate.</summary>
internal sealed class StackAction(Action work) : StackWork
{
    protected override void Invoke() => work();
}

/// <summary>A delegate with its state.</summary>
internal sealed class StackAction<TState>(Action<TState> work, TState state) : StackWork
{
    protected override void Invoke() => work(state);
}

/// <summary>A delegate with a result.</summary>
internal sealed class StackFunction<T>(Func<T> work) : StackWork
{
    public T Result { get; private set; } = default!;

    protected override void Invoke() => Result = work();
}

/// <summary>A delegate with its state and a result.</summary>
internal sealed class StackFunction<TState, T>(Func<TState, T> work, TState state) : StackWork
{
    public T Result { get; private set; } = default!;

    protected override void Invoke() => Result = work(state);
}
