namespace Goroutines.Compare.Measuring;

/// <summary>How much of everything is done.</summary>
internal enum Scale
{
    /// <summary>The sizes of the workloads' definitions.</summary>
    Full,

    /// <summary>About a minute in all: fewer repetitions, and smaller where a row says so.</summary>
    Quick,
}
