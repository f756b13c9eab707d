namespace Goroutines.Actors;

/// <summary>Which children are restarted when one of them has to be.</summary>
public enum SupervisionStrategy
{
    /// <summary>The failed one. Each child has a count of restarts of its own.</summary>
    OneForOne,

    /// <summary>All of them. Restarts are counted together.</summary>
    OneForAll,

    /// <summary>The failed one and those that were spawned after it. Restarts are counted together.</summary>
    RestForOne,
}
