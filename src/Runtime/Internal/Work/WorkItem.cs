namespace Goroutines.Internal.Work;

/// <summary>What a queue slot holds: what to run and what to give to it.</summary>
/// <remarks>
/// Work is either a SendOrPostCallback, invoked with State, or a <see cref="WorkKind"/> that knows what State is. Nothing is
/// wrapped on its way in, so queueing allocates nothing.
/// </remarks>
internal readonly struct WorkItem
{
    public WorkItem(object work, object? state)
    {
        Work = work;
        State = state;
    }

    public object Work { get; }

    public object? State { get; }
}
