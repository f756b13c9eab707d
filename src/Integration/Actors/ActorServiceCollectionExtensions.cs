using System;
using System.Diagnostics.CodeAnalysis;
using System.Diagnostics.Metrics;
using System.Linq;
using Goroutines;
using Goroutines.Actors;
using Goroutines.Actors.Cells;
using Goroutines.Actors.Hosting;
using Goroutines.Hosting;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Polly;
using Polly.Registry;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds actors to a scheduler of a service collection.</summary>
public static class ActorServiceCollectionExtensions
{
    /// <summary>Adds the <see cref="ActorSystem"/> of a scheduler, and settings for it.</summary>
    /// <param name="builder">What AddGoScheduler has returned.</param>
    /// <param name="configure">Sets options. Loggers, meters and pipelines of the container are set before.</param>
    /// <returns>The builder.</returns>
    /// <remarks>
    /// A singleton, keyed like the scheduler if that has a name. In a host it is drained after all hosted services have stopped and
    /// before the scheduler is; what is not handled when the shutdown timeout ends becomes dead letters. Called again, every
    /// <paramref name="configure"/> runs, in order. AddActor calls it.
    /// </remarks>
    /// <exception cref="ArgumentNullException"><paramref name="builder"/> is null.</exception>
    public static IGoSchedulerBuilder AddActorSystem(
        this IGoSchedulerBuilder builder, Action<ActorSystemOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        string name = builder.Name;
        if (configure is not null)
        {
            builder.Services.Configure(name, configure);
        }

        if (!builder.Services.Any(service =>
            service.IsKeyedService && service.ServiceType == typeof(ActorRoster) && Equals(service.ServiceKey, name)))
        {
            AddPlumbing(builder.Services, name);
        }

        return builder;
    }

    /// <summary>Adds an actor, which starts with the host.</summary>
    /// <typeparam name="TActor">What handles the messages. Its constructor is given services, in a scope for each restart.</typeparam>
    /// <typeparam name="TMessage">The messages it takes.</typeparam>
    /// <param name="builder">What AddGoScheduler has returned.</param>
    /// <param name="name">
    /// The name at the top level, the service key of the reference and the name of the options. Not empty, without a slash, not starting
    /// with $.
    /// </param>
    /// <param name="configure">Sets options.</param>
    /// <returns>The builder.</returns>
    /// <remarks>
    /// Inject it with <c>[FromKeyedServices("name")] IActorRef&lt;TMessage&gt;</c>. Without a host it starts when it is first asked for.
    /// Options that are not valid are reported when the host starts.
    /// </remarks>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <exception cref="ArgumentException"><paramref name="name"/> is empty or white space.</exception>
    public static IGoSchedulerBuilder AddActor<
        [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TActor, TMessage>(
        this IGoSchedulerBuilder builder, string name, Action<ActorOptions>? configure = null)
        where TActor : Actor<TMessage>
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        builder.AddActorSystem();
        OptionsBuilder<ActorOptions> options = builder.Services.AddOptions<ActorOptions>(name).ValidateOnStart();
        if (configure is not null)
        {
            options.Configure(configure);
        }

        builder.Services.AddSingleton<IValidateOptions<ActorOptions>>(new ActorOptionsRule(name));
        string schedulerName = builder.Name;
        builder.Services.AddKeyedSingleton<IActorRef<TMessage>>(name, (provider, _) => FindSystem(provider, schedulerName).Spawn(
            new ScopedFactory<TMessage>(
                provider.GetRequiredService<IServiceScopeFactory>(),
                typeof(TActor),
                static services => ActivatorUtilities.CreateInstance<TActor>(services)),
            name,
            provider.GetRequiredService<IOptionsMonitor<ActorOptions>>().Get(name)));
        builder.Services.AddKeyedSingleton(
            schedulerName, new ActorStart(provider => provider.GetRequiredKeyedService<IActorRef<TMessage>>(name)));
        return builder;
    }

    /// <summary>Adds a Polly pipeline that the restarts of one type of actor go through, in place of the default one.</summary>
    /// <typeparam name="TActor">The type of the actor.</typeparam>
    /// <param name="builder">What AddGoScheduler has returned.</param>
    /// <param name="configure">Adds the strategies, at least one that retries. The time is the scheduler's unless it is set here.</param>
    /// <returns>The builder.</returns>
    /// <remarks>See <see cref="RestartPipeline"/>. The pipeline's name in Polly's telemetry is the name of the type.</remarks>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    public static IGoSchedulerBuilder AddRestartPipeline<TActor>(
        this IGoSchedulerBuilder builder, Action<ResiliencePipelineBuilder> configure)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(configure);
        string name = builder.Name;
        builder.Services.AddResiliencePipeline(RestartPipeline.KeyOf<TActor>(), (pipeline, context) =>
        {
            pipeline.Name = typeof(TActor).Name;
            pipeline.TimeProvider = FindSystem(context.ServiceProvider, name).TimeProvider;
            configure(pipeline);
        });
        return builder;
    }

    private static void AddPlumbing(IServiceCollection services, string name)
    {
        services.AddSingleton<IConfigureOptions<ActorSystemOptions>>(provider => new ConfigureNamedOptions<ActorSystemOptions>(
            name,
            options =>
            {
                options.LoggerFactory = provider.GetService<ILoggerFactory>();
                options.MeterFactory = provider.GetService<IMeterFactory>();
                options.Pipelines = provider.GetService<ResiliencePipelineProvider<string>>();
            }));
        if (name.Length == 0)
        {
            services.AddSingleton(provider => CreateSystem(provider, name));
        }
        else
        {
            services.AddKeyedSingleton(name, (provider, _) => CreateSystem(provider, name));
        }

        services.AddKeyedSingleton(name, (provider, _) => new ActorRoster(provider.GetKeyedServices<ActorStart>(name)));

        // Not AddHostedService: it keeps one service for each type, and every name needs its own.
        services.AddSingleton<IHostedService>(provider => new ActorLifetime(provider, name));
    }

    private static ActorSystem CreateSystem(IServiceProvider provider, string name) => new(
        name.Length == 0 ? provider.GetRequiredService<GoScheduler>() : provider.GetRequiredKeyedService<GoScheduler>(name),
        provider.GetRequiredService<IOptionsMonitor<ActorSystemOptions>>().Get(name));

    private static ActorSystem FindSystem(IServiceProvider provider, string name) => name.Length == 0
        ? provider.GetRequiredService<ActorSystem>()
        : provider.GetRequiredKeyedService<ActorSystem>(name);
}
