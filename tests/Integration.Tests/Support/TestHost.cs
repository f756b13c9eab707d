using System;
using System.Collections.Generic;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Goroutines.IntegrationTests;

/// <summary>Builds hosts that hold nothing but what a test puts in.</summary>
internal static class TestHost
{
    public static IHost Build(
        LogRecorder log, Action<IServiceCollection> register, Dictionary<string, string?>? settings = null)
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Configuration.AddInMemoryCollection(settings ?? []);
        builder.Logging.AddProvider(log);
        register(builder.Services);
        return builder.Build();
    }
}
