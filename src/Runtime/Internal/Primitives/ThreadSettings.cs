using System;
using System.Runtime.InteropServices;

namespace Goroutines.Internal.Primitives;

/// <summary>What the operating system lets a thread ask for.</summary>
internal static partial class ThreadSettings
{
    private const int SetTimerSlack = 29;

    /// <summary>Asks for sleeps that end on time: Linux otherwise adds 50 µs to each. Without effect elsewhere.</summary>
    public static void RequestExactSleeps()
    {
        if (OperatingSystem.IsLinux())
        {
            // A refusal only means later wake-ups, so the result does not matter.
            _ = Control(SetTimerSlack, 1, 0, 0, 0);
        }
    }

    [DllImport("libc", EntryPoint = "prctl")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Control(int option, nuint argument2, nuint argument3, nuint argument4, nuint argument5);
}
