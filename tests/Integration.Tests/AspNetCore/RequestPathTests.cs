using System;
using System.Collections.Concurrent;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Http;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Goroutines.IntegrationTests;

/// <summary>Where the code of a request runs, from its first line on.</summary>
[TestClass]
public sealed class RequestPathTests : TransportTest
{
    private const int RequestCount = 20;

    [TestMethod]
    [Timeout(120_000)]
    [DataRow("1.1", false)]
    [DataRow("2.0", false)]
    [DataRow("1.1", true)]
    [DataRow("2.0", true)]
    public async Task Handler_OnGoTransport_StaysOnTheSchedulerWithItsContext(string version, bool usesTls)
    {
        var places = new ConcurrentQueue<Place>();
        await using WebServer server = await WebServer.StartAsync(
            app => app.MapGet("/", context => WanderAsync(context, places)), ProtocolOf(version), usesTls);
        using HttpClient client = server.CreateClient(Version.Parse(version));

        for (int request = 0; request < RequestCount; request++)
        {
            using HttpResponseMessage response = await client.GetAsync("/");
            Assert.AreEqual($"HTTP/{version}", await response.Content.ReadAsStringAsync(), ignoreCase: true);
        }

        AssertOnScheduler(server.Scheduler, places);
    }

    [TestMethod]
    [Timeout(120_000)]
    public async Task Handler_UnderUseGoScheduler_StaysOnTheSchedulerUnderKestrelsOwnTransport()
    {
        var places = new ConcurrentQueue<Place>();
        await using WebServer server = await WebServer.StartAsync(
            app =>
            {
                app.UseGoScheduler(WebServer.SchedulerName);
                app.Run(context => WanderAsync(context, places));
            },
            set: static builder => builder.Services.AddGoScheduler(WebServer.SchedulerName));
        using HttpClient client = server.CreateClient();

        for (int request = 0; request < RequestCount; request++)
        {
            Assert.AreEqual("HTTP/1.1", await client.GetStringAsync("/"));
        }

        AssertOnScheduler(server.Scheduler, places);
    }

    [TestMethod]
    [Timeout(120_000)]
    public async Task UseGoTransport_WithoutAName_AddsTheSharedScheduler()
    {
        var places = new ConcurrentQueue<Place>();
        await using WebServer server = await WebServer.StartAsync(
            app => app.Run(context => WanderAsync(context, places)), set: static builder => builder.WebHost.UseGoTransport());
        using var client = new HttpClient { BaseAddress = server.Address };

        Assert.AreEqual("HTTP/1.1", await client.GetStringAsync("/"));

        Assert.AreSame(GoScheduler.Shared, server.Application.Services.GetRequiredService<GoScheduler>());
        AssertOnScheduler(GoScheduler.Shared, places, requestCount: 1);
    }

    [TestMethod]
    [Timeout(120_000)]
    public async Task Middleware_ExceptionBelow_IsThrownAbove()
    {
        await using WebServer server = await WebServer.StartAsync(
            static app =>
            {
                app.Use(static async (context, next) =>
                {
                    try
                    {
                        await next(context);
                    }
                    catch (InvalidDataException e)
                    {
                        await context.Response.WriteAsync(e.Message);
                    }
                });
                app.UseGoScheduler(WebServer.SchedulerName);
                app.Run(static async _ =>
                {
                    await Task.Yield();
                    throw new InvalidDataException("from below");
                });
            },
            set: static builder => builder.Services.AddGoScheduler(WebServer.SchedulerName));
        using HttpClient client = server.CreateClient();

        Assert.AreEqual("from below", await client.GetStringAsync("/"));
    }

    [TestMethod]
    [Timeout(120_000)]
    public async Task Connection_Features_TellEndPointsAndTheSocket()
    {
        await using WebServer server = await WebServer.StartAsync(static app => app.Run(static context =>
        {
            var socket = context.Features.Get<IConnectionSocketFeature>()!.Socket;
            return context.Response.WriteAsync(
                $"{context.Connection.RemotePort} {((IPEndPoint)socket.RemoteEndPoint!).Port} "
                + $"{context.Connection.LocalPort} {socket.NoDelay}");
        }));
        using HttpClient client = server.CreateClient();

        string[] words = (await client.GetStringAsync("/")).Split(' ');

        Assert.AreEqual(words[0], words[1]);
        Assert.AreEqual($"{server.Address.Port}", words[2]);
        Assert.AreEqual("True", words[3]);
    }

    private static HttpProtocols ProtocolOf(string version) => version == "2.0" ? HttpProtocols.Http2 : HttpProtocols.Http1;

    private static async Task WanderAsync(HttpContext context, ConcurrentQueue<Place> places)
    {
        places.Enqueue(Place.Here("at the start"));
        await Task.Yield();
        places.Enqueue(Place.Here("after a yield"));
        await Task.Delay(1);
        places.Enqueue(Place.Here("after a delay of the ThreadPool's"));
        await context.Response.WriteAsync(context.Request.Protocol.Replace("HTTP/2", "HTTP/2.0").Replace("2.0.0", "2.0"));
        places.Enqueue(Place.Here("after a write"));
    }

    private static void AssertOnScheduler(GoScheduler scheduler, ConcurrentQueue<Place> places, int requestCount = RequestCount)
    {
        Assert.IsGreaterThanOrEqualTo((4 * requestCount) - 1, places.Count, "The last write may not have come back yet.");
        Place[] astray = [.. places.Where(place => place.Scheduler != scheduler || place.Context != scheduler.SynchronizationContext)];
        Assert.IsEmpty(astray, string.Join(", ", astray.Select(place => place.Name).Distinct()));
    }

    private sealed record Place(string Name, GoScheduler? Scheduler, SynchronizationContext? Context)
    {
        public static Place Here(string name) => new(name, GoScheduler.Current, SynchronizationContext.Current);
    }
}
