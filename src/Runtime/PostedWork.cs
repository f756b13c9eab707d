using System;
using System.Threading;
using System.Threading.Tasks;
using Goroutines.Internal.Primitives;

namespace Goroutines;

/// <summary>What Post queues when a plain delegate does not hold it all.</summary>
internal abstract class PostedWork
{
    private static readonly ContextCallback s_invoke = static state => ((PostedWork)state!).Invoke();

    private readonly ExecutionContext? _flowing = DefaultExecution.CaptureFlowing();

    /// <summary>Gets the delegate that was posted.</summary>
    public abstract Delegate Work { get; }

    public void Run()
    {
        if (_flowing is null)
        {
            Invoke();
        }
        else
        {
            ExecutionContext.Run(_flowing, s_invoke, this);
        }
    }

    protected abstract void Invoke();
}

/// <summary>A posted delegate with something to flow.</summary>
internal sealed class PostedAction(Action work) : PostedWork
{
    public override Delegate Work => work;

    protected override void Invoke() => work();
}

/// <summary>A posted delegate with its state.</summary>
internal sealed class PostedAction<TState>(Action<TState> work, TState state) : PostedWork
{
    public override Delegate Work => work;

    protected override void Invoke() => work(state);
}

/// <summary>A posted async goroutine: its failure is watched for.</summary>
internal sealed class PostedAsync(GoScheduler scheduler, Func<Task> work) : PostedWork
{
    public override Delegate Work => work;

    protected override void Invoke() => scheduler.Observe(work());
}

/// <summary>A posted async goroutine with its state.</summary>
internal sealed class PostedAsync<TState>(GoScheduler scheduler, Func<TState, Task> work, TState state) : PostedWork
{
    public override Delegate Work => work;

    protected override void Invoke() => scheduler.Observe(work(state));
}

/// <summary>A posted ValueTask goroutine.</summary>
internal sealed class PostedValueAsync(GoScheduler scheduler, Func<ValueTask> work) : PostedWork
{
    public override Delegate Work => work;

    protected override void Invoke() => scheduler.Observe(work().AsTask());
}

/// <summary>A posted ValueTask goroutine with its state.</summary>
internal sealed class PostedValueAsync<TState>(GoScheduler scheduler, Func<TState, ValueTask> work, TState state) : PostedWork
{
    public override Delegate Work => work;

    protected override void Invoke() => scheduler.Observe(work(state).AsTask());
}
