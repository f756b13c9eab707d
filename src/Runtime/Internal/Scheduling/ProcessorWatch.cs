namespace Goroutines.Internal.Scheduling;

/// <summary>What the monitor saw of a processor: since when it runs one and the same item, and what was tried.</summary>
internal struct ProcessorWatch
{
    /// <summary>The processor's tick at the last look.</summary>
    public uint Tick;

    /// <summary>How many looks in a row saw this tick; the first one counts.</summary>
    public int LookCount;

    /// <summary>Whether the goroutine was asked to let others run.</summary>
    public bool IsAsked;

    /// <summary>Whether the thread slept at the last look into the operating system.</summary>
    public bool WasAsleep;

    /// <summary>Whether the processor was taken from an item that slept in the system: the next ones may be of that kind.</summary>
    public bool IsTakenFromSleeper;

    /// <summary>Whether the item before this one was such a sleeper.</summary>
    public bool FollowsSleeper;

    // When the tick was first seen, and how old it has to be to be worth another look into the operating system.
    private long _sinceNs;
    private long _probeAgeNs;

    /// <summary>Takes the look of this moment in. Returns how long the tick has been seen.</summary>
    public long Look(uint tick, long nowNs)
    {
        if (tick != Tick || LookCount == 0)
        {
            this = new ProcessorWatch { Tick = tick, _sinceNs = nowNs, FollowsSleeper = IsTakenFromSleeper };
        }

        LookCount++;
        return nowNs - _sinceNs;
    }

    /// <summary>Forgets an item that is over.</summary>
    public void Reset() => this = new ProcessorWatch { IsTakenFromSleeper = IsTakenFromSleeper };

    /// <summary>Returns whether to ask the operating system, which is slow: at the given age and whenever it has doubled.</summary>
    public bool IsProbeDue(long ageNs, long firstAgeNs)
    {
        if (ageNs < firstAgeNs || ageNs < _probeAgeNs)
        {
            return false;
        }

        _probeAgeNs = 2 * ageNs;
        return true;
    }
}
