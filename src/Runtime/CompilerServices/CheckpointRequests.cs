using System.ComponentModel;
using System.Diagnostics.CodeAnalysis;

namespace Goroutines.CompilerServices;

// On a low floor and public: the scheduler counts in it, and compiled-in checkpoints read it in place, because a call between
// two assemblies is not inlined in code that was compiled ahead of time.
/// <summary>What compiled-in checkpoints look at. Made for code woven by Goroutines.Build.</summary>
/// <remarks>
/// Code that people write calls <see cref="Go.Checkpoint"/>.
/// Woven code reads <see cref="Count"/> and, if it is not 0, calls <see cref="Go.ReachCheckpoint"/>. The names and the signatures of
/// both are a contract with assemblies that were woven long ago.
/// </remarks>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class CheckpointRequests
{
    // Written by Interlocked operations in Preemption only; read with a volatile load by checkpoints, for which a late value is as good.
    /// <summary>How many schedulers of the process want some goroutine to reach its next checkpoint; nobody else writes it.</summary>
    [SuppressMessage("Usage", "CA2211", Justification = "Woven code reads the field itself.")]
    public static int Count;
}
