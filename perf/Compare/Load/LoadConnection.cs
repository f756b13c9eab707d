using System;
using System.IO;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Goroutines.Compare.Load;

/// <summary>One client: it sends a request, and the next one when the answer is complete.</summary>
internal sealed class LoadConnection : IDisposable
{
    private const int AnswerSizeMax = 64 * 1024;
    private static readonly byte[] s_get = "GET / HTTP/1.1\r\nHost: localhost\r\nAccept: */*\r\n\r\n"u8.ToArray();
    private static readonly byte[] s_buffer = new byte[AnswerSizeMax];

    private readonly LoadKind _kind;
    private readonly byte[] _request;
    private int _answerSize;
    private int _receivedCount;
    private long _sentAt;

    public LoadConnection(LoadKind kind, int port, int number)
    {
        _kind = kind;
        _request = kind == LoadKind.Http ? s_get : CreateMessage(number);
        Socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        Socket.Connect(IPAddress.Loopback, port);
    }

    public Socket Socket { get; }

    /// <summary>Asks once, waits for the answer, and takes its size as that of all to come.</summary>
    public void Rehearse()
    {
        Socket.Send(_request);
        int size = 0;
        do
        {
            size += Receive(s_buffer.AsSpan(size));
            _answerSize = FindSize(s_buffer.AsSpan(0, size));
        }
        while (size != _answerSize);
    }

    public void Send(long now)
    {
        _sentAt = now;
        if (Socket.Send(_request) != _request.Length)
        {
            throw new IOException("A request did not fit into the socket's buffer.");
        }
    }

    /// <summary>Receives what is there, or waits for it; returns whether the answer is complete, and when it was asked for.</summary>
    public bool TryFinish(out long sentAt)
    {
        sentAt = _sentAt;
        Span<byte> answer = s_buffer.AsSpan(0, _answerSize - _receivedCount);
        int count = Receive(answer);
        Check(answer[..count]);
        _receivedCount += count;
        if (_receivedCount < _answerSize)
        {
            return false;
        }

        _receivedCount = 0;
        return true;
    }

    public void Dispose() => Socket.Dispose();

    private static byte[] CreateMessage(int number)
    {
        var message = new byte[64];
        new Random(number).NextBytes(message);
        return message;
    }

    private int Receive(Span<byte> buffer)
    {
        int count = Socket.Receive(buffer);
        return count > 0 ? count : throw new IOException("The server has closed a connection.");
    }

    private void Check(ReadOnlySpan<byte> received)
    {
        bool isRight = _kind == LoadKind.Echo
            ? received.SequenceEqual(_request.AsSpan(_receivedCount, received.Length))
            : _receivedCount > 0 || received.StartsWith("HTTP/1.1 200"u8);
        if (!isRight)
        {
            throw new InvalidDataException("The server has sent a wrong answer.");
        }
    }

    // -1 while it is not known.
    private int FindSize(ReadOnlySpan<byte> answer)
    {
        if (_kind == LoadKind.Echo)
        {
            return _request.Length;
        }

        const string LengthHeader = "Content-Length:";
        int headSize = answer.IndexOf("\r\n\r\n"u8) + 4;
        if (headSize < 4)
        {
            return -1;
        }

        string head = Encoding.ASCII.GetString(answer[..headSize]);
        int length = head.IndexOf(LengthHeader, StringComparison.OrdinalIgnoreCase);
        if (length < 0)
        {
            throw new InvalidDataException($"The server has not told the length of its answer: {head}");
        }

        ReadOnlySpan<char> value = head.AsSpan(length + LengthHeader.Length);
        return headSize + int.Parse(value[..value.IndexOf('\r')], System.Globalization.CultureInfo.InvariantCulture);
    }
}
