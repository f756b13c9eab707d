using System;
using System.Threading.Tasks;

namespace Goroutines.Compare.Actors;

/// <summary>What the actor rows need: each is written in the terms of one library.</summary>
internal interface IActorEngine : IAsyncDisposable
{
    /// <summary>Two actors send one number to and fro, so many times each.</summary>
    /// <returns>The sum of the numbers the first one got back: 0, 1, 2 and so on.</returns>
    Task<long> PlayAsync(int roundCount);

    /// <summary>
    /// A tree of actors, ten children each. Every leaf tells its parent its number, every inner one tells its parent the sum of what its
    /// children have told it; who has told its parent stops.
    /// </summary>
    /// <returns>The sum of the leaves' numbers: 0, 1, 2 and so on.</returns>
    Task<long> GrowAsync(int leafCount);

    /// <summary>Spawns actors that stay, and puts their references into the array. Ends when all have started.</summary>
    Task SpawnIdleAsync(object[] actors);

    /// <summary>Tells each of them one message. Ends when all are handled.</summary>
    Task TellEachAsync(object[] actors);
}
