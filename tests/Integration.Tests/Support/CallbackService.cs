using System;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Extensions.Hosting;

namespace Goroutines.IntegrationTests;

/// <summary>A user's hosted service: runs what the test gives it at each step of the host's life.</summary>
internal sealed class CallbackService : IHostedLifecycleService
{
    public Action Starting { get; init; } = static () => { };

    public Action Start { get; init; } = static () => { };

    public Action Stop { get; init; } = static () => { };

    public Action Stopped { get; init; } = static () => { };

    public Task StartingAsync(CancellationToken cancellationToken) => Call(Starting);

    public Task StartAsync(CancellationToken cancellationToken) => Call(Start);

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Call(Stop);

    public Task StoppedAsync(CancellationToken cancellationToken) => Call(Stopped);

    private static Task Call(Action step)
    {
        step();
        return Task.CompletedTask;
    }
}
