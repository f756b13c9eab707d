using System;
using System.Linq;
using Goroutines;
using Goroutines.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds schedulers to a service collection.</summary>
public static class GoSchedulerServiceCollectionExtensions
{
    private const string SharedTimeProviderKey = "Goroutines";

    /// <summary>Adds the process-wide scheduler, <see cref="GoScheduler.Shared"/>, as a singleton.</summary>
    /// <param name="services">The services to add to.</param>
    /// <returns>A builder for what is built on the scheduler.</returns>
    /// <remarks>
    /// Options come from configuration section <c>GoScheduler</c>, if there is a configuration, then from code. They
    /// take effect if the shared scheduler has not been used before; otherwise it goes on as it is, and a warning is
    /// logged if they differ. In a host, the options are validated at start, the scheduler runs before any hosted
    /// service starts and is drained after all have stopped, which includes what other hosts of the process gave it.
    /// It belongs to the process: disposing the container leaves it running. Calling this again adds nothing twice.
    /// Its <see cref="GoScheduler.TimeProvider"/> is a keyed singleton: <c>[FromKeyedServices("Goroutines")] TimeProvider</c>.
    /// What a goroutine nobody awaits throws is logged as an error, and still ends the process unless a handler of
    /// <see cref="GoScheduler.UnhandledException"/> says it is handled.
    /// </remarks>
    /// <exception cref="ArgumentNullException"><paramref name="services"/> is null.</exception>
    public static IGoSchedulerBuilder AddGoScheduler(this IServiceCollection services)
    {
        ArgumentNullException.ThrowIfNull(services);
        if (TryAddPlumbing(
            services, Options.Options.DefaultName, static provider => provider.GetRequiredService<GoScheduler>()))
        {
            services.AddSingleton(SchedulerActivation.ActivateShared);
        }

        return new GoSchedulerBuilder(services, Options.Options.DefaultName);
    }

    /// <summary>Adds the process-wide scheduler, <see cref="GoScheduler.Shared"/>, with options set in code.</summary>
    /// <param name="services">The services to add to.</param>
    /// <param name="configure">Sets options; it runs after the configuration section was read and wins over it.</param>
    /// <returns>A builder for what is built on the scheduler.</returns>
    /// <remarks>
    /// See <see cref="AddGoScheduler(IServiceCollection)"/>. Called again, every <paramref name="configure"/> runs, in
    /// order.
    /// </remarks>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    public static IGoSchedulerBuilder AddGoScheduler(
        this IServiceCollection services, Action<GoSchedulerOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(configure);
        IGoSchedulerBuilder builder = services.AddGoScheduler();
        services.Configure(configure);
        return builder;
    }

    /// <summary>Adds another scheduler, with processors and threads of its own, as a keyed singleton.</summary>
    /// <param name="services">The services to add to.</param>
    /// <param name="name">The service key, the name of the options and, unless set otherwise, of the scheduler.</param>
    /// <param name="configure">
    /// Sets options; it runs after configuration section <c>GoScheduler:name</c> was read and wins over it.
    /// </param>
    /// <returns>A builder for what is built on the scheduler.</returns>
    /// <remarks>
    /// Inject it with <c>[FromKeyedServices("name")] GoScheduler</c>, its timers with <c>TimeProvider</c> and the same key.
    /// In a host it starts and drains like the unnamed one; then the container disposes it, which waits for nothing.
    /// Calling this again with the same name adds nothing twice.
    /// </remarks>
    /// <exception cref="ArgumentNullException">
    /// <paramref name="services"/> or <paramref name="name"/> is null.
    /// </exception>
    /// <exception cref="ArgumentException"><paramref name="name"/> is empty or white space.</exception>
    public static IGoSchedulerBuilder AddGoScheduler(
        this IServiceCollection services, string name, Action<GoSchedulerOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        if (TryAddPlumbing(services, name, provider => provider.GetRequiredKeyedService<GoScheduler>(name)))
        {
            services.AddKeyedSingleton(name, (provider, _) => SchedulerActivation.ActivateNamed(provider, name));
        }

        if (configure is not null)
        {
            services.Configure(name, configure);
        }

        return new GoSchedulerBuilder(services, name);
    }

    /// <summary>Adds all but the scheduler itself, unless this name was added before.</summary>
    private static bool TryAddPlumbing(
        IServiceCollection services, string name, Func<IServiceProvider, GoScheduler> resolve)
    {
        // The failure log doubles as the mark of a registration. A descriptor, and not a set of names kept elsewhere:
        // it goes along when someone copies the collection.
        if (services.Any(service =>
            service.IsKeyedService && service.ServiceType == typeof(FailureLog) && Equals(service.ServiceKey, name)))
        {
            return false;
        }

        // The unnamed scheduler's key is a name of its own: a container has one TimeProvider without a key, and that is the system's.
        services.AddKeyedSingleton(
            name.Length == 0 ? SharedTimeProviderKey : name, (provider, _) => resolve(provider).TimeProvider);
        services.AddKeyedSingleton(name, static (provider, _) => new FailureLog(HostingLog.CreateLogger(provider)));

        // Options are configured in the order of registration. First in the collection, the file is read before any
        // code runs, also before a Configure call that stands above AddGoScheduler.
        services.Insert(0, ServiceDescriptor.Singleton<IConfigureOptions<GoSchedulerOptions>>(
            provider => new SectionBinding(name, provider.GetService<IConfiguration>())));
        services.AddSingleton<IValidateOptions<GoSchedulerOptions>>(new OptionsRule(name));
        services.AddOptions<GoSchedulerOptions>(name).ValidateOnStart();

        // Not AddHostedService: it keeps one service per type, and every name needs its own. First in the collection,
        // it is the first to start and the last to be told that all have stopped.
        services.Insert(0, ServiceDescriptor.Singleton<IHostedService>(
            provider => new SchedulerLifetime(provider, resolve)));
        return true;
    }
}
