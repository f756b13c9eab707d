using System;
using System.Net;
using System.Net.Http;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;
using Goroutines.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Goroutines.IntegrationTests;

/// <summary>HttpClient on our connections, against Kestrel on its own: one side at a time is new.</summary>
[TestClass]
public sealed class GoHttpTests : TransportTest
{
    [TestMethod]
    [Timeout(120_000)]
    [DataRow("1.1", false)]
    [DataRow("2.0", false)]
    [DataRow("1.1", true)]
    [DataRow("2.0", true)]
    public async Task ConnectCallback_Requests_AreAnswered(string version, bool usesTls)
    {
        await using WebServer server = await WebServer.StartAsync(
            static app => app.MapGet("/{number}", static (HttpContext context, int number) => $"{context.Request.Protocol} {number}"),
            version == "2.0" ? HttpProtocols.Http2 : HttpProtocols.Http1,
            usesTls,
            SetOwnTransport);
        bool isDelayed = true;
        using var client = new HttpClient(WebServer.CreateHandler(async (context, token) =>
        {
            var stream = (GoNetworkStream)await GoHttp.ConnectCallback(context, token);
            isDelayed = !stream.Socket.NoDelay;
            return stream;
        }))
        {
            // By name: it has to be looked up.
            BaseAddress = new UriBuilder(server.Address) { Host = "localhost" }.Uri,
            DefaultRequestVersion = Version.Parse(version),
            DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };

        string protocol = version == "2.0" ? "HTTP/2" : "HTTP/1.1";
        await Parallel.ForAsync(0, 200, async (number, token) =>
            Assert.AreEqual($"{protocol} {number}", await client.GetStringAsync($"/{number}", token)));

        Assert.IsFalse(isDelayed);
    }

    [TestMethod]
    [Timeout(120_000)]
    public async Task ConnectCallback_NobodyListens_FailsAsSocketsDo()
    {
        using GoListener listener = GoListener.Listen(new IPEndPoint(IPAddress.Loopback, 0));
        int port = ((IPEndPoint)listener.LocalEndPoint).Port;
        listener.Dispose();
        using var client = new HttpClient(WebServer.CreateHandler(GoHttp.ConnectCallback));

        HttpRequestException failure = await Assert.ThrowsExactlyAsync<HttpRequestException>(
            () => client.GetStringAsync($"http://127.0.0.1:{port}/"));

        Assert.AreEqual(HttpRequestError.ConnectionError, failure.HttpRequestError);
        Assert.AreEqual(SocketError.ConnectionRefused, ((SocketException)failure.InnerException!).SocketErrorCode);
    }

    [TestMethod]
    [Timeout(120_000)]
    public async Task ConnectCallback_CanceledInMidAnswer_EndsTheRequest()
    {
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var aborted = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using WebServer server = await WebServer.StartAsync(
            app => app.Run(async context =>
            {
                context.RequestAborted.Register(aborted.SetResult);
                begun.SetResult();
                await aborted.Task;
            }),
            set: SetOwnTransport);
        using HttpClient client = server.CreateClient();
        using var source = new CancellationTokenSource();
        Task<string> request = client.GetStringAsync("/", source.Token);
        await begun.Task.WaitAsync(WebServer.Patience);

        await source.CancelAsync();

        await Assert.ThrowsExactlyAsync<TaskCanceledException>(() => request);
        await aborted.Task.WaitAsync(WebServer.Patience);
    }

    // Kestrel's; the scheduler is there for the client.
    private static void SetOwnTransport(WebApplicationBuilder builder) => builder.Services.AddGoScheduler(WebServer.SchedulerName);
}
