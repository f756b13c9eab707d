using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Threading;
using System.Threading.Tasks;
using Goroutines.Compare.Sides;

namespace Goroutines.Compare.Workloads;

/// <summary>
/// A goroutine that sleeps a millisecond again and again and notes how late it comes back. What it notes shows how
/// well a service would answer while something else keeps the scheduler's threads.
/// </summary>
internal sealed class Ticker
{
    private static readonly TimeSpan s_period = TimeSpan.FromMilliseconds(1);

    private readonly Lock _lock = new();
    private readonly List<double> _lateness = [];
    private long _tickStart;
    private bool _isStopping;

    /// <summary>Starts ticking and returns a task that ends some time after <see cref="Stop"/>.</summary>
    /// <param name="spawns">Whether each tick also spawns a goroutine and awaits it.</param>
    public Task Start<TSide>(bool spawns)
        where TSide : struct, ISide =>
        TSide.Run(() => Tick<TSide>(spawns));

    public void Stop() => Volatile.Write(ref _isStopping, true);

    /// <summary>Forgets what was noted so far, once a tick of normal length shows that the ticker is running.</summary>
    public void ResetWhenRunning()
    {
        Reset();
        while (Take().Count < 3)
        {
            Thread.Sleep(5);
        }

        Reset();
    }

    /// <summary>Returns the lateness of each tick since the last reset in ms, including the tick still overdue.</summary>
    public IReadOnlyList<double> Take()
    {
        lock (_lock)
        {
            var lateness = new List<double>(_lateness);
            double overdue = Stopwatch.GetElapsedTime(Volatile.Read(ref _tickStart)).TotalMilliseconds - 1;
            if (overdue > 0 && _tickStart != 0)
            {
                lateness.Add(overdue);
            }

            return lateness;
        }
    }

    private void Reset()
    {
        lock (_lock)
        {
            _lateness.Clear();
        }
    }

    private async Task Tick<TSide>(bool spawns)
        where TSide : struct, ISide
    {
        while (!Volatile.Read(ref _isStopping))
        {
            long start = Stopwatch.GetTimestamp();
            Volatile.Write(ref _tickStart, start);
            await TSide.Delay(s_period);
            if (spawns)
            {
                await TSide.Run(static () => Task.CompletedTask);
            }

            Note((Stopwatch.GetElapsedTime(start) - s_period).TotalMilliseconds);
        }
    }

    private void Note(double latenessMs)
    {
        lock (_lock)
        {
            _lateness.Add(latenessMs);
        }
    }
}
