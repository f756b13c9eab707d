#pragma warning disable CA2012 // What a ValueTask is before it is awaited is what is tested here.
using System;
using System.Diagnostics;
using System.Threading;
using System.Threading.Channels;
using System.Threading.Tasks;
using Goroutines.Channels;
using Goroutines.Tests.TestSupport;
using Goroutines.Tests.Verbs;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Goroutines.Tests.Channels;

/// <summary>What a select does, case by case: one is done, the others leave nothing behind.</summary>
[TestClass]
public sealed class SelectTests : SchedulerTest
{
    [TestMethod, Timeout(LimitMs)]
    public async Task WaitAsync_ValueThere_ReadsIt()
    {
        Chan<int> one = Chan.CreateBounded<int>(1);
        Chan<string> other = Chan.CreateUnbuffered<string>();
        var select = new Select();
        ReadCase<int> number = select.Read(one);
        ReadCase<string> text = select.Read(other.Reader);
        Assert.IsTrue(one.Writer.TryWrite(5));
        ValueTask<SelectCase> wait = select.WaitAsync();
        Assert.IsTrue(wait.IsCompletedSuccessfully);
        Assert.AreSame(number, await wait);
        Assert.AreEqual(5, number.Value);
        Assert.IsFalse(one.Reader.TryRead(out _));
        Assert.IsFalse(other.Writer.TryWrite("nobody reads"));
        Assert.IsFalse(text.TryGetValue(out _));
    }

    [TestMethod, Timeout(LimitMs)]
    public async Task WaitAsync_WriteComesLater_ReadsItAndLeavesTheOther()
    {
        Chan<int> one = Chan.CreateUnbuffered<int>();
        Chan<int> other = Chan.CreateUnbuffered<int>();
        var select = new Select();
        ReadCase<int> first = select.Read(one);
        ReadCase<int> second = select.Read(other);
        for (int round = 0; round < 100; round++)
        {
            bool isFirst = round % 3 == 0;
            Task<SelectCase> wait = select.WaitAsync().AsTask();
            Assert.IsFalse(wait.IsCompleted);
            Assert.IsTrue((isFirst ? one : other).Writer.TryWrite(round));
            Assert.IsFalse((isFirst ? other : one).Writer.TryWrite(-1), "The select has read already.");
            Assert.AreSame(isFirst ? first : second, await wait.Within());
            Assert.AreEqual(round, (isFirst ? first : second).Value);
        }
    }

    [TestMethod, Timeout(LimitMs)]
    public async Task WaitAsync_ReaderThere_WritesToIt()
    {
        Chan<int> one = Chan.CreateUnbuffered<int>();
        Chan<int> other = Chan.CreateUnbuffered<int>();
        var select = new Select();
        WriteCase<int> first = select.Write(one, 1);
        WriteCase<int> second = select.Write(other.Writer, 2);
        Task<int> read = other.Reader.ReadAsync().AsTask();
        Assert.AreSame(second, await select.WaitAsync().AsTask().Within());
        Assert.AreEqual(2, await read.Within());

        first.Value = 10;
        Task<SelectCase> wait = select.WaitAsync().AsTask();
        Assert.IsFalse(wait.IsCompleted);
        Assert.IsTrue(one.Reader.TryPeek(out int peeked));
        Assert.AreEqual(10, peeked);
        Assert.AreEqual(10, await one.Reader.ReadAsync().AsTask().Within());
        Assert.AreSame(first, await wait.Within());
        Assert.IsFalse(one.Reader.TryRead(out _));
        Assert.IsFalse(other.Reader.TryRead(out _));
    }

    [TestMethod, Timeout(LimitMs)]
    public async Task WaitAsync_FullChannel_WritesWhenThereIsRoom()
    {
        Chan<int> chan = Chan.CreateBounded<int>(1);
        Assert.IsTrue(chan.Writer.TryWrite(1));
        var select = new Select();
        WriteCase<int> write = select.Write(chan, 2);
        Task<SelectCase> wait = select.WaitAsync().AsTask();
        Assert.IsFalse(wait.IsCompleted);
        Assert.IsTrue(chan.Reader.TryRead(out _));
        Assert.AreSame(write, await wait.Within());
        Assert.IsTrue(chan.Reader.TryRead(out int second));
        Assert.AreEqual(2, second);
    }

