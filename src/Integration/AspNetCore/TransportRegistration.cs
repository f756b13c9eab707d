using System;
using Microsoft.Extensions.DependencyInjection;

namespace Goroutines.AspNetCore;

/// <summary>Which scheduler a host's transport runs on.</summary>
/// <param name="SchedulerName">The name it was added by; empty for the process-wide one.</param>
internal sealed record TransportRegistration(string SchedulerName)
{
    public GoScheduler Resolve(IServiceProvider services) => SchedulerName.Length == 0
        ? services.GetRequiredService<GoScheduler>()
        : services.GetRequiredKeyedService<GoScheduler>(SchedulerName);
}
