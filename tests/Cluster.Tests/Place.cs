using System.Linq;
using System.Threading;
using System.Threading.Tasks;

namespace Goroutines.ClusterTests;

/// <summary>Where code runs: which scheduler's worker, and what an await would capture.</summary>
internal sealed record Place(GoScheduler? Scheduler, TaskScheduler Tasks, SynchronizationContext? Context)
{
    public static Place Here() => new(GoScheduler.Current, TaskScheduler.Current, SynchronizationContext.Current);

    /// <summary>Counts the items a scheduler's processors have run.</summary>
    public static long CountItems(GoScheduler scheduler) => scheduler.GetSnapshot().Processors.Sum(processor => processor.Tick);

    public static GoScheduler CreateScheduler(string name, int processorCount = 2) =>
        new(new GoSchedulerOptions { Name = name, ProcessorCount = processorCount });
}
