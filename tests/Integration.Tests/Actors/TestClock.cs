using System;
using System.Threading;
using System.Threading.Channels;
using System.Threading.Tasks;
using Microsoft.Extensions.Time.Testing;

namespace Goroutines.IntegrationTests;

/// <summary>A clock that moves only when it is told to, and lets a test wait until somebody has set a timer.</summary>
internal sealed class TestClock : FakeTimeProvider
{
    private readonly Channel<bool> _armed = Channel.CreateUnbounded<bool>();

    /// <summary>Waits until one more timer was armed than was waited for before.</summary>
    public async Task WaitForTimerAsync() => await _armed.Reader.ReadAsync();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new ArmedTimer(this, base.CreateTimer(callback, state, dueTime, period));
        if (dueTime != Timeout.InfiniteTimeSpan)
        {
            _armed.Writer.TryWrite(true);
        }

        return timer;
    }

    /// <summary>Tells the clock when it is armed after it was made.</summary>
    private sealed class ArmedTimer(TestClock clock, ITimer inner) : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            bool isChanged = inner.Change(dueTime, period);
            if (dueTime != Timeout.InfiniteTimeSpan)
            {
                clock._armed.Writer.TryWrite(true);
            }

            return isChanged;
        }

        public void Dispose() => inner.Dispose();

        public ValueTask DisposeAsync() => inner.DisposeAsync();
    }
}
