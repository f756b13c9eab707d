using System;
using System.IO;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;

// Overloads with optional parameters, as the BCL has them on these names.
#pragma warning disable RS0026, RS0027

namespace Goroutines.Net;

/// <summary>A stream over a connected <see cref="GoSocket"/>, as <see cref="NetworkStream"/> is one over a <see cref="Socket"/>.</summary>
/// <remarks>
/// <para>
/// Errors of the connection come as <see cref="IOException"/> around the <see cref="SocketException"/>. A read into an empty buffer
/// waits until there is something to read. A read or write that was canceled leaves the stream usable, though a part may have been
/// written. Reads and writes that block let others have the processor meanwhile.
/// </para>
/// <para>
/// Threading: one reader and one writer at a time; more of them take turns. Allocation: none for ReadAsync and WriteAsync with
/// Memory, in the steady state.
/// </para>
/// </remarks>
public sealed class GoNetworkStream : Stream
{
    private readonly bool _ownsSocket;
    private int _readTimeoutMs = Timeout.Infinite;
    private int _writeTimeoutMs = Timeout.Infinite;

    // Interlocked.
    private int _isDisposed;

    /// <summary>Creates a stream over a connection.</summary>
    /// <param name="socket">The connection.</param>
    /// <param name="ownsSocket">Whether the socket is disposed with the stream.</param>
    /// <exception cref="ArgumentNullException"><paramref name="socket"/> is null.</exception>
    /// <exception cref="ArgumentException"><paramref name="socket"/> is for datagrams.</exception>
    public GoNetworkStream(GoSocket socket, bool ownsSocket)
    {
        ArgumentNullException.ThrowIfNull(socket);
        if (socket.SocketType != SocketType.Stream)
        {
            throw new ArgumentException("A stream needs a socket of type Stream.", nameof(socket));
        }

        Socket = socket;
        _ownsSocket = ownsSocket;
    }

    /// <summary>Gets the socket.</summary>
    public GoSocket Socket { get; }

    /// <summary>Gets whether the stream was not disposed.</summary>
    public override bool CanRead => !IsDisposed;

    /// <summary>Gets whether the stream was not disposed.</summary>
    public override bool CanWrite => !IsDisposed;

    /// <summary>Gets false.</summary>
    public override bool CanSeek => false;

    /// <summary>Gets true.</summary>
    public override bool CanTimeout => true;

    /// <summary>Not supported.</summary>
    /// <exception cref="NotSupportedException">Always.</exception>
    public override long Length => throw NoSeeking();

    /// <summary>Not supported.</summary>
    /// <exception cref="NotSupportedException">Always.</exception>
    public override long Position
    {
        get => throw NoSeeking();
        set => throw NoSeeking();
    }

    /// <summary>Gets or sets how long a read that blocks may take; ReadAsync is not concerned.</summary>
    /// <value>Milliseconds, more than 0; -1, the default, for no limit. Then the read throws an IOException (TimedOut).</value>
    /// <exception cref="ArgumentOutOfRangeException">The value is 0, or less than -1.</exception>
    public override int ReadTimeout
    {
        get => _readTimeoutMs;
        set => _readTimeoutMs = Checked(value);
    }

    /// <summary>Gets or sets how long a write that blocks may take; WriteAsync is not concerned.</summary>
    /// <value>As with <see cref="ReadTimeout"/>. A part may have been written by then.</value>
    /// <exception cref="ArgumentOutOfRangeException">The value is 0, or less than -1.</exception>
    public override int WriteTimeout
    {
        get => _writeTimeoutMs;
        set => _writeTimeoutMs = Checked(value);
    }

