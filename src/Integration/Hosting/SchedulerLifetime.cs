using System;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Goroutines.Diagnostics;
using Microsoft.Extensions.Hosting;

namespace Goroutines.Hosting;

/// <summary>Starts a scheduler before every other hosted service and drains it after all have stopped.</summary>
/// <remarks>
/// The host calls StartingAsync on all services before StartAsync on any, and StoppedAsync after StopAsync of all, in
/// reverse order. Services may therefore post from their first line to their last.
/// </remarks>
internal sealed class SchedulerLifetime(IServiceProvider services, Func<IServiceProvider, GoScheduler> resolve)
    : IHostedLifecycleService
{
    private GoScheduler? _scheduler;

    public Task StartingAsync(CancellationToken cancellationToken)
    {
        // Not in the constructor: the host validates options after making its services, and before this.
        _scheduler = resolve(services);
        return Task.CompletedTask;
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Waits until the scheduler has nothing left to do, or the host's shutdown timeout ends.</summary>
    public async Task StoppedAsync(CancellationToken cancellationToken)
    {
        // A host that failed to start is stopped as well, and may never have got as far as the scheduler.
        if (_scheduler is not { } scheduler)
        {
            return;
        }

        try
        {
            await scheduler.DrainAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Nothing is lost by going on: what is left still runs for as long as the process does.
            SchedulerSnapshot left = scheduler.GetSnapshot();
            HostingLog.DrainCutShort(
                HostingLog.CreateLogger(services),
                scheduler.Name,
                left.GlobalQueueLength + left.Processors.Sum(processor => (long)processor.QueueLength),
                left.ProcessorCount - left.IdleProcessorCount);
        }
    }
}
