using System.Threading;
using System.Threading.Tasks;
using Goroutines.Tests.TestSupport;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Goroutines.Tests.Verbs;

/// <summary>Knows whether a piece of work has run to its end, once, and on which lane.</summary>
internal sealed class Probe
{
    private readonly TaskCompletionSource<Lane> _finished = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _count;

    public void Finish()
    {
        if (Interlocked.Increment(ref _count) == 1)
        {
            _finished.SetResult(Lane.Capture());
        }
    }

    /// <summary>For Run: the returned task is over, so the work must be over too.</summary>
    public void AssertFinishedOn(GoScheduler scheduler)
    {
        Assert.AreEqual(1, Volatile.Read(ref _count), "The task ended before its work did, or the work ran twice.");
        _finished.Task.Result.AssertIsGoroutineOf(scheduler);
    }

    /// <summary>For Post: the work ends some time.</summary>
    public async Task AssertFinishesOnAsync(GoScheduler scheduler)
    {
        (await _finished.Task.Within()).AssertIsGoroutineOf(scheduler);
        Assert.AreEqual(1, Volatile.Read(ref _count));
    }
}
