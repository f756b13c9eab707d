using System;
using System.IO;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;
using Goroutines.Tests.TestSupport;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Goroutines.Tests.Net;

#pragma warning disable CA1835, CA2022 // The overloads, and what is there at a time, are what is tested.

/// <summary>What a stream over a connection has to get right, for the BCL's and for ours.</summary>
public abstract class StreamContract : NetTest
{
    private static readonly byte[] s_some = [1, 2, 3, 4, 5];

    [TestMethod, Timeout(LimitMs)]
    public async Task Properties_Open_AreThoseOfAConnection()
    {
        (Stream near, _) = await CreateAsync();
        Assert.IsTrue(near.CanRead && near.CanWrite && near.CanTimeout && !near.CanSeek);
        Assert.AreEqual(Timeout.Infinite, near.ReadTimeout);
        Assert.AreEqual(Timeout.Infinite, near.WriteTimeout);
        Assert.ThrowsExactly<NotSupportedException>(() => near.Length);
        Assert.ThrowsExactly<NotSupportedException>(() => near.Position);
        Assert.ThrowsExactly<NotSupportedException>(() => near.Position = 0);
        Assert.ThrowsExactly<NotSupportedException>(() => near.Seek(0, SeekOrigin.Begin));
        Assert.ThrowsExactly<NotSupportedException>(() => near.SetLength(0));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => near.ReadTimeout = 0);
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => near.WriteTimeout = -2);
        near.Flush();
        await near.FlushAsync();
    }

    [TestMethod, Timeout(LimitMs)]
    public async Task Overloads_EachWay_CarryTheSame()
    {
        (Stream near, Stream far) = await CreateAsync();
        await near.WriteAsync(s_some);
        await near.WriteAsync(s_some, 1, 3, CancellationToken.None);
        near.Write(s_some.AsSpan());
        near.Write(s_some, 2, 2);
        near.WriteByte(9);
        await Task.Factory.FromAsync(near.BeginWrite, near.EndWrite, s_some, 0, 5, null).Within();

        byte[] all = new byte[21];
        await far.ReadExactlyAsync(all.AsMemory(0, 5)).AsTask().Within();
        await far.ReadExactlyAsync(all, 5, 3).AsTask().Within();
        far.ReadExactly(all.AsSpan(8, 5));
        far.ReadExactly(all, 13, 2);
        all[15] = (byte)far.ReadByte();
        Assert.AreEqual(5, await Task<int>.Factory.FromAsync(far.BeginRead, far.EndRead, all, 16, 5, null).Within());
        CollectionAssert.AreEqual((byte[])[1, 2, 3, 4, 5, 2, 3, 4, 1, 2, 3, 4, 5, 3, 4, 9, 1, 2, 3, 4, 5], all);
    }

    [TestMethod, Timeout(LimitMs)]
    public async Task Arguments_Wrong_Throw()
    {
        (Stream near, _) = await CreateAsync();
        byte[] buffer = new byte[4];
        Assert.ThrowsExactly<ArgumentNullException>(() => near.Read(null!, 0, 0));
        Assert.ThrowsExactly<ArgumentNullException>(() => near.Write(null!, 0, 0));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => near.Read(buffer, -1, 1));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => near.Read(buffer, 2, 3));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => near.Write(buffer, 0, 5));
        await Assert.ThrowsExactlyAsync<ArgumentNullException>(() => near.ReadAsync(null!, 0, 0, CancellationToken.None));
        await Assert.ThrowsExactlyAsync<ArgumentOutOfRangeException>(() => near.ReadAsync(buffer, 5, 0, CancellationToken.None));
        await Assert.ThrowsExactlyAsync<ArgumentNullException>(() => near.WriteAsync(null!, 0, 0, CancellationToken.None));
        await Assert.ThrowsExactlyAsync<ArgumentOutOfRangeException>(() => near.WriteAsync(buffer, 0, -1, CancellationToken.None));
        await Assert.ThrowsExactlyAsync<ArgumentNullException>(() => near.CopyToAsync(null!));
    }

    [TestMethod, Timeout(LimitMs)]
    public async Task ReadAsync_EmptyBuffer_WaitsForSomething()
    {
        (Stream near, Stream far) = await CreateAsync();
        Task<int> waiting = far.ReadAsync(Memory<byte>.Empty).AsTask();
        Task<int> none = await Task.WhenAny(waiting, Task.Delay(30).ContinueWith(_ => -1, TaskScheduler.Default));
        Assert.AreNotSame(waiting, none);
        await near.WriteAsync(s_some);
        Assert.AreEqual(0, await waiting.Within());
        byte[] buffer = new byte[5];
        await far.ReadExactlyAsync(buffer).AsTask().Within();
        CollectionAssert.AreEqual(s_some, buffer);
    }

    [TestMethod, Timeout(LimitMs)]
    public async Task ReadAsync_Canceled_LeavesTheStreamUsable()
    {
        (Stream near, Stream far) = await CreateAsync();
        byte[] buffer = new byte[5];
        for (int round = 0; round < 20; round++)
        {
            using var cancellation = new CancellationTokenSource();
            Task<int> reading = far.ReadAsync(buffer, cancellation.Token).AsTask();
            await cancellation.CancelAsync();
            await Assert.ThrowsAsync<OperationCanceledException>(() => reading.Within());

            // Canceled beforehand: what is there stays there.
            await near.WriteAsync(s_some);
            await Assert.ThrowsAsync<OperationCanceledException>(() => far.ReadAsync(buffer, cancellation.Token).AsTask());
            await Assert.ThrowsAsync<OperationCanceledException>(() => far.WriteAsync(buffer, cancellation.Token).AsTask());
            await far.ReadExactlyAsync(buffer).AsTask().Within();
            CollectionAssert.AreEqual(s_some, buffer);
        }
    }

    [TestMethod, Timeout(LimitMs)]
    public async Task WriteAsync_NobodyReads_IsCanceled()
    {
        (Stream near, _) = await CreateAsync();
        using var cancellation = new CancellationTokenSource();
        Task writing = near.WriteAsync(new byte[32 << 20], cancellation.Token).AsTask();
        Assert.IsFalse(writing.IsCompleted);
        await cancellation.CancelAsync();
        await Assert.ThrowsAsync<OperationCanceledException>(() => writing.Within());
    }

    [TestMethod, Timeout(LimitMs)]
    public async Task Read_NothingInTime_TimesOut()
    {
        (Stream near, Stream far) = await CreateAsync();
        far.ReadTimeout = 20;
        AssertSocketError(SocketError.TimedOut, Assert.ThrowsExactly<IOException>(() => far.Read(new byte[1], 0, 1)));
        await near.WriteAsync(s_some);
        far.ReadTimeout = 30_000;
        Assert.AreEqual(1, far.ReadByte());
    }

    [TestMethod, Timeout(LimitMs)]
    public async Task Write_NoRoomInTime_TimesOut()
    {
        (Stream near, _) = await CreateAsync();
        near.WriteTimeout = 20;
        IOException failure = Assert.ThrowsExactly<IOException>(() => near.Write(new byte[32 << 20], 0, 32 << 20));
        AssertSocketError(SocketError.TimedOut, failure);
    }

    [TestMethod, Timeout(LimitMs)]
    public async Task Read_OtherSideEnds_ReturnsZero()
    {
        (Stream near, Stream far) = await CreateAsync();
        await near.WriteAsync(s_some);
        await near.DisposeAsync();
        await far.ReadExactlyAsync(new byte[5]).AsTask().Within();
        Assert.AreEqual(0, await far.ReadAsync(new byte[5]).AsTask().Within());
        Assert.AreEqual(0, far.Read(new byte[5], 0, 5));
        Assert.AreEqual(-1, far.ReadByte());
        Assert.AreEqual(0, await far.ReadAsync(Memory<byte>.Empty).AsTask().Within());
    }

    [TestMethod, Timeout(LimitMs)]
    public async Task Members_Disposed_Throw()
    {
        (Stream near, _) = await CreateAsync();
        await near.DisposeAsync();
        near.Dispose();
        Assert.IsFalse(near.CanRead || near.CanWrite || near.CanSeek);
        byte[] buffer = new byte[1];
        Assert.ThrowsExactly<ObjectDisposedException>(() => near.Read(buffer, 0, 1));
        Assert.ThrowsExactly<ObjectDisposedException>(() => near.Write(buffer, 0, 1));
        await Assert.ThrowsExactlyAsync<ObjectDisposedException>(async () => await near.ReadAsync(buffer));
        await Assert.ThrowsExactlyAsync<ObjectDisposedException>(async () => await near.WriteAsync(buffer));
    }

    [TestMethod, Timeout(LimitMs)]
    public async Task Dispose_ReadAndWriteInFlight_EndWithOperationAborted()
    {
        (Stream near, _) = await CreateAsync();
        Task reading = near.ReadAsync(new byte[1]).AsTask();
        Task writing = near.WriteAsync(new byte[32 << 20]).AsTask();
        await near.DisposeAsync();
        IOException read = await Assert.ThrowsExactlyAsync<IOException>(() => reading.Within());
        AssertSocketError(SocketError.OperationAborted, read);
        IOException written = await Assert.ThrowsExactlyAsync<IOException>(() => writing.Within());
        AssertSocketError(SocketError.OperationAborted, written);
    }

    [TestMethod, Timeout(LimitMs)]
    public async Task ReadAsync_ConnectionReset_Throws()
    {
        (Stream near, Stream far) = await CreateAsync();
        Task reading = far.ReadAsync(new byte[1]).AsTask();
        Reset(near);
        AssertSocketError(SocketError.ConnectionReset, await Assert.ThrowsExactlyAsync<IOException>(() => reading.Within()));

        // What is written now is refused, or was never to arrive.
        IOException refused = await Assert.ThrowsExactlyAsync<IOException>(() => far.WriteAsync(s_some).AsTask().Within());
        AssertSocketError(SocketError.Shutdown, refused);
    }

    [TestMethod, Timeout(LimitMs)]
    public async Task ReadAndWrite_BothWaysAtOnce_AllArrives()
    {
        (Stream near, Stream far) = await CreateAsync();
        byte[] sent = new byte[4 << 20];
        CreateRandom().NextBytes(sent);
        Task<byte[]> byNear = ReadAllAsync(near, sent.Length);
        Task<byte[]> byFar = ReadAllAsync(far, sent.Length);
        await Task.WhenAll(near.WriteAsync(sent).AsTask(), far.WriteAsync(sent).AsTask()).Within();
        byte[] atNear = await byNear.Within();
        byte[] atFar = await byFar.Within();
        Assert.IsTrue(sent.AsSpan().SequenceEqual(atNear));
        Assert.IsTrue(sent.AsSpan().SequenceEqual(atFar));
    }

    [TestMethod, Timeout(LimitMs)]
    public async Task CopyToAsync_ToTheEnd_CopiesAll()
    {
        (Stream near, Stream far) = await CreateAsync();
        using var copy = new MemoryStream();
        Task copying = far.CopyToAsync(copy);
        byte[] sent = new byte[300_000];
        CreateRandom().NextBytes(sent);
        await near.WriteAsync(sent);
        await near.DisposeAsync();
        await copying.Within();
        CollectionAssert.AreEqual(sent, copy.ToArray());
    }

    /// <summary>Returns two connected streams; the test's end disposes them.</summary>
    protected abstract Task<(Stream Near, Stream Far)> CreateAsync();

    /// <summary>Resets the connection from one side.</summary>
    protected abstract void Reset(Stream stream);

    private static async Task<byte[]> ReadAllAsync(Stream stream, int count)
    {
        byte[] all = new byte[count];
        await stream.ReadExactlyAsync(all);
        return all;
    }

    private static void AssertSocketError(SocketError expected, IOException failure)
    {
        Assert.IsInstanceOfType<SocketException>(failure.InnerException, failure.ToString());
        Assert.AreEqual(expected, ((SocketException)failure.InnerException).SocketErrorCode);
    }
}
