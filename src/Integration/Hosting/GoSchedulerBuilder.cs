using Microsoft.Extensions.DependencyInjection;

namespace Goroutines.Hosting;

/// <summary>Carries the services and the name of one registration.</summary>
internal sealed class GoSchedulerBuilder(IServiceCollection services, string name) : IGoSchedulerBuilder
{
    public IServiceCollection Services { get; } = services;

    public string Name { get; } = name;
}
