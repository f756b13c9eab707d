using System;
using System.Buffers;
using System.IO.Pipelines;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;
using Goroutines.Net;
using Microsoft.AspNetCore.Connections;

namespace Goroutines.AspNetCore;

// Two goroutines, one for each direction, between the socket and two pipes. The receiving one ends when the peer has sent its end, when
// the socket fails, or when the server has completed its reader; the sending one when the server has completed its writer and all is sent,
// or when the socket fails. The sending one closes the socket, which ends the receiving one too: a server that has written all it wanted
// is done with the connection. A peer that has only ended its own direction is still answered.
/// <summary>One connection of the server.</summary>
internal sealed partial class Connection : ConnectionContext
{
    // What a buffer has at least; the pool's blocks have more.
    private const int ReceiveSizeMin = 2_048;

    private readonly GoSocket _socket;
    private readonly ConnectionSettings _settings;
    private readonly CancellationTokenSource _closed = new();
    private readonly Pipe _input;
    private readonly Pipe _output;
    private Task _running = Task.CompletedTask;

    // Set by the receiving goroutine before it ends, read afterwards.
    private Task _telling = Task.CompletedTask;

    // Why the connection has ended, if not by its peer. Set once, by compare-exchange, before the socket is closed; what waits in the
    // socket then ends with an error and reads it.
    private Exception? _reason;

    // Interlocked.
    private int _isClosed;

    public Connection(GoSocket socket, ConnectionSettings settings)
    {
        _socket = socket;
        _settings = settings;
        LocalEndPoint = socket.LocalEndPoint;
        RemoteEndPoint = socket.RemoteEndPoint;
        ConnectionClosed = _closed.Token;
        _input = new Pipe(settings.Input);
        _output = new Pipe(settings.Output);
        Transport = new DuplexPipe(_input.Reader, _output.Writer);
        SetFeatures();
    }

    public void Start() => _running = _settings.Scheduler.Run(() => Task.WhenAll(ReceiveAsync(), SendAsync()));

    public override void Abort(ConnectionAbortedException? abortReason)
    {
        // Kestrel has no reason to give when it is the transport that has told it of the end.
        ConnectionAbortedException reason = abortReason ?? new ConnectionAbortedException();
        TransportLog.ConnectionAborted(_settings.Logger, ConnectionId, reason.Message);
        Close(reason, isAbort: true);
        _output.Reader.CancelPendingRead();
    }

    public override async ValueTask DisposeAsync()
    {
        await Transport.Input.CompleteAsync().ConfigureAwait(false);
        await Transport.Output.CompleteAsync().ConfigureAwait(false);
        await _running.ConfigureAwait(false);
        await _telling.ConfigureAwait(false);
        _view?.Dispose();
        _closed.Dispose();
        await base.DisposeAsync().ConfigureAwait(false);
    }

    private async Task ReceiveAsync()
    {
        Exception? failure = null;
        try
        {
            await ReceiveAllAsync(_input.Writer).ConfigureAwait(false);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            failure = Explain(e);
        }

        // What the server reads next is this, after all that was received.
        await _input.Writer.CompleteAsync(failure).ConfigureAwait(false);
        TellClosed();
    }

    private async Task ReceiveAllAsync(PipeWriter writer)
    {
        FlushResult flushed = default;
        while (!flushed.IsCompleted && !flushed.IsCanceled)
        {
            if (_settings.WaitsForData)
            {
                await _socket.ReceiveAsync(Memory<byte>.Empty).ConfigureAwait(false);
            }

            int count = await _socket.ReceiveAsync(writer.GetMemory(ReceiveSizeMin)).ConfigureAwait(false);
            if (count == 0)
            {
                return;
            }

            writer.Advance(count);
            flushed = await writer.FlushAsync().ConfigureAwait(false);
        }
    }

    private async Task SendAsync()
    {
        Exception? failure = null;
        try
        {
            await SendAllAsync(_output.Reader).ConfigureAwait(false);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            failure = Explain(e);
        }

        Close(failure ?? new ConnectionAbortedException("The server has ended the connection."), isAbort: failure is not null);
        await _output.Reader.CompleteAsync(failure).ConfigureAwait(false);

        // The receiving goroutine may wait for the server to read.
        _input.Writer.CancelPendingFlush();
    }

    private async Task SendAllAsync(PipeReader reader)
    {
        ReadResult written;
        do
        {
            written = await reader.ReadAsync().ConfigureAwait(false);
            ReadOnlySequence<byte> bytes = written.Buffer;
            if (written.IsCanceled)
            {
                reader.AdvanceTo(bytes.Start);
                return;
            }

            if (bytes.IsSingleSegment)
            {
                if (!bytes.IsEmpty)
                {
                    await _socket.SendAsync(bytes.First).ConfigureAwait(false);
                }
            }
            else
            {
                await _socket.SendAsync(bytes).ConfigureAwait(false);
            }

            reader.AdvanceTo(bytes.End);
        }
        while (!written.IsCompleted);
    }

    // A socket that was closed here fails too: the reason is why.
    private Exception Explain(Exception failure)
    {
        if (Volatile.Read(ref _reason) is { } reason)
        {
            return reason;
        }

        if (failure is SocketException { SocketErrorCode: SocketError.ConnectionReset or SocketError.Shutdown })
        {
            TransportLog.ConnectionReset(_settings.Logger, ConnectionId);
            return new ConnectionResetException(failure.Message, failure);
        }

        TransportLog.ConnectionFailed(_settings.Logger, ConnectionId, failure);
        return new ConnectionAbortedException(failure.Message, failure);
    }

    private void Close(Exception reason, bool isAbort)
    {
        Interlocked.CompareExchange(ref _reason, reason, null);
        if (isAbort)
        {
            _socket.Abort();
            return;
        }

        try
        {
            // Ends the waiting receive, and lets the peer see the end even if the descriptor has a copy.
            _socket.Shutdown(SocketShutdown.Both);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The peer has gone before.
            TransportLog.EndNotTold(_settings.Logger, ConnectionId, e);
        }

        _socket.Dispose();
    }

    // Callbacks of the server and the application: they may block, and must not hold up the connection's own goroutines.
    private void TellClosed()
    {
        if (Interlocked.Exchange(ref _isClosed, 1) == 0)
        {
            _telling = _settings.Scheduler.Run(CancelClosed);
        }
    }

    private void CancelClosed()
    {
        try
        {
            _closed.Cancel();
        }
        catch (AggregateException e)
        {
            TransportLog.ClosedCallbackFailed(_settings.Logger, ConnectionId, e);
        }
    }

    private sealed record DuplexPipe(PipeReader Input, PipeWriter Output) : IDuplexPipe;
}
