using System;
using System.Runtime.InteropServices;

namespace Goroutines.Internal.Primitives;

/// <summary>Linux futex calls: sleep on a word while it has a value, wake who sleeps on it.</summary>
internal static unsafe partial class Futex
{
    private const int WaitPrivate = 0 | 128;
    private const int WakePrivate = 1 | 128;

    // The futex system call's number; 0 where it is not known here.
    private static readonly nint s_callNumber = RuntimeInformation.ProcessArchitecture switch
    {
        _ when !OperatingSystem.IsLinux() => 0,
        Architecture.X64 => 202,
        Architecture.Arm64 or Architecture.RiscV64 or Architecture.LoongArch64 => 98,
        Architecture.Ppc64le => 221,
        Architecture.S390x => 238,
        _ => 0,
    };

    public static bool IsSupported => s_callNumber != 0;

    /// <summary>Sleeps while the word is <paramref name="expected"/>; may also return for no reason.</summary>
    /// <param name="word">Never moves while anyone sleeps on it.</param>
    /// <param name="expected">The value to sleep on.</param>
    /// <param name="timeoutNs">Nanoseconds; negative for no limit.</param>
    public static void Wait(int* word, int expected, long timeoutNs)
    {
        if (timeoutNs < 0)
        {
            Call(s_callNumber, word, WaitPrivate, expected, null, null, 0);
            return;
        }

        var timeout = new TimeSpec { Seconds = (nint)(timeoutNs / 1_000_000_000), Nanoseconds = (nint)(timeoutNs % 1_000_000_000) };
        Call(s_callNumber, word, WaitPrivate, expected, &timeout, null, 0);
    }

    /// <summary>Wakes up to <paramref name="count"/> threads that sleep on the word.</summary>
    public static void Wake(int* word, int count) => Call(s_callNumber, word, WakePrivate, count, null, null, 0);

    // The C function is variadic; on the 64-bit Linux ABIs its integer arguments travel like those of any other function.
    [DllImport("libc", EntryPoint = "syscall")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern nint Call(nint number, int* word, nint operation, nint value, TimeSpec* timeout, int* word2, nint value3);

    private struct TimeSpec
    {
        public nint Seconds;
        public nint Nanoseconds;
    }
}
