using System.Collections.Generic;

namespace Goroutines.Compare.Measuring;

/// <summary>One measured quantity of a workload, as a child process reports it.</summary>
/// <param name="Name">The name; empty for a workload's main quantity.</param>
/// <param name="Samples">What the iterations measured, in the unit the workload declares.</param>
/// <param name="BytesPerOperation">Bytes allocated in the whole process per operation, or null if not counted.</param>
internal sealed record Metric(string Name, IReadOnlyList<double> Samples, double? BytesPerOperation = null);

/// <summary>What a child process prints as its one line.</summary>
internal sealed record ChildOutput(IReadOnlyList<Metric> Metrics, IReadOnlyList<int> CollectionCounts);
