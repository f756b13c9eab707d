using System;
using Goroutines.Internal.Primitives;

namespace Goroutines.Internal.Scheduling;

/// <summary>What a look of the monitor came to.</summary>
internal enum Sight
{
    /// <summary>All processors are idle, and no work waits.</summary>
    Nothing,

    /// <summary>Processors are held; what waits is taken when one of them is free.</summary>
    Held,

    /// <summary>Work waits although a processor is idle.</summary>
    WorkLeft,

    /// <summary>A processor was taken from its machine, or will be if the next look sees the same.</summary>
    Hot,
}

// Whom to take a processor from. The machine must have been in one item for two looks, or wait as far as the runtime knows:
//
//   it waits in the runtime         at once when others wait for a processor, else at the second look
//   it sleeps in the system         when others wait at the third look, or at the first if the item before it did so too; else
//                                   after a time slice. Asking costs 8 µs, so the pauses between the questions grow with the age
//                                   of the item. It must be so twice in a row, or be expected, and no collection may lie between:
//                                   at the end of one the monitor may run before those are woken that it had stopped
//   it computes                     only when others wait: after a time slice it is asked to let others run (Go.Checkpoint), and
//                                   half a slice later, if it has not, its processor is taken
//
// A machine that computes on takes a share of a core from the others, and so does each that is started in its place. So the
// slice grows with the number of those: were it constant, a burst of long items would be started all at once.
//
// Rejected: to tell computing from sleeping by the thread's CPU clock (two looks apart, and no faster than /proc); to leave alone
// what blocks while nobody waits (the monitor would tick for as long as a goroutine sits in accept).
/// <summary>The monitor's eyes and hands: looks at all processors once, frees what is left behind, takes what stands still.</summary>
internal sealed class Watchman
{
    private const long ReportPeriodNs = 1_000_000_000;

    private readonly Scheduler _scheduler;
    private readonly long _sliceNs;
    private long _nextRetirementNs;
    private int _lastCollectionCount;
    private long _nextReportNs;
    private long _seenRefusedCount;
    private uint _pollerAskCount;
    private bool _hasRequested;

    public Watchman(Scheduler scheduler)
    {
        _scheduler = scheduler;
        _sliceNs = scheduler.Settings.TimeSliceNs;
    }

    /// <summary>Gets whether work waits although a processor is idle, and no machine is on its way to it.</summary>
    public bool IsWorkLeft => IsNobodyComing && IsWorkWaiting;

    /// <summary>Gets whether some processor is not idle.</summary>
    public bool IsAnyHeld => _scheduler.Wakeup.Word.IdleCount < _scheduler.Processors.Count;

    // A searching machine looks at everything before it parks.
    private bool IsNobodyComing => _scheduler.Wakeup.Word is { HasIdle: true, SearchingCount: 0 };

    private bool IsWorkWaiting
    {
        get
        {
            foreach (Processor processor in _scheduler.Processors.All)
            {
                if (processor.Queue.Count > 0)
                {
                    return true;
                }
            }

            return !_scheduler.IsGlobalEmpty;
        }
    }

    /// <summary>Looks at everything once.</summary>
    public Sight Look()
    {
        long nowNs = MonotonicClock.NowNs;
        int collectionCount = GC.CollectionCount(0);
        RetireMachinesIfDue(nowNs);
        _scheduler.ExpireAllTimers(nowNs);
        _scheduler.AttendToPoller(ref _pollerAskCount);
        ReportRefusalsIfDue(nowNs);
        bool hasIdle = _scheduler.Wakeup.Word.HasIdle;
        bool isWorkWaiting = IsWorkWaiting;
        bool isWorkLeft = IsNobodyComing && isWorkWaiting;
        bool isStranded = isWorkLeft && !_scheduler.IsGlobalEmpty;
        bool isHot = false;
        bool isAnyoneAsked = false;
        foreach (Processor processor in _scheduler.Processors.All)
        {
            long ageNs = processor.Watch.Look(processor.Tick, nowNs);
            if (isWorkLeft && processor.Queue.Count > 0 && (processor.Watch.LookCount > 1 || processor.Holder is null))
            {
                _scheduler.FreeRunnext(processor);
                isStranded = true;
            }

            isHot |= TryTake(processor, ageNs, isAwaited: isWorkWaiting && !hasIdle);
            isAnyoneAsked |= processor.Watch.IsAsked;
            isHot |= processor.Watch.WasAsleep;
        }

        _lastCollectionCount = collectionCount;
        if (isStranded)
        {
            _scheduler.WakeForVisibleWork();
        }

        // Those whose processor was taken are to reach a checkpoint as well: there they give up the core they share. So are those
        // who compute on after a wait while work is left for want of a thread: they are the ones who can take the processor.
        bool isThreadWanting = isWorkLeft && _scheduler.Wakeup.Word.DetachedCount > 0;
        UpdateRequest(isAnyoneAsked || isThreadWanting || _scheduler.RunawayCount > 0);

        if (isHot || isWorkLeft)
        {
            return isHot ? Sight.Hot : Sight.WorkLeft;
        }

        bool isQuiet = hasIdle && !isWorkWaiting;
        return isQuiet && _scheduler.TryAddSpareMachine() ? Sight.WorkLeft : IsAnyHeld ? Sight.Held : Sight.Nothing;
    }

