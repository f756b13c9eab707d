using System;
using System.Runtime.ExceptionServices;
using System.Threading;
using Goroutines.Internal.Scheduling;

namespace Goroutines;

/// <summary>The SynchronizationContext of a scheduler: awaits that capture it come back to the scheduler's processors.</summary>
internal sealed class GoSynchronizationContext : SynchronizationContext
{
    private readonly GoScheduler _scheduler;

    public GoSynchronizationContext(GoScheduler scheduler)
    {
        _scheduler = scheduler;
        SetWaitNotificationRequired();
    }

    public GoScheduler Scheduler => _scheduler;

    // The BCL runs a continuation in place when the captured context is the current one by reference: copies would cost that.
    public override SynchronizationContext CreateCopy() => this;

    public override void Post(SendOrPostCallback d, object? state)
    {
        ArgumentNullException.ThrowIfNull(d);
        if (AwaitCallbacks.IsYield(d))
        {
            _scheduler.Core.Yield(d, state);
        }
        else
        {
            _scheduler.Core.Ready(d, state);
        }
    }

    public override void Send(SendOrPostCallback d, object? state)
    {
        ArgumentNullException.ThrowIfNull(d);
        if (_scheduler.Core.RunsGoroutine)
        {
            using var lane = new LaneScope(this);
            d(state);
            return;
        }

        using var call = new BlockingCall(d, state);
        _scheduler.Core.Spawn(BlockingCall.Callback, call);
        call.Wait();
    }

    /// <summary>
    /// Called by the CLR in the moment a thread with this context is going to block: for locks, Monitor, wait handles, Task.Wait
    /// and all that is built on them. It may be in the middle of Monitor.Enter, so nothing here may wait in a way that calls it.
    /// </summary>
    public override int Wait(IntPtr[] waitHandles, bool waitAll, int millisecondsTimeout)
    {
        if (millisecondsTimeout == 0
            || Machine.Current is not { } machine
            || !machine.Scheduler.EnterBlocking(machine, Absence.Waits))
        {
            return WaitHelper(waitHandles, waitAll, millisecondsTimeout);
        }

        try
        {
            return WaitHelper(waitHandles, waitAll, millisecondsTimeout);
        }
        finally
        {
            machine.Scheduler.ExitBlocking(machine);
        }
    }

    /// <summary>A callback another thread waits for.</summary>
    private sealed class BlockingCall : IDisposable
    {
        public static readonly SendOrPostCallback Callback = static state => ((BlockingCall)state!).Execute();

        private readonly SendOrPostCallback _callback;
        private readonly object? _state;
        private readonly ManualResetEventSlim _done = new();
        private ExceptionDispatchInfo? _failure;

        public BlockingCall(SendOrPostCallback callback, object? state)
        {
            _callback = callback;
            _state = state;
        }

        public void Wait()
        {
            _done.Wait();
            _failure?.Throw();
        }

        public void Dispose() => _done.Dispose();

        private void Execute()
        {
            try
            {
                _callback(_state);
            }
            catch (Exception e)
            {
                // Thrown again where the caller waits.
                _failure = ExceptionDispatchInfo.Capture(e);
            }

            _done.Set();
        }
    }
}
