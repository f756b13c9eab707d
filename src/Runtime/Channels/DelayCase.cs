using System;
using System.Threading;
using Goroutines.Internal.Parking;
using Goroutines.Internal.Primitives;
using Goroutines.Internal.Scheduling;
using Goroutines.Internal.Timers;
using Goroutines.Internal.Work;

namespace Goroutines.Channels;

/// <summary>A case of a <see cref="Select"/> that is chosen when it has waited for a time; each wait begins anew.</summary>
public sealed class DelayCase : SelectCase
{
    // On a machine, used again for each wait there.
    private DelayNode? _node;

    // Elsewhere, made for each wait.
    private ITimer? _timer;

    private TimeSpan _delay;

    internal DelayCase(Select select, TimeSpan delay)
        : base(select) => _delay = delay;

    /// <summary>Gets or sets how long a wait may be before the case is chosen: zero or more, or infinite.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative, and not infinite.</exception>
    /// <exception cref="InvalidOperationException">Set while the select waits.</exception>
    public TimeSpan Delay
    {
        get => _delay;
        set
        {
            ThrowIfNegative(value, nameof(value));
            Owner.ThrowIfWaiting();
            _delay = value;
        }
    }

    internal static void ThrowIfNegative(TimeSpan delay, string name)
    {
        if (delay < TimeSpan.Zero && delay != Timeout.InfiniteTimeSpan)
        {
            throw new ArgumentOutOfRangeException(name, delay, $"{name} must be zero or more, or Timeout.InfiniteTimeSpan.");
        }
    }

    internal override bool TryCommit_NeedsLock() => _delay == TimeSpan.Zero;

    internal override void FinishEnlisting(int round)
    {
        if (_delay == Timeout.InfiniteTimeSpan)
        {
            return;
        }

        if (Machine.Current?.Scheduler is { } scheduler)
        {
            if (_node is null || _node.Scheduler != scheduler)
            {
                _node = new DelayNode(scheduler, Owner.Waiter, this);
            }

            _node.Arm(round, _delay);
        }
        else
        {
            var expiry = new Expiry(Owner.Waiter, this, round);
            TimeSpan longest = TimeSpan.FromMilliseconds(uint.MaxValue - 1L);
            TimeSpan delay = _delay < longest ? _delay : longest;
            _timer = TimeProvider.System.CreateTimer(
                static state => ((Expiry)state!).Claim(), expiry, delay, Timeout.InfiniteTimeSpan);
        }
    }

    internal override void Withdraw()
    {
        // Somebody has taken it from the heap and is about to claim a wait that is over. It must not be armed before that.
        if (_node is not null && !_node.TryDisarm())
        {
            _node = null;
        }

        _timer?.Dispose();
        _timer = null;
    }

    internal override void Settle()
    {
        _timer?.Dispose();
        _timer = null;
        _node?.NoteExpired();
    }

    /// <summary>A timer of a scheduler that claims one wait.</summary>
    private sealed class DelayNode(Scheduler scheduler, SelectWaiter waiter, DelayCase owner) : TimerNode(scheduler.LocalTimers)
    {
        // Written before it is armed.
        private int _round;

        // Of the select's goroutine.
        private bool _isArmed;

        public Scheduler Scheduler => scheduler;

        public void Arm(int round, TimeSpan delay)
        {
            _round = round;
            _isArmed = true;
            long nowNs = MonotonicClock.NowNs;
            long ticksMax = (Unarmed - 1 - nowNs) / TimeSpan.NanosecondsPerTick;
            scheduler.Arm(this, nowNs + (Math.Min(delay.Ticks, ticksMax) * TimeSpan.NanosecondsPerTick), periodNs: 0);
        }

        /// <summary>Returns false when it has expired, whether or not that was noticed.</summary>
        public bool TryDisarm()
        {
            bool isDisarmed = !_isArmed || Heap.Disarm(this);
            _isArmed = false;
            return isDisarmed;
        }

        public void NoteExpired() => _isArmed = false;

        public override bool TryExpire(out WorkItem item)
        {
            item = default;
            return waiter.TryClaim(owner, _round) && waiter.TryEnd(WaitOutcome.Done, scheduler, out item);
        }
    }

    /// <summary>What a timer of the system claims.</summary>
    private sealed class Expiry(SelectWaiter waiter, DelayCase owner, int round)
    {
        public void Claim()
        {
            if (waiter.TryClaim(owner, round))
            {
                waiter.End(WaitOutcome.Done);
            }
        }
    }
}
