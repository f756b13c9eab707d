using System;
using System.Threading.Channels;

namespace Goroutines.Channels;

/// <summary>Makes channels: Go's <c>make(chan T)</c> and <c>make(chan T, n)</c>.</summary>
public static class Chan
{
    /// <summary>Makes a channel without room: a write completes when a reader takes the value from the writer's hand.</summary>
    /// <typeparam name="T">The type of the values.</typeparam>
    /// <returns>A channel for any number of readers and writers.</returns>
    /// <remarks>See <see cref="Chan{T}"/>. May be called on any thread.</remarks>
    public static Chan<T> CreateUnbuffered<T>() => new(capacity: 0);

    /// <summary>Makes a channel with room for some values; when it is full, writes wait.</summary>
    /// <typeparam name="T">The type of the values.</typeparam>
    /// <param name="capacity">For how many values there is room: 1 or more. The memory for them is taken as they come.</param>
    /// <returns>A channel for any number of readers and writers.</returns>
    /// <remarks>
    /// See <see cref="Chan{T}"/>. It behaves as a channel of <see cref="Channel.CreateBounded{T}(int)"/>. May be called on any thread.
    /// </remarks>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="capacity"/> is less than 1.</exception>
    public static Chan<T> CreateBounded<T>(int capacity)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 1);
        return new Chan<T>(capacity);
    }
}
