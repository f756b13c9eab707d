#pragma warning disable CA2012 // What a ValueTask is before it is awaited is what is tested here.
using System;
using System.Threading;
using System.Threading.Channels;
using System.Threading.Tasks;
using Goroutines.Tests.TestSupport;
using Goroutines.Tests.Verbs;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Goroutines.Tests.Channels;

// Cancellation and completion.
public abstract partial class ChannelContract
{
    [TestMethod, Timeout(LimitMs)]
    public async Task ReadAsync_TokenCanceled_ThrowsAndTheNextReaderIsServed()
    {
        Channel<int> channel = Create<int>();
        using var source = new CancellationTokenSource();
        Task<int> canceled = channel.Reader.ReadAsync(source.Token).AsTask();
        Task<int> other = channel.Reader.ReadAsync().AsTask();
        await source.CancelAsync();
        OperationCanceledException thrown = await Assert.ThrowsAsync<OperationCanceledException>(() => canceled.Within());
        Assert.AreEqual(source.Token, thrown.CancellationToken);
        Assert.IsTrue(channel.Writer.TryWrite(1));
        Assert.AreEqual(1, await other.Within());
    }

    [TestMethod, Timeout(LimitMs)]
    public async Task WriteAsync_TokenCanceled_ThrowsAndTheValueIsNotWritten()
    {
        Channel<int> channel = Create<int>();
        Fill(channel);
        using var source = new CancellationTokenSource();
        Task canceled = channel.Writer.WriteAsync(-1, source.Token).AsTask();
        Task other = channel.Writer.WriteAsync(Capacity).AsTask();
        await source.CancelAsync();
        OperationCanceledException thrown = await Assert.ThrowsAsync<OperationCanceledException>(() => canceled.Within());
        Assert.AreEqual(source.Token, thrown.CancellationToken);
        for (int expected = 0; expected <= Capacity; expected++)
        {
            Assert.AreEqual(expected, await channel.Reader.ReadAsync().AsTask().Within());
        }

        await other.Within();
        Assert.IsFalse(channel.Reader.TryRead(out _));
    }

    [TestMethod, Timeout(LimitMs)]
    public async Task Wait_TokenCanceled_Throws()
    {
        Channel<int> channel = Create<int>();
        using var source = new CancellationTokenSource();
        Task toRead = channel.Reader.WaitToReadAsync(source.Token).AsTask();
        Fill(channel);
        await (Capacity > 0 ? toRead : Task.CompletedTask).Within();
        Task toWrite = channel.Writer.WaitToWriteAsync(source.Token).AsTask();
        await source.CancelAsync();
        await Assert.ThrowsAsync<OperationCanceledException>(() => toWrite.Within());
        if (Capacity == 0)
        {
            await Assert.ThrowsAsync<OperationCanceledException>(() => toRead.Within());
        }
    }

    [TestMethod, Timeout(LimitMs)]
    public async Task AnyDoor_TokenCanceledBefore_IsCanceledAndMovesNothing()
    {
        Channel<int> channel = Create<int>();
        using var source = new CancellationTokenSource();
        await source.CancelAsync();
        Task write = channel.Writer.WriteAsync(1).AsTask();
        Assert.IsTrue(channel.Reader.ReadAsync(source.Token).IsCanceled);
        Assert.IsTrue(channel.Reader.WaitToReadAsync(source.Token).IsCanceled);
        Assert.IsTrue(channel.Writer.WaitToWriteAsync(source.Token).IsCanceled);
        Assert.IsTrue(channel.Writer.WriteAsync(2, source.Token).IsCanceled);
        Assert.AreEqual(1, await channel.Reader.ReadAsync().AsTask().Within());
        Assert.IsFalse(channel.Reader.TryRead(out _));
        await write.Within();
    }

    [TestMethod, Timeout(LimitMs)]
    public async Task ReadAllAsync_TokenCanceled_Throws()
    {
        Channel<int> channel = Create<int>();
        using var source = new CancellationTokenSource();
        async Task<int> ReadAsync()
        {
            int count = 0;
            await foreach (int _ in channel.Reader.ReadAllAsync(source.Token))
            {
                count++;
                await source.CancelAsync();
            }

            return count;
        }

        Task<int> reading = ReadAsync();
        await channel.Writer.WriteAsync(1).AsTask().Within();
        await Assert.ThrowsAsync<OperationCanceledException>(() => reading.Within());
    }

    [TestMethod, Timeout(LimitMs)]
    public async Task ReadAllAsync_TwoTokensAndEither_Throws()
    {
        Channel<int> channel = Create<int>();
        using var source = new CancellationTokenSource();
        using var other = new CancellationTokenSource();
        await using var values = channel.Reader.ReadAllAsync(other.Token).GetAsyncEnumerator(source.Token);
        Task<bool> next = values.MoveNextAsync().AsTask();
        Assert.IsFalse(next.IsCompleted);
        await source.CancelAsync();
        await Assert.ThrowsAsync<OperationCanceledException>(() => next.Within());
    }

