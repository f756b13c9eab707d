using Microsoft.Extensions.DependencyInjection;

namespace Goroutines.Hosting;

/// <summary>What <c>AddGoScheduler</c> returns: packages built on a scheduler add to it.</summary>
public interface IGoSchedulerBuilder
{
    /// <summary>Gets the services the scheduler is registered in.</summary>
    /// <value>The collection <c>AddGoScheduler</c> was called on.</value>
    IServiceCollection Services { get; }

    /// <summary>Gets the name of the registration, which is also the name of its options and its service key.</summary>
    /// <value>
    /// The name given to <c>AddGoScheduler</c>; the empty string for the unnamed registration, which has no service
    /// key.
    /// </value>
    string Name { get; }
}
