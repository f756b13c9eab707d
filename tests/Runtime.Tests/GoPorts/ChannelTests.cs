#pragma warning disable CA2012 // What a ValueTask is before it is awaited is what is tested here.
using System;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Goroutines.Channels;
using Goroutines.Tests.TestSupport;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Goroutines.Tests.GoPorts;

/// <summary>What Go tests of its channels, for ours.</summary>
[TestClass]
public sealed class ChannelTests : SchedulerTest
{
    // Whatever the capacity: no receive before the send, no send beyond the room, order kept, closing ends the readers.
    [TestMethod, Timeout(LimitMs)]
    [ProcessorCounts]
    public async Task Channel_EveryCapacity_KeepsItsRules(int processorCount)
    {
        GoScheduler scheduler = CreateScheduler(processorCount);
        for (int capacity = 0; capacity <= 20; capacity++)
        {
            Chan<int> chan = Create(capacity);
            const int ValueCount = 200;
            Task writing = scheduler.Run(async () =>
            {
                for (int i = 0; i < ValueCount; i++)
                {
                    await chan.Writer.WriteAsync(i);
                }

                chan.Writer.Complete();
            });
            Task reading = scheduler.Run(async () =>
            {
                int expected = 0;
                await foreach (int value in chan.Reader.ReadAllAsync())
                {
                    Assert.AreEqual(expected++, value);
                }

                Assert.AreEqual(ValueCount, expected);
            });
            await Task.WhenAll(writing, reading, chan.Reader.Completion).Within();
        }
    }

    // While the buffer is never empty, a read that does not wait finds something.
    [TestMethod, Timeout(LimitMs)]
    [ProcessorCounts]
    public async Task NonblockingReceive_BufferNeverEmpty_FindsSomething(int processorCount)
    {
        GoScheduler scheduler = CreateScheduler(processorCount);
        for (int round = 0; round < 2_000; round++)
        {
            Chan<int> chan = Chan.CreateBounded<int>(1);
            Assert.IsTrue(chan.Writer.TryWrite(1));
            Task<bool> taking = scheduler.Run(() => chan.Reader.TryRead(out _));
            bool taken = chan.Reader.TryRead(out _);
            Assert.AreNotEqual(taken, await taking.Within(), "One of the two takes it.");
        }
    }

    // First one channel has a value, then the other one gets one, then the first one is emptied: never is there none.
    [TestMethod, Timeout(LimitMs)]
    [DataRow(false)]
    [DataRow(true)]
    public async Task NonblockingSelect_ValueMovesBetweenChannels_FindsOne(bool closes)
    {
        GoScheduler scheduler = CreateScheduler(4);
        Chan<int> start = Chan.CreateUnbuffered<int>();
        Chan<bool> found = Chan.CreateBounded<bool>(1);
        Chan<int> one = Chan.CreateBounded<int>(1);
        Chan<int> other = Chan.CreateBounded<int>(1);
        const int RoundCount = 3_000;
        Task choosing = scheduler.Run(async () =>
        {
            await foreach (int _ in start.Reader.ReadAllAsync())
            {
                var select = new Select();
                select.Read(one);
                select.Read(other);
                await found.Writer.WriteAsync(select.TryChoose(out SelectCase? _));
            }
        });
        for (int round = 0; round < RoundCount; round++)
        {
            one = Chan.CreateBounded<int>(1);
            other = Chan.CreateBounded<int>(1);
            Assert.IsTrue(one.Writer.TryWrite(1));
            await start.Writer.WriteAsync(round);
            Assert.IsTrue(closes ? other.Writer.TryComplete() : other.Writer.TryWrite(1));
            one.Reader.TryRead(out int _);
            Assert.IsTrue(await found.Reader.ReadAsync().AsTask().Within(), $"Round {round}.");
        }

        start.Writer.Complete();
        await choosing.Within();
    }

    // Two goroutines, each of which offers and takes on the same channel: neither meets itself, and none is stuck.
    [TestMethod, Timeout(LimitMs)]
    [ProcessorCounts]
    public async Task SelfSelect_TwoGoroutines_MeetOnlyEachOther(int processorCount)
    {
        GoScheduler scheduler = CreateScheduler(processorCount);
        foreach (int capacity in (int[])[0, 10])
        {
            Chan<int> chan = Create(capacity);
            async Task PlayAsync(int number)
            {
                var select = new Select();
                WriteCase<int> write = select.Write(chan, number);
                ReadCase<int> read = select.Read(chan);
                for (int round = 0; round < 1_000; round++)
                {
                    // In turns with one case alone, so that somebody always comes to meet.
                    write.IsEnabled = round % 3 != 1;
                    read.IsEnabled = round % 3 != 2 || !write.IsEnabled;
                    SelectCase chosen = await select.WaitAsync();
                    if (chosen == read && capacity == 0)
                    {
                        Assert.AreNotEqual(number, read.Value, "A goroutine has met itself.");
                    }
                }
            }

            Task[] playing = [scheduler.Run(() => PlayAsync(1)), scheduler.Run(() => PlayAsync(2))];
            Task all = Task.WhenAll(playing);

            // Who is left alone at the end is met from outside.
            while (!all.IsCompleted)
            {
                chan.Writer.TryWrite(3);
                chan.Reader.TryRead(out _);
                await Task.Yield();
            }

            await all.Within();
        }
    }

