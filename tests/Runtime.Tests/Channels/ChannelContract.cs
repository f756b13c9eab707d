#pragma warning disable CA2012 // What a ValueTask is before it is awaited is what is tested here.
using System.Threading.Channels;
using System.Threading.Tasks;
using Goroutines.Tests.TestSupport;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Goroutines.Tests.Channels;

/// <summary>What every Channel does, whoever made it: for the BCL's bounded one and both kinds of Chan. Reading and writing.</summary>
public abstract partial class ChannelContract : SchedulerTest
{
    private protected const int Room = 3;

    /// <summary>Gets for how many values the channels have room.</summary>
    protected abstract int Capacity { get; }

    protected abstract Channel<T> Create<T>();

    [TestMethod, Timeout(LimitMs)]
    public async Task ReadAsync_WriteComesLater_GetsTheValue()
    {
        Channel<string> channel = Create<string>();
        ValueTask<string> read = channel.Reader.ReadAsync();
        Assert.IsFalse(read.IsCompleted);
        await channel.Writer.WriteAsync("value").AsTask().Within();
        Assert.AreEqual("value", await read.AsTask().Within());
    }

    [TestMethod, Timeout(LimitMs)]
    public async Task TryWrite_ReaderWaits_GivesItTheValue()
    {
        Channel<int> channel = Create<int>();
        ValueTask<int> read = channel.Reader.ReadAsync();
        Assert.IsTrue(channel.Writer.TryWrite(42));
        Assert.AreEqual(0, channel.Reader.Count, "The value went to the reader.");
        Assert.AreEqual(42, await read.AsTask().Within());
    }

    [TestMethod, Timeout(LimitMs)]
    public async Task ReadAsync_WriterWaits_TakesItsValue()
    {
        Channel<int> channel = Create<int>();
        Fill(channel);
        Task write = channel.Writer.WriteAsync(Capacity).AsTask();
        Assert.IsFalse(write.IsCompleted);
        for (int expected = 0; expected <= Capacity; expected++)
        {
            ValueTask<int> read = channel.Reader.ReadAsync();
            Assert.IsTrue(read.IsCompletedSuccessfully);
            Assert.AreEqual(expected, await read);
        }

        await write.Within();
    }

    [TestMethod, Timeout(LimitMs)]
    public async Task ReadAsync_SeveralReaders_AreServedInTheirOrder()
    {
        Channel<int> channel = Create<int>();
        var reads = new Task<int>[20];
        for (int i = 0; i < reads.Length; i++)
        {
            reads[i] = channel.Reader.ReadAsync().AsTask();
        }

        for (int i = 0; i < reads.Length; i++)
        {
            await channel.Writer.WriteAsync(i).AsTask().Within();
            Assert.AreEqual(i, await reads[i].Within());
        }
    }

    [TestMethod, Timeout(LimitMs)]
    public async Task WriteAsync_SeveralWriters_AreServedInTheirOrder()
    {
        Channel<int> channel = Create<int>();
        Fill(channel);
        var writes = new Task[20];
        for (int i = 0; i < writes.Length; i++)
        {
            writes[i] = channel.Writer.WriteAsync(Capacity + i).AsTask();
        }

        for (int i = 0; i < Capacity + writes.Length; i++)
        {
            Assert.AreEqual(i, await channel.Reader.ReadAsync().AsTask().Within());
        }

        await Task.WhenAll(writes).Within();
    }

    [TestMethod, Timeout(LimitMs)]
    public async Task WriteAsync_Full_IsDoneByOneRead()
    {
        Channel<int> channel = Create<int>();
        Fill(channel);
        Task first = channel.Writer.WriteAsync(1).AsTask();
        Task second = channel.Writer.WriteAsync(2).AsTask();
        Assert.IsTrue(channel.Reader.TryRead(out _));
        await first.Within();
        Assert.IsFalse(second.IsCompleted);
    }

    [TestMethod, Timeout(LimitMs)]
    public void TryWrite_Full_IsFalse()
    {
        Channel<int> channel = Create<int>();
        Fill(channel);
        Assert.IsFalse(channel.Writer.TryWrite(100));
        Assert.AreEqual(Capacity, channel.Reader.Count);
    }

    [TestMethod, Timeout(LimitMs)]
    public void TryRead_Empty_IsFalse()
    {
        Channel<string> channel = Create<string>();
        Assert.IsFalse(channel.Reader.TryRead(out string? item));
        Assert.IsNull(item);
        Assert.IsFalse(channel.Reader.TryPeek(out _));
    }

