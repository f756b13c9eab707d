using System;
using System.Net;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;
using Goroutines.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Goroutines.AspNetCore;

/// <summary>Binds Kestrel's TCP and Unix end points to listeners that the scheduler polls.</summary>
internal sealed class GoTransportFactory(
    TransportRegistration registration, IOptions<GoTransportOptions> options, IServiceProvider services, ILoggerFactory loggers)
    : IConnectionListenerFactory, IConnectionListenerFactorySelector
{
    public bool CanBind(EndPoint endpoint) => OperatingSystem.IsLinux() && endpoint is (IPEndPoint or UnixDomainSocketEndPoint);

    public ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default)
    {
        GoScheduler scheduler = registration.Resolve(services);
        GoListener listener;
        try
        {
            listener = GoListener.Listen(endpoint, options.Value.Backlog, scheduler);
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.AddressAlreadyInUse)
        {
            throw new AddressInUseException(e.Message, e);
        }

        var settings = new ConnectionSettings(
            options.Value,
            scheduler,
            services.GetService<IMemoryPoolFactory<byte>>(),
            loggers.CreateLogger("Goroutines.AspNetCore.Transport"));
        return ValueTask.FromResult<IConnectionListener>(new ConnectionListener(listener, endpoint, settings));
    }
}
