using System;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Goroutines.Tests.TestSupport;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Goroutines.Tests.Blocking;

/// <summary>Goroutines whose time slice was over: they go after all others, but not for ever.</summary>
[TestClass]
public sealed class PreemptedTests : SchedulerTest
{
    private const int RoundCount = 6_000;
    private const int AttemptCount = 5;

    [TestMethod, Timeout(LimitMs)]
    [DataRow(false, DisplayName = "keeps its thread")]
    [DataRow(true, DisplayName = "queues itself")]
    public async Task Checkpoint_OthersSpawnAllTheTime_HogsSeldomHaveATurn(bool isAsync)
    {
        var options = new GoSchedulerOptions { ProcessorCount = 1, TimeSlice = TimeSpan.FromMilliseconds(50) };
        GoScheduler scheduler = CreateScheduler(options);

        // A hog whose processor was taken, because the machine had no time for its thread, runs beside: another attempt then.
        int turnCount = int.MaxValue;
        for (int attempt = 0; attempt < AttemptCount && turnCount >= RoundCount / 61; attempt++)
        {
            turnCount = await CountTurnsOfHogs(scheduler, isAsync);
        }

        // Each fairness turn would be one of theirs otherwise: 61 items apart.
        Assert.IsLessThan(RoundCount / 61, turnCount);
    }

    // Returns how often three hogs went on while another goroutine spawned and awaited one after the other.
    private static async Task<int> CountTurnsOfHogs(GoScheduler scheduler, bool isAsync)
    {
        int round = 0;
        int turnCount = 0;
        async Task HogAsync()
        {
            int seen = -1;
            while (Volatile.Read(ref round) < RoundCount)
            {
                int now = Volatile.Read(ref round);
                if (now != seen)
                {
                    seen = now;
                    Interlocked.Increment(ref turnCount);
                }

                Thread.SpinWait(50);
                if (isAsync)
                {
                    await Go.CheckpointAsync();
                }
                else
                {
                    Go.Checkpoint();
                }
            }
        }

        Task[] hogs = [.. Enumerable.Range(0, 3).Select(_ => scheduler.Run(HogAsync))];
        Task others = scheduler.Run(async () =>
        {
            while (round < RoundCount)
            {
                await Go.Run(static () => { });
                Volatile.Write(ref round, round + 1);
            }
        });
        await Task.WhenAll([others, .. hogs]).Within();
        return turnCount;
    }

    [TestMethod, Timeout(LimitMs)]
    [ProcessorCounts]
    public async Task CheckpointAsync_OthersNeverEnd_HasItsTurn(int processorCount)
    {
        GoScheduler scheduler = CreateScheduler(processorCount);
        const int TurnCount = 4;
        int others = 0;
        bool isDone = false;
        Task[] chatter =
        [
            .. Enumerable.Range(0, 2 * processorCount).Select(_ => scheduler.Run(async () =>
            {
                while (!Volatile.Read(ref isDone))
                {
                    Interlocked.Increment(ref others);
                    await Go.Yield();
                }
            })),
        ];
        Task hog = scheduler.Run(async () =>
        {
            for (int turn = 0; turn < TurnCount; turn++)
            {
                int before = Volatile.Read(ref others);
                while (Volatile.Read(ref others) == before)
                {
                    Thread.SpinWait(50);
                    await Go.CheckpointAsync();
                }
            }

            Volatile.Write(ref isDone, true);
        });
        await Task.WhenAll([hog, .. chatter]).Within();
    }
}