    [TestMethod, Timeout(LimitMs)]
    public async Task TryRead_ManyRounds_KeepsTheOrder()
    {
        // The ring wraps at every position.
        Channel<int> channel = Create<int>();
        int next = 0;
        for (int round = 0; round < 50; round++)
        {
            Task[] writes = [channel.Writer.WriteAsync(round * 2).AsTask(), channel.Writer.WriteAsync((round * 2) + 1).AsTask()];
            Assert.IsTrue(channel.Reader.TryRead(out int one));
            Assert.IsTrue(channel.Reader.TryRead(out int other));
            Assert.AreEqual(next++, one);
            Assert.AreEqual(next++, other);
            await Task.WhenAll(writes).Within();
        }
    }

    [TestMethod, Timeout(LimitMs)]
    public async Task TryPeek_ValueThere_ShowsItAndTakesNothing()
    {
        Channel<int> channel = Create<int>();
        Task write = channel.Writer.WriteAsync(7).AsTask();
        Assert.IsTrue(channel.Reader.CanPeek);
        Assert.IsTrue(channel.Reader.TryPeek(out int peeked));
        Assert.AreEqual(7, peeked);
        Assert.AreEqual(7, await channel.Reader.ReadAsync().AsTask().Within());
        await write.Within();
    }

    [TestMethod, Timeout(LimitMs)]
    public void Count_SomeWritten_IsHowManyAreInTheBuffer()
    {
        Channel<int> channel = Create<int>();
        Assert.IsTrue(channel.Reader.CanCount);
        for (int count = 0; count < Capacity; count++)
        {
            Assert.AreEqual(count, channel.Reader.Count);
            Assert.IsTrue(channel.Writer.TryWrite(count));
        }

        Assert.AreEqual(Capacity, channel.Reader.Count);
    }

    [TestMethod, Timeout(LimitMs)]
    public async Task WaitToReadAsync_WriteComesLater_IsTrueForAllWhoWait()
    {
        Channel<int> channel = Create<int>();
        Task<bool> one = channel.Reader.WaitToReadAsync().AsTask();
        Task<bool> other = channel.Reader.WaitToReadAsync().AsTask();
        Assert.IsFalse(one.IsCompleted);
        Task write = channel.Writer.WriteAsync(1).AsTask();
        Assert.IsTrue(await one.Within());
        Assert.IsTrue(await other.Within());
        Assert.IsTrue(channel.Reader.TryRead(out _));
        await write.Within();
    }

    [TestMethod, Timeout(LimitMs)]
    public async Task WaitToReadAsync_SomethingThere_IsTrueAtOnce()
    {
        Channel<int> channel = Create<int>();
        Task write = channel.Writer.WriteAsync(1).AsTask();
        ValueTask<bool> wait = channel.Reader.WaitToReadAsync();
        Assert.IsTrue(wait.IsCompletedSuccessfully);
        Assert.IsTrue(await wait);
        Assert.IsTrue(channel.Reader.TryRead(out _));
        await write.Within();
    }

    [TestMethod, Timeout(LimitMs)]
    public async Task WaitToWriteAsync_ReadComesLater_IsTrue()
    {
        Channel<int> channel = Create<int>();
        Fill(channel);
        Task<bool> wait = channel.Writer.WaitToWriteAsync().AsTask();
        Assert.IsFalse(wait.IsCompleted);
        ValueTask<int> read = channel.Reader.ReadAsync();
        Assert.IsTrue(await wait.Within());
        Assert.IsTrue(channel.Writer.TryWrite(100));
        await read.AsTask().Within();
    }

    [TestMethod, Timeout(LimitMs)]
    public async Task ReadAllAsync_WriterCompletes_YieldsAllAndEnds()
    {
        Channel<int> channel = Create<int>();
        Task writing = Task.Run(async () =>
        {
            for (int i = 0; i < 1_000; i++)
            {
                await channel.Writer.WriteAsync(i);
            }

            channel.Writer.Complete();
        });
        int expected = 0;
        await foreach (int value in channel.Reader.ReadAllAsync())
        {
            Assert.AreEqual(expected++, value);
        }

        Assert.AreEqual(1_000, expected);
        await writing.Within();
        await channel.Reader.Completion.Within();
    }

    private protected void Fill(Channel<int> channel)
    {
        for (int i = 0; i < Capacity; i++)
        {
            Assert.IsTrue(channel.Writer.TryWrite(i));
        }
    }
}
