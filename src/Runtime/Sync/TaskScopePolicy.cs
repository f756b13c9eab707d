namespace Goroutines.Sync;

/// <summary>What a <see cref="TaskScope"/> does when one of its children ends.</summary>
public enum TaskScopePolicy
{
    /// <summary>The first failure cancels all others. The scope fails with it.</summary>
    FailFast,

    /// <summary>A failure concerns nobody else. When all have ended, the scope fails with all failures.</summary>
    Supervise,

    /// <summary>The first success cancels all others. The scope fails only if none has succeeded, with all failures.</summary>
    FirstSuccess,
}
