using System.Threading;

namespace Goroutines.Internal.Stacks;

/// <summary>What a call finds on its thread and leaves there: AsyncLocal values, culture, and the SynchronizationContext.</summary>
/// <remarks>The culture is an AsyncLocal value of the BCL's own, so it travels with the others.</remarks>
internal readonly struct Surroundings
{
    private readonly ExecutionContext _execution;
    private readonly SynchronizationContext? _context;
    private readonly bool _isFlowSuppressed;

    private Surroundings(ExecutionContext execution, SynchronizationContext? context, bool isFlowSuppressed)
    {
        _execution = execution;
        _context = context;
        _isFlowSuppressed = isFlowSuppressed;
    }

    /// <summary>Reads them from the calling thread; where the flow was suppressed it is on again afterwards.</summary>
    public static Surroundings Take()
    {
        // A context whose flow is suppressed cannot be captured.
        bool isFlowSuppressed = ExecutionContext.IsFlowSuppressed();
        if (isFlowSuppressed)
        {
            ExecutionContext.RestoreFlow();
        }

        return new Surroundings(ExecutionContext.Capture()!, SynchronizationContext.Current, isFlowSuppressed);
    }

    /// <summary>Makes them the calling thread's.</summary>
    public void Install()
    {
        if (ExecutionContext.Capture() != _execution)
        {
            ExecutionContext.Restore(_execution);
        }

        if (_isFlowSuppressed)
        {
            // Undone by whoever suppressed it.
            _ = ExecutionContext.SuppressFlow();
        }

        SynchronizationContext.SetSynchronizationContext(_context);
    }
}