    /// <summary>Ends what the looks began, before the monitor looks no more for a while.</summary>
    public void Rest() => UpdateRequest(isWanted: false);

    private void UpdateRequest(bool isWanted)
    {
        if (isWanted == _hasRequested)
        {
            return;
        }

        _hasRequested = isWanted;
        if (isWanted)
        {
            Preemption.Request();
        }
        else
        {
            Preemption.Withdraw();
        }
    }

    private bool TryTake(Processor processor, long ageNs, bool isAwaited)
    {
        if (processor.Holder is not { Thread: { } thread })
        {
            // Nobody to wait for: what the last looks saw is over.
            processor.Watch.Reset();
            return false;
        }

        ref ProcessorWatch watch = ref processor.Watch;
        bool isStill = watch.LookCount > 1;
        bool isBlocked = (isStill || isAwaited) && thread.IsWaiting;
        bool isSleeper = !isBlocked
            && (isStill || (isAwaited && watch.FollowsSleeper))
            && SleepsOn(ref watch, ageNs, isAwaited, thread);
        bool isRunaway = !isBlocked && !isSleeper && isAwaited && IsSliceOver(processor, ageNs);
        bool isTaken = (isBlocked || isSleeper || isRunaway) && _scheduler.TryRetake(processor, watch.Tick, isRunaway);
        watch.IsTakenFromSleeper |= isTaken && isSleeper;
        return isTaken;
    }

    // True when the thread sleeps in the system, and not because of a collection.
    private bool SleepsOn(ref ProcessorWatch watch, long ageNs, bool isAwaited, MachineThread thread)
    {
        bool isSure = watch.WasAsleep || watch.FollowsSleeper;
        watch.WasAsleep = (watch.WasAsleep || watch.IsProbeDue(ageNs, firstAgeNs: isAwaited ? 0 : _sliceNs)) && thread.IsAsleep;
        return isSure && watch.WasAsleep && GC.CollectionCount(0) == _lastCollectionCount;
    }

    // True when the goroutine was asked to let others run, and has not.
    private bool IsSliceOver(Processor processor, long ageNs)
    {
        ref ProcessorWatch watch = ref processor.Watch;
        long shareOfCore = 1 + (_scheduler.RunawayCount / _scheduler.ProcessorCount);
        if (ageNs < _sliceNs * shareOfCore)
        {
            return false;
        }

        if (!watch.IsAsked)
        {
            watch.IsAsked = true;
            processor.AskToYield(watch.Tick);
        }

        return ageNs >= (_sliceNs * shareOfCore) + (_sliceNs / 2);
    }

    private void ReportRefusalsIfDue(long nowNs)
    {
        long refusedCount = _scheduler.RefusedStartCount;
        if (refusedCount != _seenRefusedCount && nowNs >= _nextReportNs)
        {
            _nextReportNs = nowNs + ReportPeriodNs;
            _scheduler.Settings.OnThreadsRefused();
        }

        // While work is left for want of a thread, each look tries again and is refused again.
        _seenRefusedCount = refusedCount;
    }

    private void RetireMachinesIfDue(long nowNs)
    {
        if (nowNs >= _nextRetirementNs)
        {
            _nextRetirementNs = nowNs + _scheduler.Settings.MachineIdleNs;
            _scheduler.RetireSurplusMachines();
        }
    }
}
