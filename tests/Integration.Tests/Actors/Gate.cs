using System.Collections.Concurrent;
using System.Threading;
using System.Threading.Channels;
using System.Threading.Tasks;
using Goroutines.Actors;

namespace Goroutines.IntegrationTests;

/// <summary>Makes an actor that stays in its first message until it is let go, and remembers what it has handled.</summary>
internal sealed class Gate
{
    private readonly TaskCompletionSource _open = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Channel<int> _begun = Channel.CreateUnbounded<int>();

    public ConcurrentQueue<int> Handled { get; } = new();

    public CancellationToken Token { get; private set; }

    public void Open() => _open.TrySetResult();

    /// <summary>Waits until one more message has begun.</summary>
    public async Task<int> WaitForNextAsync() => await _begun.Reader.ReadAsync();

    public Actor<int> CreateActor() => new LambdaActor<int>
    {
        Receive = async (_, message, cancellationToken) =>
        {
            Token = cancellationToken;
            _begun.Writer.TryWrite(message);
            await _open.Task;
            Handled.Enqueue(message);
        },
    };
}
