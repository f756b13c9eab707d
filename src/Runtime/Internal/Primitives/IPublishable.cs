namespace Goroutines.Internal.Primitives;

/// <summary>A slot of several words that is written by one thread and read by another without a lock between them.</summary>
internal interface IPublishable<T>
    where T : struct, IPublishable<T>
{
    /// <summary>Fills an empty slot so that whoever sees it filled sees all of it. Release.</summary>
    static abstract void Publish(ref T slot, T value);

    /// <summary>Reads a slot. False when it is empty. Acquire.</summary>
    static abstract bool TryRead(ref T slot, out T value);
}