    // Four channels of several capacities; senders and receivers, alone and by select, move the same numbers over all of them.
    [TestMethod, Timeout(LimitMs)]
    [ProcessorCounts]
    public async Task SelectStress_AllWays_MoveEverything(int processorCount)
    {
        const int CountOfEach = 4_000;
        GoScheduler scheduler = CreateScheduler(processorCount);
        Chan<int>[] chans = [Create(0), Create(0), Create(2), Create(3)];
        Task[] running =
        [
            .. chans.Select(chan => scheduler.Run(async () =>
            {
                for (int i = 0; i < CountOfEach; i++)
                {
                    await chan.Writer.WriteAsync(0);
                }
            })),
            .. chans.Select(chan => scheduler.Run(async () =>
            {
                for (int i = 0; i < CountOfEach; i++)
                {
                    await chan.Reader.ReadAsync();
                }
            })),
            scheduler.Run(() => MoveAsync(select => [.. chans.Select(chan => select.Write(chan, 0))])),
            scheduler.Run(() => MoveAsync(select => [.. chans.Select(chan => select.Read(chan))])),
        ];
        await Task.WhenAll(running).Within();
        foreach (Chan<int> chan in chans)
        {
            Assert.IsFalse(chan.Reader.TryRead(out _));
            Assert.IsFalse(chan.Reader.ReadAsync().IsCompleted);
        }

        // Each case as often as the others, then it is disabled.
        static async Task MoveAsync(Func<Select, SelectCase[]> addCases)
        {
            var select = new Select();
            SelectCase[] cases = addCases(select);
            int[] left = [.. cases.Select(_ => CountOfEach)];
            for (int i = 0; i < CountOfEach * cases.Length; i++)
            {
                int chosen = Array.IndexOf(cases, await select.WaitAsync());
                cases[chosen].IsEnabled = --left[chosen] > 0;
            }
        }
    }

    // Two channels that are always ready: in 10,000 trials each is chosen within ten standard deviations of half.
    [TestMethod, Timeout(LimitMs)]
    [DataRow(true)]
    [DataRow(false)]
    public async Task SelectFairness_TwoReady_AreChosenAlike(bool areWaiting)
    {
        const int TrialCount = 10_000;
        GoScheduler scheduler = CreateScheduler(4);
        Chan<int> one = Create(areWaiting ? 0 : TrialCount + 1);
        Chan<int> other = Create(areWaiting ? 0 : TrialCount + 1);
        Chan<int> never = Create(0);
        using var done = new CancellationTokenSource();
        Task[] writers = [.. new[] { one, other }.Select(chan => scheduler.Run(async () =>
        {
            try
            {
                for (int i = 0; i <= TrialCount; i++)
                {
                    await chan.Writer.WriteAsync(i, done.Token);
                }
            }
            catch (OperationCanceledException) when (done.IsCancellationRequested)
            {
                return;
            }
        }))];
        if (!areWaiting)
        {
            await Task.WhenAll(writers).Within();
        }

        int ones = await scheduler.Run(async () =>
        {
            var select = new Select();
            select.Read(never);
            ReadCase<int> first = select.Read(one);
            select.Read(other);
            int count = 0;
            for (int trial = 0; trial < TrialCount; trial++)
            {
                // Both wait again before the next look.
                while (areWaiting && (!one.Reader.TryPeek(out _) || !other.Reader.TryPeek(out _)))
                {
                    await Go.Yield();
                }

                count += await select.WaitAsync() == first ? 1 : 0;
            }

            return count;
        }).Within();
        await done.CancelAsync();
        await Task.WhenAll(writers).Within();
        double deviations = Math.Abs(ones - (TrialCount / 2.0)) / Math.Sqrt(TrialCount * 0.25);
        TestContext.WriteLine($"{ones} of {TrialCount}: {deviations:0.0} standard deviations.");
        Assert.IsLessThan(10, deviations);
    }

