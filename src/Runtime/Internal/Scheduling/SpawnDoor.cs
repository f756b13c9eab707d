using System;
using System.Threading.Tasks;

namespace Goroutines.Internal.Scheduling;

/// <summary>How the rooms below the root start a goroutine as Go.Run does, on threads of no scheduler too.</summary>
internal static class SpawnDoor
{
    private static Func<Func<Task>, Task>? s_run;

    /// <summary>
    /// Gets or sets what starts a goroutine on the caller's scheduler, else on the shared one. The root sets it when it is loaded.
    /// </summary>
    public static Func<Func<Task>, Task> Run
    {
        get => s_run!;
        set => s_run = value;
    }
}
