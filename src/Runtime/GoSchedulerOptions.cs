using System;
using System.Globalization;
using Goroutines.Internal.Primitives;
using Goroutines.Internal.Scheduling;

namespace Goroutines;

/// <summary>Settings of a <see cref="GoScheduler"/>, read once when it is created.</summary>
public sealed class GoSchedulerOptions
{
    /// <summary>The greatest processor count.</summary>
    internal const int ProcessorCountMax = 4096;

    // The runtime refuses less on Linux; more than a gigabyte is a mistake in the unit.
    private const int WorkerStackSizeMin = 128 * 1024;
    private const int WorkerStackSizeMax = 1024 * 1024 * 1024;

    private static readonly TimeSpan s_timeSliceMin = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan s_timeSliceMax = TimeSpan.FromMinutes(1);

    /// <summary>Gets or sets the name, which starts the names of the threads.</summary>
    /// <value>Not empty. The default is "Goroutines".</value>
    public string Name { get; set; } = "Goroutines";

    /// <summary>Gets or sets how many goroutines run at the same time: Go's GOMAXPROCS.</summary>
    /// <value>
    /// 0 to 4,096. The default, 0, is the number of processors this process may use: the CPUs in its affinity mask, or fewer
    /// (but no fewer than two) if a cgroup quota allows less. <see cref="GoScheduler.ProcessorCount"/> changes it later.
    /// </value>
    public int ProcessorCount { get; set; }

    /// <summary>Gets or sets the greatest number of threads: workers and those of LongRunning tasks.</summary>
    /// <value>1 or more, and no less than the processor count. The default is 10,000, as in Go.</value>
    public int MaxThreads { get; set; } = 10_000;

    /// <summary>Gets or sets how long a goroutine may run without a break while others wait.</summary>
    /// <value>1 millisecond to 1 minute. The default is 10 milliseconds, as in Go.</value>
    /// <remarks>
    /// After a slice the goroutine is asked to let others run, which it does at its next <see cref="Go.Checkpoint"/>. If it reaches
    /// none, its processor is given to the others and it runs on beside them, on a core that the operating system shares out.
    /// </remarks>
    public TimeSpan TimeSlice { get; set; } = TimeSpan.FromMilliseconds(10);

    /// <summary>Gets or sets the stack size of worker threads.</summary>
    /// <value>Bytes: 0, the default, for the runtime's default; else 131,072 (128 KiB) to 1,073,741,824 (1 GiB).</value>
    public int WorkerStackSize { get; set; }

    /// <summary>Gets or sets what makes the parkers of workers and monitor; null for the best of this machine. For tests.</summary>
    internal Func<Parker>? CreateParker { get; set; }

    /// <summary>Gets or sets how long a worker has to be parked, unneeded, before it may end, in nanoseconds. For tests.</summary>
    internal long MachineIdleNs { get; set; } = SchedulerSettings.DefaultMachineIdleNs;

    /// <summary>Checks all settings.</summary>
    /// <exception cref="ArgumentException"><see cref="Name"/> is null, empty or white space.</exception>
    /// <exception cref="ArgumentOutOfRangeException">
    /// Another setting is out of its range, or <see cref="MaxThreads"/> is less than the processor count. The message and the
    /// parameter name tell which.
    /// </exception>
    public void Validate()
    {
        if (string.IsNullOrWhiteSpace(Name))
        {
            throw new ArgumentException("Name must not be null, empty or white space.", nameof(Name));
        }

        ThrowIfOutside(nameof(ProcessorCount), ProcessorCount, 0, ProcessorCountMax);
        ThrowIfOutside(nameof(MaxThreads), MaxThreads, 1, int.MaxValue);
        if (WorkerStackSize != 0)
        {
            ThrowIfOutside(nameof(WorkerStackSize), WorkerStackSize, WorkerStackSizeMin, WorkerStackSizeMax);
        }

        if (TimeSlice < s_timeSliceMin || TimeSlice > s_timeSliceMax)
        {
            throw new ArgumentOutOfRangeException(
                nameof(TimeSlice),
                TimeSlice,
                string.Create(CultureInfo.InvariantCulture, $"TimeSlice must be from {s_timeSliceMin} to {s_timeSliceMax}."));
        }

        if (MaxThreads < ProcessorCount)
        {
            throw new ArgumentOutOfRangeException(
                nameof(MaxThreads),
                MaxThreads,
                string.Create(CultureInfo.InvariantCulture, $"MaxThreads must be no less than ProcessorCount, which is {ProcessorCount}."));
        }
    }

    /// <summary>Returns the processor count to start with.</summary>
    internal int ResolveProcessorCount() =>
        ProcessorCount > 0 ? ProcessorCount : Math.Min(ProcessorLimit.Current, Math.Min(MaxThreads, ProcessorCountMax));

    internal GoSchedulerOptions Clone() => (GoSchedulerOptions)MemberwiseClone();

    internal bool HasSameSettings(GoSchedulerOptions other) =>
        (Name, ProcessorCount, MaxThreads, TimeSlice, WorkerStackSize)
        == (other.Name, other.ProcessorCount, other.MaxThreads, other.TimeSlice, other.WorkerStackSize);

    private static void ThrowIfOutside(string name, int value, int min, int max)
    {
        if (value < min || value > max)
        {
            throw new ArgumentOutOfRangeException(
                name, value, string.Create(CultureInfo.InvariantCulture, $"{name} must be from {min} to {max}."));
        }
    }
}
