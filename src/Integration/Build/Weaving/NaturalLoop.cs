using System.Collections.Generic;

namespace Goroutines.Build.Weaving;

/// <summary>A loop with one entry: its header, and the blocks that come back to the header without leaving.</summary>
internal sealed class NaturalLoop(BasicBlock header)
{
    public BasicBlock Header { get; } = header;

    public HashSet<int> Blocks { get; } = [header.Index];
}
