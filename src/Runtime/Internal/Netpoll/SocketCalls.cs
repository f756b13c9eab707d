using System;
using System.Net;
using System.Runtime.InteropServices;
using System.Text;

namespace Goroutines.Internal.Netpoll;

// Constants are those of Linux, equal on all architectures that .NET runs on and with each C library. No call here waits: what
// takes flags is told so, and what does not is used on descriptors that do not wait (accept, connect).
/// <summary>The system calls on sockets. Each returns what the system does, or the negative error number.</summary>
internal static unsafe partial class SocketCalls
{
    public const int Stream = 1;
    public const int Datagram = 2;

    private const int DontWait = 0x40;
    private const int NoSignal = 0x4000;
    private const int Peeking = 0x2;
    private const int NonBlocking = 0x800;
    private const int CloseOnExec = 0x80000;

    private const int SocketLevel = 1;
    private const int ReuseAddress = 2;
    private const int PendingError = 4;
    private const int Linger = 13;
    private const int Tcp = 6;
    private const int NoDelay = 1;
    private const int V6 = 41;
    private const int V6Only = 26;

    private const int GetFlags = 3;
    private const int SetFlags = 4;
    private const int DuplicateForSelf = 1030;
    private const short PollsOut = 4;

    /// <summary>Makes a socket that does not wait.</summary>
    public static int Open(int family, int type, int protocol) =>
        Result(OpenSocket(family, type | NonBlocking | CloseOnExec, protocol));

    public static void Close(int number) => _ = CloseNumber(number);

    /// <summary>Makes another number for the same socket.</summary>
    public static int Duplicate(int number) => Result(ControlFile(number, DuplicateForSelf, 0));

    /// <summary>Lets plain calls wait, for others who use the socket.</summary>
    public static int MakeBlocking(int number)
    {
        int flags = Result(ControlFile(number, GetFlags, 0));
        return flags < 0 ? flags : Result(ControlFile(number, SetFlags, flags & ~NonBlocking));
    }

    /// <summary>Makes calls without flags (accept, connect) return instead of wait.</summary>
    public static int MakeNonBlocking(int number)
    {
        int flags = Result(ControlFile(number, GetFlags, 0));
        return flags < 0 ? flags : Result(ControlFile(number, SetFlags, flags | NonBlocking));
    }

    public static int Bind(int number, SocketAddress address)
    {
        fixed (byte* name = address.Buffer.Span)
        {
            return Result(BindSocket(number, name, address.Size));
        }
    }

    public static int Listen(int number, int backlog) => Result(ListenSocket(number, backlog));

    /// <summary>Starts a connection; "in progress" is an error number here.</summary>
    public static int Connect(int number, SocketAddress address)
    {
        fixed (byte* name = address.Buffer.Span)
        {
            return Result(ConnectSocket(number, name, address.Size));
        }
    }

    // The socket may be told of as writable for something that was before: it is asked itself, and only then its error counts.
    /// <summary>Returns 0 when a connection is there, "would block" while it is being made, else why there is none.</summary>
    public static int FinishConnecting(int number)
    {
        int writable = AskWritable(number);
        if (writable < 0)
        {
            return writable;
        }

        int error = GetOption(number, SocketLevel, PendingError, out int pending);
        return error < 0 ? error : -pending;
    }

    /// <summary>Returns 0 when a send would be taken or fail at once, else "would block".</summary>
    public static int AskWritable(int number)
    {
        var asked = new PollRequest { Number = number, Events = PollsOut };
        int result = Result(AskForEvents(&asked, 1, 0));
        return result > 0 ? 0 : result < 0 ? result : -SocketErrors.WouldBlock;
    }

    /// <summary>Returns 0 when a receive would find something or fail at once, else "would block". Consumes nothing.</summary>
    public static int AskReadable(int number)
    {
        byte one;
        return Math.Min(0, Result(ReceiveBytes(number, &one, 1, Peeking | DontWait)));
    }

