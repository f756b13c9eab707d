using Mono.Cecil.Cil;

namespace Goroutines.Build.Weaving;

/// <summary>A jump backwards in the text of a method. Every cycle holds at least one.</summary>
/// <param name="Jump">The branch, leave or switch.</param>
/// <param name="TargetIndex">Which of its targets is meant.</param>
/// <param name="From">The block that ends with the jump.</param>
/// <param name="To">The block that is jumped to.</param>
internal sealed record BackEdge(Instruction Jump, int TargetIndex, BasicBlock From, BasicBlock To);
