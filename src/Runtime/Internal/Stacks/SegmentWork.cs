using System;
using System.Runtime.ExceptionServices;

namespace Goroutines.Internal.Stacks;

/// <summary>A call that goes on on a stack segment: what to run, and what it finds and leaves.</summary>
/// <remarks>
/// Made by the caller and given to the segment's thread, then given back: one thread at a time uses it (see StackSegment.cs).
/// </remarks>
internal abstract class SegmentWork
{
    private Surroundings _surroundings = Surroundings.Take();
    private ExceptionDispatchInfo? _failure;

    /// <summary>Runs the call on the segment's thread; never throws. What it does to its surroundings and what it throws is kept.</summary>
    public abstract void Run();

    /// <summary>Ends the call on the caller's thread: puts its surroundings there, and throws what it threw.</summary>
    public void Finish()
    {
        _surroundings.Install();
        _failure?.Throw();
    }

    /// <summary>Runs the call in its surroundings. Part of <see cref="Run"/>.</summary>
    protected void InvokeInside()
    {
        _surroundings.Install();
        try
        {
            Invoke();
        }
        catch (Exception e)
        {
            // Thrown again by Finish.
            _failure = ExceptionDispatchInfo.Capture(e);
        }

        _surroundings = Surroundings.Take();
    }

    protected abstract void Invoke();
}
