using System;
using Goroutines;
using Goroutines.AspNetCore;
using Microsoft.Extensions.DependencyInjection;

namespace Microsoft.AspNetCore.Builder;

/// <summary>Lets an application handle its requests on the goroutine scheduler.</summary>
public static class GoSchedulerApplicationBuilderExtensions
{
    /// <summary>Handles requests on the scheduler from here on, under any server.</summary>
    /// <param name="app">The application.</param>
    /// <returns>The same application.</returns>
    /// <remarks>
    /// The middleware below run as one goroutine for each request: with the scheduler's SynchronizationContext, so that what they await
    /// comes back to its workers, and with the hand-off of processors when they block. A request that is on the scheduler already goes
    /// straight on. Uses the container's unnamed scheduler, else <see cref="GoScheduler.Shared"/>. <c>UseGoTransport</c> includes this.
    /// </remarks>
    /// <exception cref="ArgumentNullException"><paramref name="app"/> is null.</exception>
    public static IApplicationBuilder UseGoScheduler(this IApplicationBuilder app)
    {
        ArgumentNullException.ThrowIfNull(app);
        return app.Use(app.ApplicationServices.GetService<GoScheduler>() ?? GoScheduler.Shared);
    }

    /// <summary>Handles requests on a named scheduler from here on, under any server.</summary>
    /// <param name="app">The application.</param>
    /// <param name="schedulerName">The name, as given to <c>AddGoScheduler</c>.</param>
    /// <returns>The same application.</returns>
    /// <remarks>See <see cref="UseGoScheduler(IApplicationBuilder)"/>. Parts of an application may have schedulers of their own.</remarks>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <exception cref="ArgumentException"><paramref name="schedulerName"/> is empty or white space.</exception>
    /// <exception cref="InvalidOperationException">No scheduler of this name was added.</exception>
    public static IApplicationBuilder UseGoScheduler(this IApplicationBuilder app, string schedulerName)
    {
        ArgumentNullException.ThrowIfNull(app);
        ArgumentException.ThrowIfNullOrWhiteSpace(schedulerName);
        return app.Use(app.ApplicationServices.GetRequiredKeyedService<GoScheduler>(schedulerName));
    }

    internal static IApplicationBuilder Use(this IApplicationBuilder app, GoScheduler scheduler) =>
        app.Use(next => new DispatchingMiddleware(next, scheduler).InvokeAsync);
}