    // A select that writes 0 or 1 makes a stream in which each is at least a tenth.
    [TestMethod, Timeout(LimitMs)]
    [DataRow(0)]
    [DataRow(1)]
    [DataRow(10)]
    public async Task PseudoRandomSend_BothSidesOfOneChannel_AreMixed(int capacity)
    {
        const int Count = 1_000;
        GoScheduler scheduler = CreateScheduler(2);
        Chan<int> chan = Create(capacity);
        Task writing = scheduler.Run(async () =>
        {
            var select = new Select();
            select.Write(chan, 0);
            select.Write(chan, 1);
            for (int i = 0; i < Count; i++)
            {
                await select.WaitAsync();
            }
        });
        int sum = 0;
        for (int i = 0; i < Count; i++)
        {
            sum += await chan.Reader.ReadAsync().AsTask().Within();
        }

        await writing.Within();
        Assert.IsInRange(Count / 10, Count * 9 / 10, sum);
    }

    // 23 workers pass 271,828 numbers on: the sum is what went in.
    [TestMethod, Timeout(LimitMs)]
    [ProcessorCounts]
    public async Task MultiConsumer_ManyWorkers_LoseNothing(int processorCount)
    {
        const int WorkerCount = 23;
        const int ValueCount = 271_828 / 4;
        int[] primes = [2, 3, 7, 11, 13, 17, 19, 23, 27, 31];
        GoScheduler scheduler = CreateScheduler(processorCount);
        Chan<int> work = Create(WorkerCount * 3);
        Chan<int> results = Create(WorkerCount * 3);
        Task[] workers = [.. Enumerable.Range(0, WorkerCount).Select(worker => scheduler.Run(async () =>
        {
            await foreach (int value in work.Reader.ReadAllAsync())
            {
                if (primes[worker % primes.Length] == value)
                {
                    await Go.Yield();
                }

                await results.Writer.WriteAsync(value);
            }
        }))];
        Task<long> writing = scheduler.Run(async () =>
        {
            long expected = 0;
            for (int i = 0; i < ValueCount; i++)
            {
                int value = primes[i % primes.Length];
                expected += value;
                await work.Writer.WriteAsync(value);
            }

            work.Writer.Complete();
            await Task.WhenAll(workers);
            results.Writer.Complete();
            return expected;
        });
        (long sum, int count) = await scheduler.Run(async () =>
        {
            long sum = 0;
            int count = 0;
            await foreach (int value in results.Reader.ReadAllAsync())
            {
                sum += value;
                count++;
            }

            return (sum, count);
        }).Within();
        Assert.AreEqual(await writing.Within(), sum);
        Assert.AreEqual(ValueCount, count);
    }

    // One channel in two cases of one select counts as two.
    [TestMethod, Timeout(LimitMs)]
    public async Task SelectDuplicateChannel_OneValue_IsReadOnce()
    {
        GoScheduler scheduler = CreateScheduler(2);
        Chan<int> chan = Create(0);
        Chan<int> end = Create(0);
        Task reading = scheduler.Run(async () =>
        {
            var select = new Select();
            select.Read(chan);
            select.Read(chan);
            select.Read(end);
            await select.WaitAsync();
        });
        Task other = scheduler.Run(async () => await chan.Reader.ReadAsync());
        await chan.Writer.WriteAsync(1).AsTask().Within();
        await chan.Writer.WriteAsync(2).AsTask().Within();
        await Task.WhenAll(reading, other).Within();
        Assert.IsFalse(chan.Writer.TryWrite(3), "Nothing of the select is left in the queue.");
    }

    // A hundred goroutines that all send after another has gone: what was written before is seen by who read it.
    [TestMethod, Timeout(LimitMs)]
    [ProcessorCounts]
    public async Task SendBarrier_PlainWriteBefore_IsSeenByTheReader(int processorCount)
    {
        GoScheduler scheduler = CreateScheduler(processorCount);
        await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => scheduler.Run(async () =>
        {
            Chan<int[]> chan = Create<int[]>(0);
            Task writing = scheduler.Run(async () =>
            {
                for (int i = 0; i < 100; i++)
                {
                    int[] filled = new int[4];
                    Array.Fill(filled, i);
                    await chan.Writer.WriteAsync(filled);
                }
            });
            for (int i = 0; i < 100; i++)
            {
                int[] read = await chan.Reader.ReadAsync();
                Assert.AreEqual(i * 4, read.Sum());
            }

            await writing;
        }))).Within();
    }

    private static Chan<int> Create(int capacity) => Create<int>(capacity);

    private static Chan<T> Create<T>(int capacity) => capacity == 0 ? Chan.CreateUnbuffered<T>() : Chan.CreateBounded<T>(capacity);
}