    [TestMethod, Timeout(LimitMs)]
    public async Task TwoSelects_SameChannel_MeetOnce()
    {
        Chan<int> chan = Chan.CreateUnbuffered<int>();
        Chan<int> never = Chan.CreateUnbuffered<int>();
        var reading = new Select();
        ReadCase<int> read = reading.Read(chan);
        reading.Read(never);
        var writing = new Select();
        WriteCase<int> write = writing.Write(chan, 3);
        writing.Read(never);
        Task<SelectCase> reader = reading.WaitAsync().AsTask();
        Assert.AreSame(write, await writing.WaitAsync().AsTask().Within());
        Assert.AreSame(read, await reader.Within());
        Assert.AreEqual(3, read.Value);
        Assert.IsFalse(never.Writer.TryWrite(1), "Neither waits any more.");
    }

    [TestMethod, Timeout(LimitMs)]
    public async Task WaitAsync_BothSidesOfOneChannel_DoesNotMeetItself()
    {
        Chan<int> chan = Chan.CreateUnbuffered<int>();
        var select = new Select();
        ReadCase<int> read = select.Read(chan);
        WriteCase<int> write = select.Write(chan, 1);
        Task<SelectCase> wait = select.WaitAsync().AsTask();
        Assert.IsFalse(wait.IsCompleted);
        Assert.IsTrue(chan.Writer.TryWrite(7));
        Assert.AreSame(read, await wait.Within());
        Assert.AreEqual(7, read.Value);
        Assert.IsFalse(chan.Reader.TryRead(out _), "The writing case left nothing behind.");
        Assert.AreEqual(1, write.Value);
    }

    [TestMethod, Timeout(LimitMs)]
    public void TryChoose_NothingReady_IsFalseAndLeavesNothing()
    {
        Chan<int> chan = Chan.CreateUnbuffered<int>();
        Chan<int> other = Chan.CreateUnbuffered<int>();
        var select = new Select();
        select.Read(chan);
        select.Write(other, 1);
        Assert.IsFalse(select.TryChoose(out SelectCase? chosen));
        Assert.IsNull(chosen);
        Assert.IsFalse(chan.Writer.TryWrite(1));
        Assert.IsFalse(other.Reader.TryRead(out _));
    }

    [TestMethod, Timeout(LimitMs)]
    public void TryChoose_OneReady_DoesIt()
    {
        Chan<int> chan = Chan.CreateBounded<int>(1);
        var select = new Select();
        WriteCase<int> write = select.Write(chan, 1);
        Assert.IsTrue(select.TryChoose(out SelectCase? chosen));
        Assert.AreSame(write, chosen);
        Assert.AreEqual(1, chan.Reader.Count);
        Assert.IsFalse(select.TryChoose(out _));
    }

    [TestMethod, Timeout(LimitMs)]
    public async Task WaitAsync_DisabledCase_IsNotLookedAt()
    {
        Chan<int> chan = Chan.CreateBounded<int>(1);
        var select = new Select();
        ReadCase<int> read = select.Read(chan);
        read.IsEnabled = false;
        Assert.IsTrue(chan.Writer.TryWrite(1));
        Assert.IsFalse(select.TryChoose(out _));
        read.IsEnabled = true;
        Assert.AreSame(read, await select.WaitAsync());
    }

    [TestMethod, Timeout(LimitMs)]
    public async Task WaitAsync_ChannelCloses_ReadIsChosenWithoutValue()
    {
        Chan<int> chan = Chan.CreateUnbuffered<int>();
        var select = new Select();
        ReadCase<int> read = select.Read(chan);
        Task<SelectCase> wait = select.WaitAsync().AsTask();
        chan.Writer.Complete();
        Assert.AreSame(read, await wait.Within());
        Assert.IsFalse(read.TryGetValue(out _));
        Assert.ThrowsExactly<ChannelClosedException>(() => _ = read.Value);
        Assert.AreSame(read, await select.WaitAsync(), "It stays closed.");
    }

