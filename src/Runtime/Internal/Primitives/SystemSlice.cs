using System;
using System.Runtime.InteropServices;

namespace Goroutines.Internal.Primitives;

// Linux shares a core between threads in slices, 3 ms and more, and a thread that wakes waits for the end of the running one's
// unless its own is shorter (kernels from 6.12 on). So with a long slice for a thread that only computes, everybody who wakes goes
// first, and it loses nothing of its share. Asking for a low priority instead would be for ever: a process without privileges
// may not take that back.
/// <summary>How long the operating system lets a thread run while others wait. Linux only; without effect elsewhere.</summary>
internal static unsafe class SystemSlice
{
    private const ulong LongestNs = 100_000_000;
    private const uint Normal = 0;
    private const uint Batch = 3;

    // The numbers of sched_setattr and sched_getattr; 0 where they are not known here.
    private static readonly (nint Set, nint Get) s_callNumbers = RuntimeInformation.ProcessArchitecture switch
    {
        _ when !OperatingSystem.IsLinux() => (0, 0),
        Architecture.X64 => (314, 315),
        Architecture.Arm64 or Architecture.RiscV64 or Architecture.LoongArch64 => (274, 275),
        _ => (0, 0),
    };

    /// <summary>Lets everybody who wakes go before a thread.</summary>
    public static void Lengthen(int systemId) => Set(systemId, LongestNs);

    /// <summary>Gives a thread its usual slice again.</summary>
    public static void Restore(int systemId) => Set(systemId, 0);

    // A refusal means later wake-ups of others, so results do not matter.
    private static void Set(int systemId, ulong sliceNs)
    {
        if (s_callNumbers.Set == 0 || systemId == 0)
        {
            return;
        }

        // Safety: the structure is on this stack, and both calls are told its size.
        var attributes = new Attributes { Size = (uint)sizeof(Attributes) };
        if (CallGet(s_callNumbers.Get, systemId, &attributes, sizeof(Attributes), 0) == 0 && attributes.Policy is Normal or Batch)
        {
            attributes.Size = (uint)sizeof(Attributes);
            attributes.RuntimeNs = sliceNs;
            _ = CallSet(s_callNumbers.Set, systemId, &attributes, 0);
        }
    }

    // Variadic in C; on the 64-bit Linux ABIs the integer arguments travel like those of any other function.
    [DllImport("libc", EntryPoint = "syscall")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern nint CallGet(nint number, nint systemId, Attributes* attributes, nint size, nint flags);

    [DllImport("libc", EntryPoint = "syscall")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern nint CallSet(nint number, nint systemId, Attributes* attributes, nint flags);

    /// <summary>struct sched_attr in its first version (sched_setattr(2)).</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct Attributes
    {
        public uint Size;
        public uint Policy;
        public ulong Flags;
        public int Nice;
        public uint Priority;
        public ulong RuntimeNs;
        public ulong DeadlineNs;
        public ulong PeriodNs;
    }
}
