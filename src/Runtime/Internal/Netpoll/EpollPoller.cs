using System;
using System.Runtime.InteropServices;
using Goroutines.Internal.Work;

namespace Goroutines.Internal.Netpoll;

// One registration for each descriptor, edge-triggered (epoll(7)). A wait is broken by an eventfd that is never read: each write to it
// is an edge. One who asks without waiting may be told of that edge in place of the waiter, and then repeats it.
/// <summary>The poller of Linux.</summary>
internal sealed unsafe partial class EpollPoller : Poller
{
    private const int EventCountMax = 128;
    private const ulong BreakTag = ulong.MaxValue;

    private const uint In = 0x1;
    private const uint Urgent = 0x2;
    private const uint Out = 0x4;
    private const uint Error = 0x8;
    private const uint HangUp = 0x10;
    private const uint ReadHangUp = 0x2000;
    private const uint EdgeTriggered = 1u << 31;

    private const int ControlAdd = 1;
    private const int ControlRemove = 2;
    private const int CloseOnExec = 0x80000;
    private const int NonBlocking = 0x800;

    // The same on all architectures: it came after the numbers were made equal.
    private const nint WaitExactlyCall = 441;

    // The structure is packed on x86 and x64 only.
    private static readonly int s_tagOffset = RuntimeInformation.ProcessArchitecture is Architecture.X64 or Architecture.X86 ? 4 : 8;
    private static readonly int s_eventSize = s_tagOffset + 8;

    // Negative until it is there: the finalizer runs even if the constructor fails.
    private readonly int _poll = -1;
    private readonly int _break = -1;

    // Whether the kernel takes timeouts in nanoseconds (5.11).
    private readonly bool _waitsExactly;

    public EpollPoller()
    {
        _poll = CreatePoll(CloseOnExec);
        _break = _poll < 0 ? -1 : CreateEvent(0, CloseOnExec | NonBlocking);
        int error = _break < 0 ? Marshal.GetLastPInvokeError() : Control(ControlAdd, _break, In | EdgeTriggered, BreakTag);
        if (error != 0)
        {
            throw SocketErrors.CreateException(error);
        }

        _waitsExactly = CanWaitExactly();
    }

    ~EpollPoller()
    {
        Close(_break);
        Close(_poll);
    }

    public static bool IsSupportedHere => OperatingSystem.IsLinux();

    protected override int Poll(Span<WorkItem> ready, long timeoutNs)
    {
        // Safety: the buffer is on this stack, and the system is told how many events fit.
        int eventCountMax = Math.Min(EventCountMax, ready.Length / 2);
        byte* events = stackalloc byte[EventCountMax * 16];
        int eventCount = WaitForEvents(events, eventCountMax, timeoutNs);
        int count = 0;
        for (byte* next = events; eventCount > 0; eventCount--, next += s_eventSize)
        {
            uint seen = *(uint*)next;
            ulong tag = *(ulong*)(next + s_tagOffset);
            if (tag != BreakTag)
            {
                // A receive ends before an urgent byte: it is short though there is more, as before a hang-up.
                bool hasFailed = (seen & (Error | HangUp)) != 0;
                count += Take(
                    tag,
                    isReadable: hasFailed || (seen & (In | Urgent | ReadHangUp)) != 0,
                    isWritable: hasFailed || (seen & Out) != 0,
                    hasHungUp: hasFailed || (seen & (Urgent | ReadHangUp)) != 0,
                    ready[count..]);
            }
            else if (timeoutNs == 0)
            {
                Signal();
            }
        }

        return count;
    }

    protected override int Add(int number, ulong tag) => Control(ControlAdd, number, In | Urgent | Out | ReadHangUp | EdgeTriggered, tag);

    protected override void Remove(int number) => Control(ControlRemove, number, 0, 0);

    protected override void Signal()
    {
        ulong one = 1;
        _ = Write(_break, &one, sizeof(ulong));
    }

    protected override void Close(int number) => _ = CloseNumber(number);

    // What is wrong with a wait is no event: who waits looks again, as after a signal.
    private int WaitForEvents(byte* events, int eventCountMax, long timeoutNs)
    {
        if (timeoutNs <= 0)
        {
            return WaitMs(_poll, events, eventCountMax, timeoutNs < 0 ? -1 : 0);
        }

        if (_waitsExactly)
        {
            var timeout = new TimeSpec { Seconds = timeoutNs / 1_000_000_000, Nanoseconds = timeoutNs % 1_000_000_000 };
            return (int)WaitExactly(WaitExactlyCall, _poll, events, eventCountMax, &timeout, null, 0);
        }

        // Never early.
        long timeoutMs = (timeoutNs + 999_999) / 1_000_000;
        return WaitMs(_poll, events, eventCountMax, (int)Math.Min(timeoutMs, int.MaxValue));
    }

    private bool CanWaitExactly()
    {
        byte* events = stackalloc byte[16];
        var timeout = default(TimeSpec);
        return Environment.Is64BitProcess && WaitExactly(WaitExactlyCall, _poll, events, 1, &timeout, null, 0) >= 0;
    }

    private int Control(int operation, int number, uint events, ulong tag)
    {
        byte* change = stackalloc byte[16];
        *(uint*)change = events;
        *(ulong*)(change + s_tagOffset) = tag;
        return ControlPoll(_poll, operation, number, change) == 0 ? 0 : Marshal.GetLastPInvokeError();
    }

    [DllImport("libc", EntryPoint = "epoll_create1", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int CreatePoll(int flags);

    [DllImport("libc", EntryPoint = "eventfd", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int CreateEvent(uint value, int flags);

    [DllImport("libc", EntryPoint = "epoll_ctl", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int ControlPoll(int poll, int operation, int number, byte* change);

    [DllImport("libc", EntryPoint = "epoll_wait")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int WaitMs(int poll, byte* events, int eventCountMax, int timeoutMs);

    // Variadic in C, see Futex.
    [DllImport("libc", EntryPoint = "syscall")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern nint WaitExactly(
        nint number, nint poll, byte* events, nint eventCountMax, TimeSpec* timeout, void* signals, nint signalsSize);

    [DllImport("libc", EntryPoint = "write")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern nint Write(int number, void* buffer, nint count);

    [DllImport("libc", EntryPoint = "close")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int CloseNumber(int number);

    private struct TimeSpec
    {
        public long Seconds;
        public long Nanoseconds;
    }
}