    private bool IsDisposed => Volatile.Read(ref _isDisposed) != 0;

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer)
    {
        ThrowIfDisposed();
        try
        {
            return Socket.Core.Receive(buffer, SocketFlags.None, _readTimeoutMs);
        }
        catch (SocketException e)
        {
            throw SocketFailure.ForStream(e, isReading: true);
        }
    }

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count)
    {
        ValidateBufferArguments(buffer, offset, count);
        return Read(buffer.AsSpan(offset, count));
    }

    /// <inheritdoc/>
    public override int ReadByte()
    {
        Span<byte> one = stackalloc byte[1];
        return Read(one) == 0 ? -1 : one[0];
    }

    /// <inheritdoc/>
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        ThrowIfDisposed();
        return Socket.Core.ReceiveAsync(buffer, SocketFlags.None, isForStream: true, cancellationToken);
    }

    /// <inheritdoc/>
    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
    {
        ValidateBufferArguments(buffer, offset, count);
        return ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();
    }

    /// <inheritdoc/>
    public override IAsyncResult BeginRead(byte[] buffer, int offset, int count, AsyncCallback? callback, object? state) =>
        TaskToAsyncResult.Begin(ReadAsync(buffer, offset, count, CancellationToken.None), callback, state);

    /// <inheritdoc/>
    public override int EndRead(IAsyncResult asyncResult) => TaskToAsyncResult.End<int>(asyncResult);

    /// <inheritdoc/>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        ThrowIfDisposed();
        try
        {
            Socket.Core.Send(buffer, SocketFlags.None, _writeTimeoutMs);
        }
        catch (SocketException e)
        {
            throw SocketFailure.ForStream(e, isReading: false);
        }
    }

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count)
    {
        ValidateBufferArguments(buffer, offset, count);
        Write(buffer.AsSpan(offset, count));
    }

    /// <inheritdoc/>
    public override void WriteByte(byte value) => Write([value]);

    /// <inheritdoc/>
    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        ThrowIfDisposed();
        return Socket.Core.WriteAsync(buffer, cancellationToken);
    }

    /// <inheritdoc/>
    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
    {
        ValidateBufferArguments(buffer, offset, count);
        return WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();
    }

    /// <inheritdoc/>
    public override IAsyncResult BeginWrite(byte[] buffer, int offset, int count, AsyncCallback? callback, object? state) =>
        TaskToAsyncResult.Begin(WriteAsync(buffer, offset, count, CancellationToken.None), callback, state);

    /// <inheritdoc/>
    public override void EndWrite(IAsyncResult asyncResult) => TaskToAsyncResult.End(asyncResult);

    /// <summary>Does nothing: what is written is sent at once.</summary>
    public override void Flush()
    {
    }

    /// <summary>Does nothing: what is written is sent at once.</summary>
    /// <param name="cancellationToken">Not looked at.</param>
    /// <returns>A completed task.</returns>
    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Not supported.</summary>
    /// <param name="offset">Not used.</param>
    /// <param name="origin">Not used.</param>
    /// <exception cref="NotSupportedException">Always.</exception>
    public override long Seek(long offset, SeekOrigin origin) => throw NoSeeking();

    /// <summary>Not supported.</summary>
    /// <param name="value">Not used.</param>
    /// <exception cref="NotSupportedException">Always.</exception>
    public override void SetLength(long value) => throw NoSeeking();

    /// <summary>Ends the stream, and the connection if the stream owns it. What waits in it ends with an IOException.</summary>
    /// <param name="disposing">False for a finalizer, which there is none of here.</param>
    protected override void Dispose(bool disposing)
    {
        if (disposing && Interlocked.Exchange(ref _isDisposed, 1) == 0 && _ownsSocket)
        {
            Socket.Dispose();
        }

        base.Dispose(disposing);
    }

    private static int Checked(int timeoutMs) => timeoutMs is > 0 or Timeout.Infinite
        ? timeoutMs
        : throw new ArgumentOutOfRangeException(
            nameof(timeoutMs), timeoutMs, "The value must be more than 0 milliseconds, or Timeout.Infinite.");

    private static NotSupportedException NoSeeking() => new("A network stream has no position.");

    private void ThrowIfDisposed() => ObjectDisposedException.ThrowIf(IsDisposed, this);
}
