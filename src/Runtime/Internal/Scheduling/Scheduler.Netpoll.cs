using System;
using System.Runtime.CompilerServices;
using System.Threading;
using Goroutines.Internal.Netpoll;
using Goroutines.Internal.Primitives;
using Goroutines.Internal.Timers;
using Goroutines.Internal.Work;

namespace Goroutines.Internal.Scheduling;

// Who asks the poller, so that what has become ready runs at once and no thread does nothing but poll:
//
//   the timekeeper                   sleeps in the poller instead of in its parker as soon as anything is watched, with the next timer
//                                    as the limit. What it finds it queues, which wakes a machine: itself if it is still parked
//   a machine that has a processor   asks without waiting when its queue is empty, before it steals, and at each fairness turn; not
//                                    while the timekeeper waits, who is told of all
//   the monitor                      asks at each tick if nobody has since the last one
//
// The timekeeper that has found something runs it, and nobody waits in the poller meanwhile: to wake another one for that would cost
// each message of a ping-pong pair 8 µs. Then the monitor comes in a tick at most, and appoints a parked machine, or a new one if none
// is parked: all may be blocked, or there was never work. It does not sleep while something is watched and nobody waits for it.
//
// Watch:   1. Put the descriptor into the table (full fence).   2. Read the timekeeper; it sleeps in its parker -> unpark it; there is
//             none -> wake the monitor, if it sleeps.
// Keeper:  1. Become the timekeeper (full fence).   2. Read the table; empty -> sleep in the parker.
// Monitor: 1. Say "asleep" (full fence).            2. Read the table and the timekeeper; watched and none -> tick on.
//
// A timekeeper that leaves has a processor, and the monitor ticks as long as it holds that.
internal sealed partial class Scheduler
{
    private const int ReadyCountMax = 256;

    // What a machine that has work takes of it at a time: more would not fit its queue, and lie there behind one another.
    private const int ReadyTurnMax = 64;

    // A thread starts in a fraction of that; no further one is started meanwhile.
    private const long KeeperStartNs = 10_000_000;

    // Made when it is needed first. Interlocked.
    private Poller? _poller;

    // Monitor only.
    private long _nextKeeperStartNs;

    /// <summary>Returns the poller.</summary>
    /// <exception cref="System.Net.Sockets.SocketException">It could not be made: the process has no descriptor left.</exception>
    public Poller Poller => Volatile.Read(ref _poller) ?? CreatePoller();

    /// <summary>Watches a descriptor from now on, if it was not watched before. Called inside it.</summary>
    /// <returns>0, or the error number of the system.</returns>
    public int Watch(PollDescriptor descriptor)
    {
        Poller poller = Poller;
        int error = poller.Watch(descriptor);
        if (IsDisposed)
        {
            CloseSlots();
        }
        else if (Volatile.Read(ref _keeper) is not { } keeper)
        {
            // Not for one who has a processor: the monitor ticks as long as that is held.
            if (!IsHolder(Machine.Current))
            {
                _sysmon.EnsureTickingOften();
            }
        }
        else if (!keeper.IsWaitingForPoller)
        {
            keeper.Unpark();
        }

        return error;
    }

    /// <summary>Gets whether something is watched and no machine is there to wait for it.</summary>
    public bool IsPollerUnattended =>
        Volatile.Read(ref _poller) is { WatchedCount: > 0 } && Volatile.Read(ref _keeper) is null && !IsDisposed;

    /// <summary>Queues what has become ready on the machine's processor. Owner only, inside.</summary>
    /// <returns>Whether anything has.</returns>
    public bool AskPoller(Processor processor) =>
        Volatile.Read(ref _poller) is { WatchedCount: > 0 } poller && AskPoller(poller, processor);

    /// <summary>
    /// Queues what has become ready if nobody has asked for that since, and appoints who waits for more. Only the monitor.
    /// </summary>
    /// <param name="askCount">How often the poller had been asked at the last look.</param>
    public void AttendToPoller(ref uint askCount)
    {
        if (Volatile.Read(ref _poller) is not { WatchedCount: > 0, IsWaitedOn: false } poller)
        {
            return;
        }

        if (poller.AskCount == askCount)
        {
            ReadyItems items = default;
            QueueReady(items[..poller.Ask(items)]);
            AppointKeeper();
        }

        askCount = poller.AskCount;
    }

    private Poller? PollerToWaitFor => Volatile.Read(ref _poller) is { WatchedCount: > 0 } poller ? poller : null;

    // A parked machine that is woken for nothing tries to keep time before it parks again.
    private void AppointKeeper()
    {
        if (Volatile.Read(ref _keeper) is null)
        {
            _idle.Enter();
            Machine? machine = _idle.LastMachine_NeedsLock;
            _idle.Exit();
            long nowNs = MonotonicClock.NowNs;
            if (machine is not null)
            {
                machine.Unpark();
            }
            else if (nowNs >= _nextKeeperStartNs)
            {
                // If there is no thread to be had, the monitor goes on asking.
                _nextKeeperStartNs = nowNs + KeeperStartNs;
                TryStartMachine(processor: null);
            }
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool AskPoller(Poller poller, Processor processor)
    {
        ReadyTurn items = default;
        int count = poller.Ask(items);
        foreach (WorkItem item in items[..count])
        {
            PutReadied(processor, item);
        }

        if (count > 0 && processor.Queue.Count > 1)
        {
            ActIfNeeded();
        }

        return count > 0;
    }

    // The machine says that it is awake as soon as it is, as in its parker.
    private void WaitForDescriptors(Machine machine, Poller poller, long untilNs)
    {
        long leftNs = untilNs == TimerNode.Unarmed ? -1 : Math.Max(0, untilNs - MonotonicClock.NowNs);
        if (leftNs > 0)
        {
            machine.RequestExactSleeps();
        }

        ReadyItems items = default;
        int count = poller.Wait(items, leftNs);
        _keeperAlarm.Clear();
        QueueReady(items[..count]);
    }

    private void QueueReady(ReadOnlySpan<WorkItem> items)
    {
        QueueExpired(items);
        if (items.Length > 0 && !Wakeup.Word.HasIdle)
        {
            AskToLookUp();
        }
    }

    private void CloseSlots()
    {
        if (Volatile.Read(ref _poller) is { } poller)
        {
            QueueExpired(poller.CloseSlots());
        }
    }

    private Poller CreatePoller()
    {
        var created = Poller.Create();
        return Interlocked.CompareExchange(ref _poller, created, null) ?? created;
    }

    [InlineArray(ReadyCountMax)]
    private struct ReadyItems
    {
        private WorkItem _first;
    }

    [InlineArray(ReadyTurnMax)]
    private struct ReadyTurn
    {
        private WorkItem _first;
    }
}
