using System;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Goroutines.Actors.Hosting;

/// <summary>Starts the registered actors before any hosted service, and drains them after all have stopped.</summary>
/// <remarks>The scheduler's own lifetime was registered before, so it starts before this and is drained after it.</remarks>
internal sealed class ActorLifetime(IServiceProvider services, string schedulerName) : IHostedLifecycleService
{
    private ActorSystem? _system;

    public Task StartingAsync(CancellationToken cancellationToken)
    {
        _system = schedulerName.Length == 0
            ? services.GetRequiredService<ActorSystem>()
            : services.GetRequiredKeyedService<ActorSystem>(schedulerName);
        foreach (ActorStart actor in services.GetRequiredKeyedService<ActorRoster>(schedulerName).Actors)
        {
            actor.Resolve(services);
        }

        return Task.CompletedTask;
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Drains the actors; when the host's shutdown timeout ends they stop at once.</summary>
    public async Task StoppedAsync(CancellationToken cancellationToken)
    {
        // A host that failed to start is stopped as well, and may never have got as far as the actors.
        if (_system is not { } system)
        {
            return;
        }

        try
        {
            await system.StopAsync(StopMode.Drain, cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            ActorLog.DrainCutShort(system.Logger, system.Name);
            _ = system.StopAsync(StopMode.Now, CancellationToken.None);
        }
    }
}
