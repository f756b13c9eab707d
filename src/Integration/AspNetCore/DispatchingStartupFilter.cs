using System;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;

namespace Goroutines.AspNetCore;

/// <summary>Puts the dispatching middleware ahead of an application's own.</summary>
internal sealed class DispatchingStartupFilter(TransportRegistration registration) : IStartupFilter
{
    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
    {
        app.Use(registration.Resolve(app.ApplicationServices));
        next(app);
    };
}
