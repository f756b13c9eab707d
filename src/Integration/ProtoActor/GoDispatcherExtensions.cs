using System;
using Proto;

namespace Goroutines.ProtoActor;

/// <summary>Puts actors of Proto.Actor on a scheduler, one kind of them or all of a system.</summary>
public static class GoDispatcherExtensions
{
    /// <summary>Lets the actors of these props run on a scheduler.</summary>
    /// <param name="props">The props; they are not changed.</param>
    /// <param name="scheduler">The scheduler.</param>
    /// <returns>Props with a dispatcher for that scheduler.</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    public static Props WithGoDispatcher(this Props props, GoScheduler scheduler)
    {
        ArgumentNullException.ThrowIfNull(props);
        return props.WithDispatcher(new GoDispatcher(scheduler));
    }

    /// <summary>Lets all actors of a system run on a scheduler, unless their props name a dispatcher.</summary>
    /// <param name="config">The system's configuration; it is not changed.</param>
    /// <param name="scheduler">The scheduler.</param>
    /// <param name="includeSystem">
    /// True to have Proto.Actor's own actors there too, those of remoting and of the cluster. False by default: on the ThreadPool they do
    /// not wait for user code that floods the scheduler.
    /// </param>
    /// <returns>A configuration that does so, behind what the given one does to props.</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    public static ActorSystemConfig WithGoDispatcher(this ActorSystemConfig config, GoScheduler scheduler, bool includeSystem = false)
    {
        ArgumentNullException.ThrowIfNull(config);
        var dispatcher = new GoDispatcher(scheduler);
        Func<Props, Props> configure = config.ConfigureProps;
        ActorSystemConfig configured = config.WithConfigureProps(props => WithDefault(configure(props), dispatcher));
        if (!includeSystem)
        {
            return configured;
        }

        Func<string, Props, Props> configureSystem = config.ConfigureSystemProps;
        return configured.WithConfigureSystemProps((name, props) => WithDefault(configureSystem(name, props), dispatcher));
    }

    private static Props WithDefault(Props props, GoDispatcher dispatcher) =>
        ReferenceEquals(props.Dispatcher, Proto.Mailbox.Dispatchers.DefaultDispatcher) ? props.WithDispatcher(dispatcher) : props;
}
