using System;
using System.Globalization;
using System.Text;
using Akka.Configuration;
using Akka.Hosting;

namespace Goroutines.AkkaNet;

/// <summary>Puts the actors of an actor system on a scheduler.</summary>
/// <remarks>
/// <para>
/// An actor's turn has the environment of the scheduler's raw lane: no SynchronizationContext, the default TaskScheduler, as on the
/// ThreadPool. That is what <c>ReceiveAsync</c> needs: Akka.NET resumes it in the actor through a TaskScheduler of its own, and a
/// SynchronizationContext would win over that.
/// </para>
/// <para>
/// In HOCON alone, for the process-wide scheduler: <c>akka.actor.default-dispatcher.executor</c>, or that of any dispatcher, is
/// <see cref="Executor"/>, and <c>akka.scheduler.implementation</c> is <see cref="Timers"/>.
/// </para>
/// </remarks>
/// <example>
/// <code>
/// services.AddGoScheduler();
/// services.AddAkka("shop", (akka, provider) => akka.WithGoDispatcher(provider.GetRequiredService&lt;GoScheduler&gt;()));
/// </code>
/// </example>
public static class GoDispatcher
{
    /// <summary>The HOCON value for <c>executor</c> of a dispatcher.</summary>
    public const string Executor = "Goroutines.AkkaNet.GoExecutorConfigurator, Goroutines.AkkaNet";

    /// <summary>The HOCON value for <c>akka.scheduler.implementation</c>.</summary>
    public const string Timers = "Goroutines.AkkaNet.GoTimers, Goroutines.AkkaNet";

    private static readonly string[] s_internal =
    [
        "akka.actor.internal-dispatcher",
        "akka.remote.default-remote-dispatcher",
        "akka.remote.backoff-remote-dispatcher",
    ];

    /// <summary>Lets actors run on a scheduler, in Akka.Hosting.</summary>
    /// <param name="builder">The actor system's builder.</param>
    /// <param name="scheduler">The scheduler. It is not disposed with the actor system; who made it does that, afterwards.</param>
    /// <param name="options">What runs there; null for the default dispatcher and the timers.</param>
    /// <returns>The builder.</returns>
    /// <remarks>It wins over what the builder was given before.</remarks>
    /// <exception cref="ArgumentNullException"><paramref name="builder"/> or <paramref name="scheduler"/> is null.</exception>
    public static AkkaConfigurationBuilder WithGoDispatcher(
        this AkkaConfigurationBuilder builder, GoScheduler scheduler, GoDispatcherOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.AddHocon(CreateConfig(scheduler, options), HoconAddMode.Prepend);
    }

    /// <summary>Returns the configuration that lets actors run on a scheduler, for <c>ActorSystem.Create</c>.</summary>
    /// <param name="scheduler">The scheduler. It is not disposed with the actor system; who made it does that, afterwards.</param>
    /// <param name="options">What runs there; null for the default dispatcher and the timers.</param>
    /// <returns>The configuration. It has a name for the scheduler that means nothing in another process.</returns>
    /// <remarks>What is to win comes first: <c>GoDispatcher.CreateConfig(scheduler).WithFallback(yours)</c>.</remarks>
    /// <exception cref="ArgumentNullException"><paramref name="scheduler"/> is null.</exception>
    public static Config CreateConfig(GoScheduler scheduler, GoDispatcherOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(scheduler);
        options ??= new GoDispatcherOptions();
        string name = SchedulerNames.NameOf(scheduler);
        var hocon = new StringBuilder();
        AddDispatcher(hocon, "akka.actor.default-dispatcher", name);
        if (options.Throughput is int throughput)
        {
            hocon.Append(CultureInfo.InvariantCulture, $"akka.actor.default-dispatcher.throughput = {throughput}\n");
        }

        if (options.IncludeInternal)
        {
            foreach (string dispatcher in s_internal)
            {
                AddDispatcher(hocon, dispatcher, name);
            }
        }

        if (options.IncludeTimers)
        {
            hocon.Append(
                CultureInfo.InvariantCulture,
                $"akka.scheduler {{ implementation = \"{Timers}\", {SchedulerNames.Key} = \"{name}\" }}\n");
        }

        return ConfigurationFactory.ParseString(hocon.ToString());
    }

    private static void AddDispatcher(StringBuilder hocon, string dispatcher, string name) =>
        hocon.Append(
            CultureInfo.InvariantCulture,
            $"{dispatcher} {{ type = Dispatcher, executor = \"{Executor}\", {SchedulerNames.Key} = \"{name}\" }}\n");
}
