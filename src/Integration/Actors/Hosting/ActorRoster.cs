using System.Collections.Generic;

namespace Goroutines.Actors.Hosting;

/// <summary>The registered actors of one scheduler, in their order. Its registration marks that of the system.</summary>
internal sealed class ActorRoster(IEnumerable<ActorStart> actors)
{
    public IEnumerable<ActorStart> Actors { get; } = actors;
}
