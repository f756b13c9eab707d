using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using Goroutines.Internal.Scheduling;

namespace Goroutines;

/// <summary>Gives the rooms below the root the way to start a goroutine.</summary>
internal static class SpawnDoorSetup
{
    [ModuleInitializer]
    [SuppressMessage("Usage", "CA2255", Justification = "Sets one field; who opens a scope may never have used the root.")]
    internal static void Set() => SpawnDoor.Run = static work => Go.Run(work);
}
