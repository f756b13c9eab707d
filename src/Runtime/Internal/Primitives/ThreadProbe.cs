using System;
using System.Runtime.InteropServices;
using System.Text.Unicode;

namespace Goroutines.Internal.Primitives;

/// <summary>What the operating system says of a thread of this process. Linux only; elsewhere nothing is known.</summary>
internal static unsafe class ThreadProbe
{
    private const int ReadOnlyAndCloseOnExec = 0x80000;

    /// <summary>Gets the system's number of the calling thread; 0 where it is not known.</summary>
    public static int CurrentSystemId => OperatingSystem.IsLinux() ? GetThreadId() : 0;

    /// <summary>Returns whether the thread sleeps in the kernel: not running, nor waiting for a core. Allocates nothing.</summary>
    /// <remarks>The third field of /proc/self/task/ID/stat, behind the name, which may hold parentheses itself (proc(5)).</remarks>
    public static bool IsAsleep(int systemId)
    {
        // Safety: both buffers are on this stack and outlive the calls, which are told their sizes.
        byte* path = stackalloc byte[64];
        if (systemId == 0 || !Utf8.TryWrite(new Span<byte>(path, 63), $"/proc/self/task/{systemId}/stat", out int pathLength))
        {
            return false;
        }

        path[pathLength] = 0;
        int file = Open(path, ReadOnlyAndCloseOnExec);
        if (file < 0)
        {
            // The thread has ended, or no file can be opened now: nothing is known.
            return false;
        }

        byte* buffer = stackalloc byte[256];
        nint length = Read(file, buffer, 256);
        _ = Close(file);
        var text = new ReadOnlySpan<byte>(buffer, (int)Math.Max(0, length));
        int nameEnd = text.LastIndexOf((byte)')');
        return nameEnd >= 0 && nameEnd + 2 < text.Length && text[nameEnd + 2] is (byte)'S' or (byte)'D';
    }

    [DllImport("libc", EntryPoint = "gettid")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int GetThreadId();

    // Variadic in C; the mode, which is left out, is read only when a file is made.
    [DllImport("libc", EntryPoint = "open")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Open(byte* path, int flags);

    [DllImport("libc", EntryPoint = "read")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern nint Read(int file, byte* buffer, nint count);

    [DllImport("libc", EntryPoint = "close")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Close(int file);
}