    [TestMethod, Timeout(LimitMs)]
    public async Task WaitAsync_ChannelFails_TheValueThrows()
    {
        Chan<int> chan = Chan.CreateUnbuffered<int>();
        var select = new Select();
        ReadCase<int> read = select.Read(chan);
        var error = new MarkedException();
        chan.Writer.Complete(error);
        Assert.AreSame(read, await select.WaitAsync());
        Assert.AreSame(error, Assert.ThrowsExactly<MarkedException>(() => read.TryGetValue(out _)));
    }

    [TestMethod, Timeout(LimitMs)]
    [DataRow(true)]
    [DataRow(false)]
    public async Task WaitAsync_ChannelOfAWriteCloses_Throws(bool isBefore)
    {
        Chan<int> chan = Chan.CreateUnbuffered<int>();
        var select = new Select();
        select.Write(chan, 1);
        if (isBefore)
        {
            chan.Writer.Complete();
        }

        Task<SelectCase> wait = select.WaitAsync().AsTask();
        chan.Writer.TryComplete();
        await Assert.ThrowsExactlyAsync<ChannelClosedException>(() => wait.Within());
        Assert.ThrowsExactly<ChannelClosedException>(() => select.TryChoose(out _));
    }

    [TestMethod, Timeout(LimitMs)]
    [DataRow(true)]
    [DataRow(false)]
    public async Task After_NothingComes_IsChosenAndNotEarly(bool isOnScheduler)
    {
        GoScheduler scheduler = CreateScheduler(2);
        Chan<int> chan = Chan.CreateUnbuffered<int>();
        var delay = TimeSpan.FromMilliseconds(3);
        async Task WaitAsync()
        {
            var select = new Select();
            select.Read(chan);
            DelayCase after = select.After(delay);
            for (int round = 0; round < 10; round++)
            {
                long start = Stopwatch.GetTimestamp();
                Assert.AreSame(after, await select.WaitAsync());
                Assert.IsGreaterThanOrEqualTo(isOnScheduler ? delay : delay / 2, Stopwatch.GetElapsedTime(start));
            }
        }

        await (isOnScheduler ? scheduler.Run(WaitAsync) : Task.Run(WaitAsync)).Within();
        Assert.IsFalse(chan.Writer.TryWrite(1));
    }

    [TestMethod, Timeout(LimitMs)]
    public async Task After_ValueComesFirst_IsDisarmed()
    {
        GoScheduler scheduler = CreateScheduler(2);
        Chan<int> chan = Chan.CreateUnbuffered<int>();
        await scheduler.Run(async () =>
        {
            var select = new Select();
            ReadCase<int> read = select.Read(chan);
            select.After(TimeSpan.FromHours(1));
            for (int round = 0; round < 100; round++)
            {
                Go.Post(async () => await chan.Writer.WriteAsync(1));
                Assert.AreSame(read, await select.WaitAsync());
            }
        }).Within();
        Assert.AreEqual(0, scheduler.GetSnapshot().TimerCount);
    }

    [TestMethod, Timeout(LimitMs)]
    [ProcessorCounts]
    public async Task After_RacesWithValues_EachWaitEndsOnce(int processorCount)
    {
        GoScheduler scheduler = CreateScheduler(processorCount);
        Chan<int> chan = Chan.CreateUnbuffered<int>();
        const int ValueCount = 2_000;
        int delayed = 0;
        Task writing = scheduler.Run(async () =>
        {
            for (int i = 0; i < ValueCount; i++)
            {
                await Go.Delay(TimeSpan.FromMicroseconds(20));
                await chan.Writer.WriteAsync(i);
            }

            chan.Writer.Complete();
        });
        Task reading = scheduler.Run(async () =>
        {
            var select = new Select();
            ReadCase<int> read = select.Read(chan);
            DelayCase after = select.After(TimeSpan.FromMicroseconds(20));
            int expected = 0;
            while (true)
            {
                if (await select.WaitAsync() == after)
                {
                    delayed++;
                }
                else if (read.TryGetValue(out int value))
                {
                    Assert.AreEqual(expected++, value);
                }
                else
                {
                    break;
                }
            }

            Assert.AreEqual(ValueCount, expected);
        });
        await Task.WhenAll(writing, reading).Within();
        TestContext.WriteLine($"{delayed} delays came first.");
        Assert.AreEqual(0, scheduler.GetSnapshot().TimerCount);
    }

