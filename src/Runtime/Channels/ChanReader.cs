using System.Collections.Generic;
using System.Diagnostics.CodeAnalysis;
using System.Threading;
using System.Threading.Channels;
using System.Threading.Tasks;

namespace Goroutines.Channels;

/// <summary>The reading side of a channel: the BCL's door to what Chan does.</summary>
internal sealed class ChanReader<T>(Chan<T> chan) : ChannelReader<T>
{
    public Chan<T> Chan => chan;

    public override bool CanCount => true;

    public override bool CanPeek => true;

    public override int Count => chan.Count;

    public override Task Completion => chan.Completion;

    public override bool TryRead([MaybeNullWhen(false)] out T item) => chan.TryRead(out item);

    public override bool TryPeek([MaybeNullWhen(false)] out T item) => chan.TryPeek(out item);

    public override ValueTask<T> ReadAsync(CancellationToken cancellationToken = default) => chan.ReadAsync(cancellationToken);

    public override ValueTask<bool> WaitToReadAsync(CancellationToken cancellationToken = default) =>
        chan.WaitToReadAsync(cancellationToken);

    public override IAsyncEnumerable<T> ReadAllAsync(CancellationToken cancellationToken = default) =>
        new ChanSequence<T>(chan, cancellationToken);
}
