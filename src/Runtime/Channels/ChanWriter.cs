using System;
using System.Threading;
using System.Threading.Channels;
using System.Threading.Tasks;

namespace Goroutines.Channels;

/// <summary>The writing side of a channel: the BCL's door to what Chan does.</summary>
internal sealed class ChanWriter<T>(Chan<T> chan) : ChannelWriter<T>
{
    public Chan<T> Chan => chan;

    public override bool TryComplete(Exception? error = null) => chan.TryComplete(error);

    public override bool TryWrite(T item) => chan.TryWrite(item);

    public override ValueTask WriteAsync(T item, CancellationToken cancellationToken = default) =>
        chan.WriteAsync(item, cancellationToken);

    public override ValueTask<bool> WaitToWriteAsync(CancellationToken cancellationToken = default) =>
        chan.WaitToWriteAsync(cancellationToken);
}
