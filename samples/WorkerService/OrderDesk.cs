using System;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Extensions.Hosting;

namespace Goroutines.Samples.WorkerService;

/// <summary>Takes orders and starts a goroutine for each; nobody waits for them but the host, when it stops.</summary>
internal sealed class OrderDesk(GoScheduler scheduler, IHostApplicationLifetime lifetime) : BackgroundService
{
    private const int OrderCount = 1_000;
    private static int s_packedCount;

    public static int PackedCount => Volatile.Read(ref s_packedCount);

    protected override Task ExecuteAsync(CancellationToken stoppingToken)
    {
        Console.WriteLine($"scheduler {scheduler.Name} has {scheduler.ProcessorCount} processors");
        for (int order = 1; order <= OrderCount; order++)
        {
            scheduler.Post(PackAsync, order);
        }

        Console.WriteLine($"orders taken: {OrderCount}");
        lifetime.StopApplication();
        return Task.CompletedTask;
    }

    private static async Task PackAsync(int order)
    {
        // Every order waits for its parcel: most are not packed yet when the host begins to stop.
        await Task.Delay(100 + (order % 100));
        Interlocked.Increment(ref s_packedCount);
    }
}