    /// <summary>Takes a connection and who made it. The new socket's plain calls wait.</summary>
    public static int Accept(int number, SocketAddress? peer)
    {
        if (peer is null)
        {
            return Result(AcceptSocket(number, null, null, CloseOnExec));
        }

        fixed (byte* name = peer.Buffer.Span)
        {
            int size = peer.Buffer.Length;
            int accepted = Result(AcceptSocket(number, name, &size, CloseOnExec));
            SetSize(peer, size, isKnown: accepted >= 0);
            return accepted;
        }
    }

    public static int Receive(int number, Span<byte> buffer, int flags)
    {
        fixed (byte* bytes = buffer)
        {
            return Result(ReceiveBytes(number, bytes, buffer.Length, flags | DontWait));
        }
    }

    public static int Send(int number, ReadOnlySpan<byte> buffer, int flags)
    {
        fixed (byte* bytes = buffer)
        {
            return Result(SendBytes(number, bytes, buffer.Length, flags | DontWait | NoSignal));
        }
    }

    public static int ReceiveFrom(int number, Span<byte> buffer, int flags, SocketAddress sender)
    {
        fixed (byte* bytes = buffer, name = sender.Buffer.Span)
        {
            int size = sender.Buffer.Length;
            int result = Result(ReceiveBytesFrom(number, bytes, buffer.Length, flags | DontWait, name, &size));
            SetSize(sender, size, isKnown: result >= 0);
            return result;
        }
    }

    public static int SendTo(int number, ReadOnlySpan<byte> buffer, int flags, SocketAddress receiver)
    {
        fixed (byte* bytes = buffer, name = receiver.Buffer.Span)
        {
            return Result(SendBytesTo(number, bytes, buffer.Length, flags | DontWait | NoSignal, name, receiver.Size));
        }
    }

    public static int Shutdown(int number, int how) => Result(ShutdownSocket(number, how));

    /// <summary>Gets the address of this side, or of the other one.</summary>
    public static int GetName(int number, bool isPeer, Span<byte> name)
    {
        fixed (byte* bytes = name)
        {
            int size = name.Length;
            int result = Result(isPeer ? GetPeerName(number, bytes, &size) : GetOwnName(number, bytes, &size));
            return result < 0 ? result : Math.Min(size, name.Length);
        }
    }

    public static int SetNoDelay(int number, bool isOn) => SetOption(number, Tcp, NoDelay, isOn ? 1 : 0);

    public static int GetNoDelay(int number)
    {
        int error = GetOption(number, Tcp, NoDelay, out int value);
        return error < 0 ? error : value;
    }

    /// <summary>Lets an address be bound to that a closed connection still holds.</summary>
    public static int SetReuseAddress(int number) => SetOption(number, SocketLevel, ReuseAddress, 1);

    /// <summary>Lets a listener on all IPv6 addresses take IPv4 connections too, or not.</summary>
    public static int SetV6Only(int number, bool isOn) => SetOption(number, V6, V6Only, isOn ? 1 : 0);

    /// <summary>Makes the close a reset: what is not sent yet is dropped.</summary>
    public static int SetAbortOnClose(int number)
    {
        long value = BitConverter.IsLittleEndian ? 1 : 1L << 32;
        return Result(SetOption(number, SocketLevel, Linger, &value, sizeof(long)));
    }

    /// <summary>Deletes a file, if it can.</summary>
    public static void RemoveFile(string path)
    {
        byte[] name = [.. Encoding.UTF8.GetBytes(path), 0];
        fixed (byte* bytes = name)
        {
            _ = Unlink(bytes);
        }
    }

    private static int Result(nint result) => result >= 0 ? (int)result : -Marshal.GetLastPInvokeError();

    private static void SetSize(SocketAddress address, int size, bool isKnown)
    {
        if (isKnown)
        {
            address.Size = Math.Min(size, address.Buffer.Length);
        }
    }

    private static int SetOption(int number, int level, int name, int value) =>
        Result(SetOption(number, level, name, &value, sizeof(int)));

    private static int GetOption(int number, int level, int name, out int value)
    {
        int found = 0;
        int size = sizeof(int);
        int result = Result(GetOption(number, level, name, &found, &size));
        value = found;
        return result;
    }

    private struct PollRequest
    {
        public int Number;
        public short Events;
        public short Seen;
    }
}
