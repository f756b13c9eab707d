using System;
using System.Threading;

namespace Goroutines.Internal.Primitives;

/// <summary>The portable parker: the same state word, with a monitor to sleep on.</summary>
/// <remarks>Used where there is no futex, and by the systematic tests, whose tester knows Monitor but no system call.</remarks>
internal sealed class MonitorParker : Parker
{
    private readonly object _gate = new();
    private int _state;

    public override void Park()
    {
        if (!ParkState<HardwareSync>.TransitionEmptyToParked(ref _state))
        {
            return;
        }

        Monitor.Enter(_gate);
        try
        {
            while (!ParkState<HardwareSync>.TryTransitionNotifiedToEmpty(ref _state))
            {
                Monitor.Wait(_gate);
            }
        }
        finally
        {
            Monitor.Exit(_gate);
        }
    }

    public override bool Park(long timeoutNs)
    {
        if (!ParkState<HardwareSync>.TransitionEmptyToParked(ref _state))
        {
            return true;
        }

        long deadlineNs = MonotonicClock.NowNs + timeoutNs;
        Monitor.Enter(_gate);
        try
        {
            for (long leftNs = timeoutNs; leftNs > 0; leftNs = deadlineNs - MonotonicClock.NowNs)
            {
                if (ParkState<HardwareSync>.TryTransitionNotifiedToEmpty(ref _state))
                {
                    return true;
                }

                // Rounded up: waking early would only mean to come back for the rest.
                Monitor.Wait(_gate, (int)Math.Min(int.MaxValue, (leftNs + 999_999) / 1_000_000));
            }
        }
        finally
        {
            Monitor.Exit(_gate);
        }

        return ParkState<HardwareSync>.TransitionParkedToEmpty(ref _state);
    }

    public override void Unpark()
    {
        if (!ParkState<HardwareSync>.TransitionToNotified(ref _state))
        {
            return;
        }

        // The owner checks the word under the gate before it waits, so this pulse falls before the check or wakes the wait.
        Monitor.Enter(_gate);
        try
        {
            Monitor.Pulse(_gate);
        }
        finally
        {
            Monitor.Exit(_gate);
        }
    }
}
