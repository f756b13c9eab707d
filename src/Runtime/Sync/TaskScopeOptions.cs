using System;

namespace Goroutines.Sync;

/// <summary>The settings of a <see cref="TaskScope"/>. Read when the scope begins.</summary>
public sealed class TaskScopeOptions
{
    /// <summary>Gets or sets what happens when a child ends. Default: <see cref="TaskScopePolicy.FailFast"/>.</summary>
    public TaskScopePolicy Policy { get; set; }

    /// <summary>Gets or sets how many children run at once; the others wait in their order. 1 or more. Default: no limit.</summary>
    public int MaxParallelism { get; set; } = int.MaxValue;

    /// <summary>
    /// Gets or sets how long the scope may take before it is canceled and fails with a <see cref="TimeoutException"/>: more than
    /// zero. Default: null, no limit.
    /// </summary>
    public TimeSpan? Deadline { get; set; }

    /// <summary>Gets or sets the clock of the deadline. Default: that of the system.</summary>
    public TimeProvider TimeProvider { get; set; } = TimeProvider.System;

    internal void Validate()
    {
        if (!Enum.IsDefined(Policy))
        {
            throw new ArgumentException($"{nameof(Policy)} must be one of the policies.", nameof(Policy));
        }

        if (MaxParallelism < 1)
        {
            throw new ArgumentException($"{nameof(MaxParallelism)} must be 1 or more.", nameof(MaxParallelism));
        }

        if (Deadline <= TimeSpan.Zero)
        {
            throw new ArgumentException($"{nameof(Deadline)} must be more than zero, or null.", nameof(Deadline));
        }

        if (TimeProvider is null)
        {
            throw new ArgumentException($"{nameof(TimeProvider)} must not be null.", nameof(TimeProvider));
        }
    }
}
