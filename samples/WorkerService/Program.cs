// Purpose: a worker service that leaves its work to goroutines and stops without losing any.
using System;
using Goroutines.Samples.WorkerService;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

HostApplicationBuilder builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings
{
    Args = args,
    ContentRootPath = AppContext.BaseDirectory, // Where appsettings.json is, whatever folder this is started from.
});
builder.Services.AddGoScheduler();
builder.Services.AddHostedService<OrderDesk>();

using IHost host = builder.Build();
await host.RunAsync();
Console.WriteLine($"orders packed when the host had stopped: {OrderDesk.PackedCount}");
