using System.Collections.Generic;

namespace Goroutines.Build.Weaving;

/// <summary>A run of instructions that is entered at its first and left at its last.</summary>
internal sealed class BasicBlock(int index, int first, int last)
{
    public int Index { get; } = index;

    /// <summary>Gets the index of the first instruction.</summary>
    public int First { get; } = first;

    /// <summary>Gets the index of the last instruction.</summary>
    public int Last { get; } = last;

    /// <summary>Gets the blocks a branch, a leave or the end of this block leads to.</summary>
    public List<int> Successors { get; } = [];

    /// <summary>Gets the handlers and filters that an exception in this block may lead to.</summary>
    public List<int> Handlers { get; } = [];

    /// <summary>Gets the blocks that lead here, exceptions included.</summary>
    public List<int> Predecessors { get; } = [];

    /// <summary>Gets or sets the innermost part of an exception block that holds this block; 0 is none of them.</summary>
    public int Region { get; set; }
}
