using System.Threading;
using Goroutines.Internal.Primitives;

namespace Goroutines.Internal.Work;

/// <summary>What a queue slot holds: what to run and what to give to it.</summary>
/// <remarks>
/// Work is either a SendOrPostCallback, invoked with State, or a <see cref="WorkKind"/> that knows what State is. Nothing is
/// wrapped on its way in, so queueing allocates nothing.
/// </remarks>
internal struct WorkItem : IPublishable<WorkItem>
{
    private object? _work;
    private object? _state;

    public WorkItem(object work, object? state)
    {
        _work = work;
        _state = state;
    }

    /// <summary>Gets what to run; null in an empty slot only.</summary>
    public readonly object Work => _work!;

    public readonly object? State => _state;

    /// <inheritdoc/>
    public static void Publish(ref WorkItem slot, WorkItem value)
    {
        slot._state = value._state;
        Volatile.Write(ref slot._work, value._work);
    }

    /// <inheritdoc/>
    public static bool TryRead(ref WorkItem slot, out WorkItem value)
    {
        object? work = Volatile.Read(ref slot._work);
        value._work = work;
        value._state = work is null ? null : slot._state;
        return work is not null;
    }
}