    [TestMethod, Timeout(LimitMs)]
    public async Task Canceled_TokenIsCanceled_IsChosen()
    {
        Chan<int> chan = Chan.CreateUnbuffered<int>();
        using var source = new CancellationTokenSource();
        var select = new Select();
        select.Read(chan);
        SelectCase canceled = select.Canceled(source.Token);
        Task<SelectCase> wait = select.WaitAsync().AsTask();
        Assert.IsFalse(wait.IsCompleted);
        await source.CancelAsync();
        Assert.AreSame(canceled, await wait.Within());
        Assert.AreSame(canceled, await select.WaitAsync());
        Assert.IsFalse(chan.Writer.TryWrite(1));
    }

    [TestMethod, Timeout(LimitMs)]
    public async Task WaitAsync_TokenIsCanceled_ThrowsAndLeavesNothing()
    {
        Chan<int> chan = Chan.CreateBounded<int>(1);
        using var source = new CancellationTokenSource();
        var select = new Select();
        select.Read(chan);
        Task<SelectCase> wait = select.WaitAsync(source.Token).AsTask();
        await source.CancelAsync();
        OperationCanceledException thrown = await Assert.ThrowsAsync<OperationCanceledException>(() => wait.Within());
        Assert.AreEqual(source.Token, thrown.CancellationToken);
        Assert.IsTrue(chan.Writer.TryWrite(1));
        Assert.IsTrue(select.WaitAsync(source.Token).IsCanceled);
        Assert.AreEqual(1, chan.Reader.Count, "A canceled wait reads nothing.");
    }

    [TestMethod, Timeout(LimitMs)]
    public async Task Cases_ChangedWhileItWaits_Throws()
    {
        Chan<int> chan = Chan.CreateUnbuffered<int>();
        var select = new Select();
        ReadCase<int> read = select.Read(chan);
        Task<SelectCase> wait = select.WaitAsync().AsTask();
        Assert.ThrowsExactly<InvalidOperationException>(() => select.Read(chan));
        Assert.ThrowsExactly<InvalidOperationException>(() => read.IsEnabled = false);
        Assert.ThrowsExactly<InvalidOperationException>(() => select.TryChoose(out _));
        await Assert.ThrowsExactlyAsync<InvalidOperationException>(async () => await select.WaitAsync());
        Assert.IsTrue(chan.Writer.TryWrite(1));
        Assert.AreSame(read, await wait.Within());
    }

    [TestMethod, Timeout(LimitMs)]
    public void Cases_WrongArguments_Throw()
    {
        var select = new Select();
        var foreign = Channel.CreateBounded<int>(1);
        Assert.AreEqual("reader", Assert.ThrowsExactly<ArgumentException>(() => select.Read(foreign.Reader)).ParamName);
        Assert.AreEqual("writer", Assert.ThrowsExactly<ArgumentException>(() => select.Write(foreign.Writer, 1)).ParamName);
        Assert.AreEqual("chan", Assert.ThrowsExactly<ArgumentNullException>(() => select.Read((Chan<int>)null!)).ParamName);
        Assert.AreEqual(
            "delay", Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => select.After(TimeSpan.FromSeconds(-2))).ParamName);
        Assert.AreEqual("capacity", Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => Chan.CreateBounded<int>(0)).ParamName);
    }
}
