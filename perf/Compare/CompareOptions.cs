using System.Collections.Generic;
using Goroutines.Compare.Measuring;
using Goroutines.Compare.Workloads;

namespace Goroutines.Compare;

/// <summary>What one comparison is to do.</summary>
/// <param name="Workloads">The workloads, in order.</param>
/// <param name="Sides">The names of the sides, in the order of their turns.</param>
/// <param name="RoundCount">How often each side takes its turn.</param>
/// <param name="Scale">How much each turn does.</param>
/// <param name="ProcessorCount">The number of Ps of our scheduler; zero leaves it to the scheduler.</param>
internal sealed record CompareOptions(
    IReadOnlyList<Workload> Workloads,
    IReadOnlyList<string> Sides,
    int RoundCount,
    Scale Scale,
    int ProcessorCount);
