namespace Goroutines.Internal.Work;

/// <summary>Tells how the state of a queue slot is run, and in which lane. One instance per kind and scheduler.</summary>
internal abstract class WorkKind
{
    protected WorkKind(bool usesContext) => UsesContext = usesContext;

    /// <summary>Gets whether the scheduler's SynchronizationContext is current while the work runs; otherwise none is.</summary>
    public bool UsesContext { get; }

    /// <summary>Runs the work on the calling thread. What it throws is reported as an unhandled exception.</summary>
    public abstract void Execute(object? state);
}
