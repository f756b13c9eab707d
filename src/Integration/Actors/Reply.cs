using System;
using System.Threading.Tasks;

namespace Goroutines.Actors;

/// <summary>The way back for one answer: who asks puts it into the message, who handles the message sets it.</summary>
/// <typeparam name="T">The type of the answer.</typeparam>
/// <remarks>Any thread may answer, once, also long after the message was handled. Who asked goes on in its own place.</remarks>
public sealed class Reply<T>
{
    private readonly TaskCompletionSource<T> _source = new(TaskCreationOptions.RunContinuationsAsynchronously);

    internal Reply()
    {
    }

    /// <summary>Gets whether nobody has answered yet.</summary>
    public bool IsPending => !_source.Task.IsCompleted;

    internal Task<T> Task => _source.Task;

    /// <summary>Answers.</summary>
    /// <param name="value">The answer.</param>
    /// <returns>False if the question was answered before. An answer after the timeout is taken and goes nowhere.</returns>
    public bool TrySet(T value) => _source.TrySetResult(value);

    /// <summary>Answers with a failure, which the await of the question throws.</summary>
    /// <param name="exception">The failure.</param>
    /// <returns>False if the question was answered before.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="exception"/> is null.</exception>
    public bool TryFail(Exception exception)
    {
        ArgumentNullException.ThrowIfNull(exception);
        return _source.TrySetException(exception);
    }
}
