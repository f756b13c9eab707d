using System;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Goroutines.Hosting;

/// <summary>Makes a registration's scheduler from its options, once, when the container first needs it.</summary>
internal static class SchedulerActivation
{
    /// <summary>Returns the process-wide scheduler, configured if this comes before its first use.</summary>
    public static GoScheduler ActivateShared(IServiceProvider services)
    {
        bool configured = GoScheduler.TryConfigureShared(ReadOptions(services, Options.DefaultName));
        GoScheduler shared = GoScheduler.Shared;
        if (!configured)
        {
            HostingLog.SharedAlreadyConfigured(HostingLog.CreateLogger(services), shared.Name, shared.ProcessorCount);
        }

        return Announce(services, Options.DefaultName, shared);
    }

    /// <summary>Makes a scheduler of its own, which the container disposes.</summary>
    public static GoScheduler ActivateNamed(IServiceProvider services, string name) =>
        Announce(services, name, new GoScheduler(ReadOptions(services, name)));

    private static GoSchedulerOptions ReadOptions(IServiceProvider services, string name) =>
        services.GetRequiredService<IOptionsMonitor<GoSchedulerOptions>>().Get(name);

    private static GoScheduler Announce(IServiceProvider services, string name, GoScheduler scheduler)
    {
        // The container disposes in reverse order of making: made here, the log outlives the scheduler's disposal.
        services.GetRequiredKeyedService<FailureLog>(name).Attach(scheduler);
        HostingLog.Started(HostingLog.CreateLogger(services), scheduler.Name, scheduler.ProcessorCount);
        return scheduler;
    }
}
