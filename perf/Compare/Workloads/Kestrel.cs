using System;
using System.Collections.Generic;
using System.Linq;
using System.Net;
using System.Threading.Tasks;
using Goroutines.Compare.Load;
using Goroutines.Compare.Measuring;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Goroutines.Compare.Workloads;

/// <summary>Kestrel answering with a short text, on this side's connections and on its own.</summary>
internal sealed class Kestrel(int connectionCount) : Workload
{
    private static readonly byte[] s_answer = "Hello, World!"u8.ToArray();

    public override string Name => "Kestrel";

    public override string Variant => $"{connectionCount}";

    public override int RoundCountMax => 3;

    public override IReadOnlyList<Quantity> Quantities { get; } =
    [
        new(LoadMeter.Rate, "requests/s", new RatioGoal(1.1), MoreIsBetter: true),
        new(LoadMeter.Median, "µs"),
        new(LoadMeter.High, "µs"),
        new(LoadMeter.ServerCpu, "µs/request"),
        new(LoadMeter.Switches, "each request"),
    ];

    public override string DescribeSize(Scale scale) => LoadMeter.DescribeSize(connectionCount, scale);

    public override IReadOnlyList<Metric> Run<TSide>(Scale scale)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(static kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        TSide.UseTransport(builder.WebHost);
        WebApplication application = builder.Build();
        application.Run(AnswerAsync);
        application.StartAsync().GetAwaiter().GetResult();
        string address = application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        return LoadMeter.Measure(LoadKind.Http, new Uri(address).Port, connectionCount, scale);
    }

    private static async Task AnswerAsync(HttpContext context)
    {
        context.Response.ContentType = "text/plain";
        context.Response.ContentLength = s_answer.Length;
        await context.Response.Body.WriteAsync(s_answer);
    }
}
