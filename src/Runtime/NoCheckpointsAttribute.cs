using System;

namespace Goroutines;

/// <summary>Keeps the build from compiling checkpoints into what it is put on.</summary>
/// <remarks>
/// It has a meaning only in projects that set <c>GoCheckpoints</c>, for instance for a loop that holds a spin lock, or one whose
/// every nanosecond counts. On a type it includes the nested types, on a method the lambdas and local functions in it, and its
/// state machine if it is async or an iterator. Goroutines that run such code can be held up by it.
/// </remarks>
[AttributeUsage(
    AttributeTargets.Method | AttributeTargets.Constructor | AttributeTargets.Class | AttributeTargets.Struct | AttributeTargets.Assembly,
    Inherited = false)]
public sealed class NoCheckpointsAttribute : Attribute;
