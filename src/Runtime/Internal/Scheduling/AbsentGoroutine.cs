using Goroutines.Internal.Work;

namespace Goroutines.Internal.Scheduling;

/// <summary>A goroutine whose machine holds no processor: why, and what was queued for it.</summary>
internal readonly record struct AbsentGoroutine(Absence Absence, WorkItem Item);
