using System;

namespace Goroutines.Actors.Hosting;

/// <summary>Starts one registered actor by asking the container for its reference.</summary>
internal sealed record ActorStart(Func<IServiceProvider, IActorRef> Resolve);
