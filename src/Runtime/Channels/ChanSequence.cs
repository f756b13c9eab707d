using System.Collections.Generic;
using System.Threading;

namespace Goroutines.Channels;

/// <summary>What ReadAllAsync returns: each loop over it takes what is left until the channel is closed and empty.</summary>
internal sealed class ChanSequence<T>(Chan<T> chan, CancellationToken token) : IAsyncEnumerable<T>
{
    public IAsyncEnumerator<T> GetAsyncEnumerator(CancellationToken cancellationToken = default)
    {
        // Two tokens are rare: the method's and WithCancellation's.
        if (token.CanBeCanceled && cancellationToken.CanBeCanceled && token != cancellationToken)
        {
            var both = CancellationTokenSource.CreateLinkedTokenSource(token, cancellationToken);
            return new ChanEnumerator<T>(chan, both, both.Token);
        }

        return new ChanEnumerator<T>(chan, owned: null, token.CanBeCanceled ? token : cancellationToken);
    }
}
