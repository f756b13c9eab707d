using System;
using System.Linq;
using Goroutines.AspNetCore;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Microsoft.AspNetCore.Hosting;

/// <summary>Gives a web host connections on the goroutine scheduler.</summary>
public static class GoTransportWebHostBuilderExtensions
{
    /// <summary>Lets Kestrel's connections, and the requests that come over them, run on the process-wide scheduler.</summary>
    /// <param name="builder">The web host's builder, as <c>builder.WebHost</c>.</param>
    /// <returns>The same builder.</returns>
    /// <remarks>
    /// <para>
    /// Adds the scheduler (<c>AddGoScheduler</c>), a transport for TCP and Unix end points whose sockets the scheduler's workers poll,
    /// and the middleware of <c>UseGoScheduler</c> ahead of all others, so that also the requests that Kestrel itself starts on the
    /// ThreadPool (of HTTP/2, and the first one of a connection) are handled on the scheduler. Everything above the transport is
    /// Kestrel's: protocols, TLS, limits, shutdown.
    /// </para>
    /// <para>
    /// For end points of other kinds, and on systems that have no poller (all but Linux for now), Kestrel's own transport is used, and
    /// requests are handled on the scheduler still. To be called after <c>UseKestrel</c>, if that is called at all.
    /// </para>
    /// </remarks>
    /// <exception cref="ArgumentNullException"><paramref name="builder"/> is null.</exception>
    public static IWebHostBuilder UseGoTransport(this IWebHostBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.ConfigureServices(static services => Add(services, schedulerName: "", configure: null));
    }

    /// <summary>Lets Kestrel's connections and requests run on the process-wide scheduler, with options set in code.</summary>
    /// <param name="builder">The web host's builder, as <c>builder.WebHost</c>.</param>
    /// <param name="configure">Sets options. Called again, every one of them runs, in order.</param>
    /// <returns>The same builder.</returns>
    /// <remarks>See <see cref="UseGoTransport(IWebHostBuilder)"/>.</remarks>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    public static IWebHostBuilder UseGoTransport(this IWebHostBuilder builder, Action<GoTransportOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(configure);
        return builder.ConfigureServices(services => Add(services, schedulerName: "", configure));
    }

    /// <summary>Lets Kestrel's connections and requests run on a scheduler of their own.</summary>
    /// <param name="builder">The web host's builder, as <c>builder.WebHost</c>.</param>
    /// <param name="schedulerName">The name, as given to <c>AddGoScheduler</c>, which is called if it was not.</param>
    /// <param name="configure">Sets options of the transport; null for none.</param>
    /// <returns>The same builder.</returns>
    /// <remarks>
    /// See <see cref="UseGoTransport(IWebHostBuilder)"/>. A host has one transport: if several are asked for, the last one counts.
    /// </remarks>
    /// <exception cref="ArgumentNullException"><paramref name="builder"/> or <paramref name="schedulerName"/> is null.</exception>
    /// <exception cref="ArgumentException"><paramref name="schedulerName"/> is empty or white space.</exception>
    public static IWebHostBuilder UseGoTransport(
        this IWebHostBuilder builder, string schedulerName, Action<GoTransportOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrWhiteSpace(schedulerName);
        return builder.ConfigureServices(services => Add(services, schedulerName, configure));
    }

    private static void Add(IServiceCollection services, string schedulerName, Action<GoTransportOptions>? configure)
    {
        AddScheduler(services, schedulerName);
        foreach (ServiceDescriptor earlier in services.Where(service => service.ServiceType == typeof(TransportRegistration)).ToArray())
        {
            services.Remove(earlier);
        }

        services.AddSingleton(new TransportRegistration(schedulerName));

        // Kestrel asks the factories from the last one to the first whether they bind an end point; its own is there already.
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IConnectionListenerFactory, GoTransportFactory>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IStartupFilter, DispatchingStartupFilter>());
        if (configure is not null)
        {
            services.Configure(configure);
        }
    }

    private static void AddScheduler(IServiceCollection services, string schedulerName)
    {
        if (schedulerName.Length == 0)
        {
            services.AddGoScheduler();
        }
        else
        {
            services.AddGoScheduler(schedulerName);
        }
    }
}
