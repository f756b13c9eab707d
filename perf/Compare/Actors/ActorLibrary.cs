using Goroutines.Compare.Sides;

namespace Goroutines.Compare.Actors;

/// <summary>A way to write actors. Each library has rows of its own, in which the sides are what its actors run on.</summary>
internal abstract class ActorLibrary
{
    /// <summary>Gets the name of the rows' variant; empty for this repository's own.</summary>
    public abstract string Name { get; }

    /// <summary>Makes a system whose actors run on a side.</summary>
    public abstract IActorEngine Create<TSide>()
        where TSide : struct, ISide;
}
