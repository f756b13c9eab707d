using System;
using System.Threading;

namespace Goroutines.Internal.Primitives;

/// <summary>The portable parker: the same state word, with a monitor to sleep on.</summary>
/// <remarks>
/// Used where there is no futex, and by the systematic tests, whose tester knows Monitor but no system call. A monitor can be
/// interrupted and a futex cannot, and whoever parks has to be notified before it goes on. So an interrupt is kept back, and given
/// to the thread again when it leaves: the next wait of its own is told, as it is with a futex, where an interrupt stays pending.
/// </remarks>
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

        bool isInterrupted = EnterGate();
        while (!ParkState<HardwareSync>.TryTransitionNotifiedToEmpty(ref _state))
        {
            isInterrupted |= WaitInGate(Timeout.Infinite);
        }

        ExitGate(isInterrupted);
    }

    public override bool Park(long timeoutNs)
    {
        if (!ParkState<HardwareSync>.TransitionEmptyToParked(ref _state))
        {
            return true;
        }

        long deadlineNs = MonotonicClock.NowNs + timeoutNs;
        bool isInterrupted = EnterGate();
        bool isNotified = false;
        for (long leftNs = timeoutNs; leftNs > 0 && !isNotified; leftNs = deadlineNs - MonotonicClock.NowNs)
        {
            isNotified = ParkState<HardwareSync>.TryTransitionNotifiedToEmpty(ref _state);
            if (!isNotified)
            {
                // Rounded up: waking early would only mean to come back for the rest.
                isInterrupted |= WaitInGate((int)Math.Min(int.MaxValue, (leftNs + 999_999) / 1_000_000));
            }
        }

        ExitGate(isInterrupted);
        return isNotified || ParkState<HardwareSync>.TransitionParkedToEmpty(ref _state);
    }

    public override void Unpark()
    {
        if (!ParkState<HardwareSync>.TransitionToNotified(ref _state))
        {
            return;
        }

        // The owner checks the word under the gate before it waits, so this pulse falls before the check or wakes the wait.
        bool isInterrupted = EnterGate();
        Monitor.Pulse(_gate);
        ExitGate(isInterrupted);
    }

    // Returns whether the thread was interrupted meanwhile.
    private bool EnterGate()
    {
        bool isInterrupted = false;
        while (!TryEnterGate())
        {
            isInterrupted = true;
        }

        return isInterrupted;
    }

    private bool TryEnterGate()
    {
        try
        {
            Monitor.Enter(_gate);
            return true;
        }
        catch (ThreadInterruptedException)
        {
            return false;
        }
    }

    // Returns whether the thread was interrupted; it holds the gate again then, too.
    private bool WaitInGate(int timeoutMs)
    {
        try
        {
            Monitor.Wait(_gate, timeoutMs);
            return false;
        }
        catch (ThreadInterruptedException)
        {
            return true;
        }
    }

    private void ExitGate(bool isInterrupted)
    {
        Monitor.Exit(_gate);
        if (isInterrupted)
        {
            Thread.CurrentThread.Interrupt();
        }
    }
}
