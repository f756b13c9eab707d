using System;
using System.Globalization;
using System.Threading;

namespace Goroutines;

public sealed partial class GoScheduler
{
    private static readonly Lock s_sharedLock = new();
    private static GoScheduler? s_shared;
    private static GoSchedulerOptions? s_sharedOptions;

    /// <summary>Gets the scheduler of this process. It starts at first use and cannot be disposed.</summary>
    /// <remarks>
    /// Its settings are those given to <see cref="TryConfigureShared"/> (which dependency injection calls). Without, they are
    /// AppContext data named <c>Goroutines.Name</c>, <c>Goroutines.ProcessorCount</c>, <c>Goroutines.MaxThreads</c>,
    /// <c>Goroutines.TimeSlice</c> and <c>Goroutines.WorkerStackSize</c>, or environment variables named <c>GOROUTINES_NAME</c>,
    /// <c>GOROUTINES_PROCESSORCOUNT</c>, <c>GOROUTINES_MAXTHREADS</c>, <c>GOROUTINES_TIMESLICE</c> and
    /// <c>GOROUTINES_WORKERSTACKSIZE</c>, which come first; else the defaults. A time is written as <c>00:00:00.010</c>.
    /// </remarks>
    /// <exception cref="ArgumentException">A setting taken from AppContext data or an environment variable is not valid.</exception>
    public static GoScheduler Shared => Volatile.Read(ref s_shared) ?? StartShared();

    /// <summary>Gives <see cref="Shared"/> its settings before it starts.</summary>
    /// <param name="options">The settings. Later changes to the object have no effect.</param>
    /// <returns>
    /// True if these are the settings Shared runs with or will run with; false if it has started, or was configured, with others.
    /// </returns>
    /// <exception cref="ArgumentNullException"><paramref name="options"/> is null.</exception>
    /// <exception cref="ArgumentException">A setting is not valid; see <see cref="GoSchedulerOptions.Validate"/>.</exception>
    public static bool TryConfigureShared(GoSchedulerOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        lock (s_sharedLock)
        {
            s_sharedOptions ??= options.Clone();
            return s_sharedOptions.HasSameSettings(options);
        }
    }

    private static GoScheduler StartShared()
    {
        lock (s_sharedLock)
        {
            if (s_shared is null)
            {
                s_sharedOptions ??= ReadSharedOptions();
                Volatile.Write(ref s_shared, new GoScheduler(s_sharedOptions, isShared: true));
            }

            return s_shared;
        }
    }

    private static GoSchedulerOptions ReadSharedOptions()
    {
        var options = new GoSchedulerOptions();
        options.Name = ReadSetting(nameof(options.Name)) ?? options.Name;
        options.ProcessorCount = ReadNumber(nameof(options.ProcessorCount)) ?? options.ProcessorCount;
        options.MaxThreads = ReadNumber(nameof(options.MaxThreads)) ?? options.MaxThreads;
        options.TimeSlice = ReadTime(nameof(options.TimeSlice)) ?? options.TimeSlice;
        options.WorkerStackSize = ReadNumber(nameof(options.WorkerStackSize)) ?? options.WorkerStackSize;
        return options;
    }

    private static int? ReadNumber(string option)
    {
        string? text = ReadSetting(option);
        if (text is null)
        {
            return null;
        }

        return int.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out int number)
            ? number
            : throw new ArgumentException($"The setting Goroutines.{option} must be a whole number, but is \"{text}\".", option);
    }

    private static TimeSpan? ReadTime(string option)
    {
        string? text = ReadSetting(option);
        if (text is null)
        {
            return null;
        }

        return TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out TimeSpan time)
            ? time
            : throw new ArgumentException(
                $"The setting Goroutines.{option} must be a time as 00:00:00.010, but is \"{text}\".", option);
    }

    private static string? ReadSetting(string option) =>
        Environment.GetEnvironmentVariable("GOROUTINES_" + option.ToUpperInvariant())
        ?? Convert.ToString(AppContext.GetData("Goroutines." + option), CultureInfo.InvariantCulture) switch
        {
            null or "" => null,
            string text => text,
        };
}
