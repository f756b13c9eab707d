using System.Threading;
using System.Threading.Tasks;
using Goroutines.Actors;

namespace Goroutines.Samples.SupervisedService;

internal abstract record StockMessage;

internal sealed record TakeOne(Reply<bool> Reply) : StockMessage;

internal sealed record HowMany(Reply<int> Reply) : StockMessage;

/// <summary>Owns the number of boxes: one turn at a time, so it needs no lock.</summary>
internal sealed class Stock : Actor<StockMessage>
{
    private int _boxCount = 1_000;

    protected override ValueTask ReceiveAsync(StockMessage message, CancellationToken cancellationToken)
    {
        switch (message)
        {
            case TakeOne take:
                take.Reply.TrySet(_boxCount-- > 0);
                break;
            case HowMany question:
                question.Reply.TrySet(_boxCount);
                break;
        }

        return default;
    }
}
