using System.Threading;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Http;

namespace Goroutines.AspNetCore;

/// <summary>Moves a request to the scheduler, unless it is there.</summary>
internal sealed class DispatchingMiddleware(RequestDelegate next, GoScheduler scheduler)
{
    // A worker of the scheduler in its raw lane has no context: the request gets one, and the hand-off that goes with it.
    public Task InvokeAsync(HttpContext context) => SynchronizationContext.Current == scheduler.SynchronizationContext
        ? next(context)
        : scheduler.Run(() => next(context));
}
