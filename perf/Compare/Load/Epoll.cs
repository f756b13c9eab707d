using System;
using System.Buffers.Binary;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Goroutines.Compare.Load;

/// <summary>The system's own way to wait for many sockets, without anything of .NET between it and the load generator.</summary>
internal sealed partial class Epoll
{
    private const int EventCountMax = 128;
    private const int AddOperation = 1;
    private const uint IsReadable = 1;
    private const int Interrupted = 4;

    // struct epoll_event is packed on x86 only.
    private static readonly bool s_isPacked = RuntimeInformation.ProcessArchitecture is Architecture.X64 or Architecture.X86;
    private static readonly int s_eventSize = s_isPacked ? 12 : 16;
    private static readonly int s_dataOffset = s_isPacked ? 4 : 8;

    private readonly int _descriptor = Checked(Create(0));
    private readonly byte[] _events = new byte[EventCountMax * 16];

    public void Add(Socket socket, int index)
    {
        Span<byte> wanted = stackalloc byte[16];
        BinaryPrimitives.WriteUInt32LittleEndian(wanted, IsReadable);
        BinaryPrimitives.WriteInt32LittleEndian(wanted[s_dataOffset..], index);
        Checked(Control(_descriptor, AddOperation, (int)socket.Handle, in wanted[0]));
    }

    /// <summary>Waits until a socket is readable; returns how many <see cref="IndexOf"/> knows then.</summary>
    public int Wait()
    {
        int count = Wait(_descriptor, ref _events[0], EventCountMax, timeoutMs: -1);
        return count < 0 && Marshal.GetLastPInvokeError() == Interrupted ? 0 : Checked(count);
    }

    public int IndexOf(int position) =>
        BinaryPrimitives.ReadInt32LittleEndian(_events.AsSpan((position * s_eventSize) + s_dataOffset));

    private static int Checked(int result) =>
        result >= 0 ? result : throw new SocketException(Marshal.GetLastPInvokeError());

    [LibraryImport("libc", EntryPoint = "epoll_create1", SetLastError = true)]
    private static partial int Create(int flags);

    [LibraryImport("libc", EntryPoint = "epoll_ctl", SetLastError = true)]
    private static partial int Control(int epoll, int operation, int descriptor, in byte wanted);

    [LibraryImport("libc", EntryPoint = "epoll_wait", SetLastError = true)]
    private static partial int Wait(int epoll, ref byte events, int countMax, int timeoutMs);
}
