namespace Goroutines.Internal.Scheduling;

/// <summary>What a machine does with its thread while it holds no processor.</summary>
internal enum Absence
{
    /// <summary>Nothing of the kinds below.</summary>
    None,

    /// <summary>It waits, and the runtime has told.</summary>
    Waits,

    /// <summary>It is in a region that declares blocking.</summary>
    IsDeclared,

    /// <summary>The monitor has seen it sleep.</summary>
    Sleeps,

    /// <summary>It ran on after its time slice.</summary>
    Computes,

    /// <summary>It is queued for a processor.</summary>
    IsQueued,
}
