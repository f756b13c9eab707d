// Purpose: a service made of two actors, one of which fails now and then and is restarted without losing other messages.
using System;
using Goroutines.Actors;
using Goroutines.Samples.SupervisedService;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

HostApplicationBuilder builder = Host.CreateApplicationBuilder(args);
builder.Logging.SetMinimumLevel(LogLevel.Error);
builder.Services.AddGoScheduler()
    .AddActorSystem(options =>
    {
        options.Supervision.MaxRestarts = 100;
        options.Supervision.RestartDelay = TimeSpan.FromMilliseconds(1);
    })
    .AddActor<Stock, StockMessage>("stock")
    .AddActor<Packer, Order>("packer");

using IHost host = builder.Build();
await host.StartAsync();
IActorRef<Order> packer = host.Services.GetRequiredKeyedService<IActorRef<Order>>("packer");
for (int number = 1; number <= 100; number++)
{
    await packer.TellAsync(new Order(number, $"parcel {number}"));
}

await packer.StopAsync();
IActorRef<StockMessage> stock = host.Services.GetRequiredKeyedService<IActorRef<StockMessage>>("stock");
int left = await stock.AskAsync<int>(reply => new HowMany(reply));
await host.StopAsync();
Console.WriteLine($"100 orders, {Packer.FailureCount} failures, {Packer.StartCount} starts, {Packer.PackedCount} packed, {left} left");
