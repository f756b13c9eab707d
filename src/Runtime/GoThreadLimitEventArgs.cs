using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using Goroutines.Internal.Scheduling;

namespace Goroutines;

/// <summary>Tells what a scheduler's threads do while it can get no more of them.</summary>
/// <remarks>The numbers are read while the threads run on. They are no common moment.</remarks>
public sealed class GoThreadLimitEventArgs : EventArgs
{
    // More would fill the log.
    private const int ShownCountMax = 5;

    private readonly int[] _counts = new int[(int)Absence.IsQueued + 1];
    private readonly Lazy<IReadOnlyList<BlockedGoroutines>> _blocked;

    internal GoThreadLimitEventArgs(int threadLimit, int threadCount, int longRunningCount, List<AbsentGoroutine> absent)
    {
        ThreadLimit = threadLimit;
        ThreadCount = threadCount;
        LongRunningCount = Math.Max(0, longRunningCount);
        _blocked = new(() => Group(absent));
        foreach (AbsentGoroutine goroutine in absent)
        {
            _counts[(int)goroutine.Absence]++;
        }
    }

    /// <summary>Gets <see cref="GoSchedulerOptions.MaxThreads"/>.</summary>
    public int ThreadLimit { get; }

    /// <summary>Gets how many threads there are. If that is less than the limit, the system refused another one.</summary>
    public int ThreadCount { get; }

    /// <summary>Gets how many of them belong to LongRunning tasks.</summary>
    public int LongRunningCount { get; }

    /// <summary>Gets how many goroutines block their thread: those that wait, sleep or have declared it.</summary>
    public int BlockedCount => WaitingCount + SleepingCount + DeclaredCount;

    /// <summary>Gets how many goroutines wait for a lock, a wait handle, a task or the like: waits of which the runtime tells.</summary>
    public int WaitingCount => _counts[(int)Absence.Waits];

    /// <summary>Gets how many goroutines the monitor has seen sleep: Thread.Sleep, native calls, reads of files and pipes.</summary>
    public int SleepingCount => _counts[(int)Absence.Sleeps];

    /// <summary>Gets how many goroutines are in <see cref="Go.EnterBlocking"/> or <see cref="Go.Blocking(Action)"/>.</summary>
    public int DeclaredCount => _counts[(int)Absence.IsDeclared];

    /// <summary>Gets how many goroutines compute for longer than a time slice, beside the others.</summary>
    public int ComputingCount => _counts[(int)Absence.Computes];

    /// <summary>Gets how many goroutines wait for a processor with their thread.</summary>
    public int QueuedCount => _counts[(int)Absence.IsQueued];

    /// <summary>
    /// Gets where the goroutines that block their thread or compute for long come from, the most first. They are named when this is first
    /// asked for, in some microseconds each.
    /// </summary>
    public IReadOnlyList<BlockedGoroutines> Blocked => _blocked.Value;

    /// <summary>Returns all of it as two sentences, with the places that have the most blocked goroutines.</summary>
    public override string ToString()
    {
        string places = string.Join(", ", Blocked.Take(ShownCountMax).Select(static place => $"{place.Name} ({place.Count})"));
        string rest = Blocked.Count > ShownCountMax ? ", and others" : "";
        return places.Length == 0 ? Counts : $"{Counts} Most: {places}{rest}.";
    }

    private string Counts => string.Create(
        CultureInfo.InvariantCulture,
        $"{ThreadCount} of {ThreadLimit} threads: {WaitingCount} wait (locks, wait handles, tasks), {SleepingCount} sleep or are in " +
        $"native calls, {DeclaredCount} have declared that they block, {ComputingCount} compute for long, {QueuedCount} wait for " +
        $"their turn, {LongRunningCount} are LongRunning.");

    private static IReadOnlyList<BlockedGoroutines> Group(List<AbsentGoroutine> absent) =>
    [
        .. absent
            .Where(static goroutine => goroutine.Absence != Absence.IsQueued)
            .Select(static goroutine => GoroutineNames.Of(goroutine.Item))
            .OfType<string>()
            .CountBy(static name => name)
            .OrderByDescending(static place => place.Value)
            .ThenBy(static place => place.Key, StringComparer.Ordinal)
            .Select(static place => new BlockedGoroutines(place.Key, place.Value)),
    ];
}