    [TestMethod, Timeout(LimitMs)]
    public async Task TryComplete_WaitersThere_AreToldThatItIsClosed()
    {
        Channel<int> channel = Create<int>();
        Task<int> read = channel.Reader.ReadAsync().AsTask();
        Task<bool> toRead = channel.Reader.WaitToReadAsync().AsTask();
        Assert.IsTrue(channel.Writer.TryComplete());
        Assert.IsFalse(channel.Writer.TryComplete());
        await Assert.ThrowsExactlyAsync<ChannelClosedException>(() => read.Within());
        Assert.IsFalse(await toRead.Within());
        await channel.Reader.Completion.Within();
        Assert.IsFalse(await channel.Reader.WaitToReadAsync());
        Assert.IsFalse(await channel.Writer.WaitToWriteAsync());
        Assert.IsFalse(channel.Writer.TryWrite(1));
        await Assert.ThrowsExactlyAsync<ChannelClosedException>(() => channel.Writer.WriteAsync(1).AsTask());
        await Assert.ThrowsExactlyAsync<ChannelClosedException>(() => channel.Reader.ReadAsync().AsTask());
    }

    [TestMethod, Timeout(LimitMs)]
    public async Task TryComplete_WritersWait_FailAndTheirValuesAreNotWritten()
    {
        Channel<int> channel = Create<int>();
        Fill(channel);
        Task write = channel.Writer.WriteAsync(-1).AsTask();
        Task<bool> toWrite = channel.Writer.WaitToWriteAsync().AsTask();
        Assert.IsTrue(channel.Writer.TryComplete());
        await Assert.ThrowsExactlyAsync<ChannelClosedException>(() => write.Within());
        Assert.IsFalse(await toWrite.Within());
        for (int expected = 0; expected < Capacity; expected++)
        {
            Assert.IsFalse(channel.Reader.Completion.IsCompleted, "What is left can be read.");
            Assert.IsTrue(await channel.Reader.WaitToReadAsync());
            Assert.AreEqual(expected, await channel.Reader.ReadAsync());
        }

        await channel.Reader.Completion.Within();
        Assert.IsFalse(channel.Reader.TryRead(out _));
    }

    [TestMethod, Timeout(LimitMs)]
    public async Task TryComplete_WithError_ReachesEverybody()
    {
        Channel<int> channel = Create<int>();
        var error = new MarkedException();
        Task<int> read = channel.Reader.ReadAsync().AsTask();
        Task<bool> toRead = channel.Reader.WaitToReadAsync().AsTask();
        Task<bool> next = channel.Reader.ReadAllAsync().GetAsyncEnumerator().MoveNextAsync().AsTask();
        Assert.IsTrue(channel.Writer.TryComplete(error));
        Assert.AreSame(error, (await Assert.ThrowsExactlyAsync<ChannelClosedException>(() => read.Within())).InnerException);
        Assert.AreSame(error, await Assert.ThrowsExactlyAsync<MarkedException>(() => toRead.Within()));
        Assert.AreSame(error, await Assert.ThrowsExactlyAsync<MarkedException>(() => next.Within()));
        Assert.AreSame(error, await Assert.ThrowsExactlyAsync<MarkedException>(() => channel.Reader.Completion.Within()));
        Assert.AreSame(error, await Assert.ThrowsExactlyAsync<MarkedException>(() => channel.Reader.WaitToReadAsync().AsTask()));
        Assert.AreSame(error, await Assert.ThrowsExactlyAsync<MarkedException>(() => channel.Writer.WaitToWriteAsync().AsTask()));
        ChannelClosedException late = await Assert.ThrowsExactlyAsync<ChannelClosedException>(
            () => channel.Writer.WriteAsync(1).AsTask());
        Assert.AreSame(error, late.InnerException);
    }

    [TestMethod, Timeout(LimitMs)]
    public async Task TryComplete_WithCancellation_CancelsTheCompletion()
    {
        Channel<int> channel = Create<int>();
        using var source = new CancellationTokenSource();
        await source.CancelAsync();
        Task completion = channel.Reader.Completion;
        Assert.IsTrue(channel.Writer.TryComplete(new OperationCanceledException(source.Token)));
        await Assert.ThrowsAsync<OperationCanceledException>(() => completion.Within());
        Assert.IsTrue(completion.IsCanceled);
        await Assert.ThrowsAsync<OperationCanceledException>(() => channel.Reader.ReadAsync().AsTask());
    }

    [TestMethod, Timeout(LimitMs)]
    public async Task Cancel_RacesWithTheWrite_TheValueIsReadOnce()
    {
        Channel<int> channel = Create<int>();
        int canceled = 0;
        for (int round = 0; round < 2_000; round++)
        {
            using var source = new CancellationTokenSource();
            Task<int> read = channel.Reader.ReadAsync(source.Token).AsTask();
            Task cancel = Task.Run(source.Cancel);
            Task write = channel.Writer.WriteAsync(round).AsTask();
            try
            {
                Assert.AreEqual(round, await read.Within());
            }
            catch (OperationCanceledException)
            {
                canceled++;
                Assert.AreEqual(round, await channel.Reader.ReadAsync().AsTask().Within());
            }

            await Task.WhenAll(write, cancel).Within();
        }

        TestContext.WriteLine($"{canceled} of 2,000 were canceled.");
    }
}
