using System;
using System.Threading;
using System.Threading.Tasks;
using Goroutines.Actors;
using Microsoft.Extensions.DependencyInjection;

namespace Goroutines.Samples.SupervisedService;

internal sealed record Order(int Number, string Address);

/// <summary>Packs orders and breaks its tape with every tenth. A new packer goes on with the next order.</summary>
internal sealed class Packer([FromKeyedServices("stock")] IActorRef<StockMessage> stock) : Actor<Order>
{
    public static int StartCount { get; private set; }

    public static int FailureCount { get; private set; }

    public static int PackedCount { get; private set; }

    protected override ValueTask OnStartingAsync()
    {
        StartCount++;
        return default;
    }

    protected override async ValueTask ReceiveAsync(Order message, CancellationToken cancellationToken)
    {
        if (message.Number % 10 == 0)
        {
            FailureCount++;
            throw new InvalidOperationException("The tape broke.");
        }

        if (await stock.AskAsync<bool>(reply => new TakeOne(reply), cancellationToken: cancellationToken))
        {
            PackedCount++;
        }
    }
}
