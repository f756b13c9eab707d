using System;
using System.IO;
using System.IO.Pipelines;
using System.Linq;
using System.Net;
using System.Net.Http;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Goroutines.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Goroutines.IntegrationTests;

/// <summary>What Kestrel asks of a transport.</summary>
[TestClass]
public sealed class TransportTests : TransportTest
{
    [TestMethod]
    [Timeout(120_000)]
    [DataRow("1.1", false)]
    [DataRow("2.0", false)]
    [DataRow("1.1", true)]
    [DataRow("2.0", true)]
    public async Task Bodies_OfAMegabyte_ComeBackWhole(string version, bool usesTls)
    {
        await using WebServer server = await WebServer.StartAsync(
            static app => app.MapPost("/", EchoBodyAsync),
            version == "2.0" ? HttpProtocols.Http2 : HttpProtocols.Http1,
            usesTls);
        using HttpClient client = server.CreateClient(Version.Parse(version));
        byte[] body = RandomBytes(1_000_000);

        byte[][] answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(async _ =>
        {
            using HttpResponseMessage response = await client.PostAsync("/", new ByteArrayContent(body));
            return await response.Content.ReadAsByteArrayAsync();
        }));

        Assert.IsTrue(answers.All(answer => answer.AsSpan().SequenceEqual(body)));
    }

    [TestMethod]
    [Timeout(120_000)]
    public async Task UnixSocket_Request_IsAnsweredAndTheFileGoes()
    {
        string path = Path.Combine(Path.GetTempPath(), $"goroutines-{Guid.NewGuid():N}.sock");
        await using (WebServer server = await WebServer.StartAsync(
            static app => app.MapGet("/", static () => "over a file"),
            kestrel => kestrel.ListenUnixSocket(path),
            static builder => builder.WebHost.UseGoTransport(WebServer.SchedulerName)))
        {
            using var client = new HttpClient(WebServer.CreateHandler(async (_, token) =>
                new GoNetworkStream(await GoSocket.ConnectAsync(new UnixDomainSocketEndPoint(path), token), ownsSocket: true)));

            Assert.AreEqual("over a file", await client.GetStringAsync("http://localhost/"));
        }

        Assert.IsFalse(File.Exists(path));
    }

    [TestMethod]
    [Timeout(120_000)]
    public async Task WebSocket_Messages_ComeBack()
    {
        await using WebServer server = await WebServer.StartAsync(static app =>
        {
            app.UseWebSockets();
            app.Run(static async context => await EchoAsync(await context.WebSockets.AcceptWebSocketAsync()));
        });
        using var invoker = new HttpMessageInvoker(new SocketsHttpHandler { ConnectCallback = GoHttp.ConnectCallback });
        using var client = new ClientWebSocket();
        await client.ConnectAsync(new Uri($"ws://localhost:{server.Address.Port}/"), invoker, CancellationToken.None);

        for (int size = 1; size < 100_000; size *= 7)
        {
            byte[] message = RandomBytes(size);
            await client.SendAsync(message, WebSocketMessageType.Binary, endOfMessage: true, CancellationToken.None);
            CollectionAssert.AreEqual(message, await ReceiveAsync(client));
        }

        await client.CloseAsync(WebSocketCloseStatus.NormalClosure, "", CancellationToken.None);
        Assert.AreEqual(WebSocketState.Closed, client.State);
    }

    [TestMethod]
    [Timeout(120_000)]
    public async Task Bind_PortInUse_ThrowsAddressInUse()
    {
        using GoListener taken = GoListener.Listen(new IPEndPoint(IPAddress.Loopback, 0));
        int port = ((IPEndPoint)taken.LocalEndPoint).Port;

        IOException failure = await Assert.ThrowsExactlyAsync<IOException>(() => WebServer.StartAsync(
            static _ => { },
            kestrel => kestrel.ListenLocalhost(port),
            static builder => builder.WebHost.UseGoTransport(WebServer.SchedulerName)));

        Assert.IsInstanceOfType<AddressInUseException>(
            failure.InnerException is AggregateException several ? several.InnerExceptions[0] : failure.InnerException);
    }

    [TestMethod]
    [Timeout(120_000)]
    public async Task Stop_WithARequestOnItsWay_AnswersItFirst()
    {
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var mayEnd = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using WebServer server = await WebServer.StartAsync(app => app.Run(async context =>
        {
            begun.SetResult();
            await mayEnd.Task;
            await context.Response.WriteAsync("finished");
        }));
        using HttpClient client = server.CreateClient();
        Task<string> request = client.GetStringAsync("/");
        await begun.Task.WaitAsync(WebServer.Patience);

        Task stopping = server.Application.StopAsync();
        Assert.IsFalse(stopping.IsCompleted);
        mayEnd.SetResult();

        Assert.AreEqual("finished", await request);
        await stopping.WaitAsync(WebServer.Patience);
        using var late = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        SocketException refused = Assert.ThrowsExactly<SocketException>(() => late.Connect(IPAddress.Loopback, server.EndPoint.Port));
        Assert.AreEqual(SocketError.ConnectionRefused, refused.SocketErrorCode);
    }

    [TestMethod]
    [Timeout(120_000)]
    public async Task Receive_NobodyReads_StopsAtTheLimit()
    {
        const int Limit = 64 * 1024;
        const int SentCount = 64 * 1024 * 1024;
        var isStalled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var found = new TaskCompletionSource<(long First, long Total)>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using WebServer server = await WebServer.StartAsync(
            static _ => { },
            kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Run(async connection =>
            {
                await isStalled.Task;
                found.SetResult(await ReadAllAsync(connection.Transport.Input));
            })),
            static builder => builder.WebHost.UseGoTransport(WebServer.SchedulerName, o => o.MaxReadBufferSize = Limit));
        using Socket client = Connect(server);

        Task sending = Task.Run(() => SendUntilStalled(client, SentCount, isStalled));
        (long first, long total) = await found.Task.WaitAsync(WebServer.Patience);
        await sending;

        Assert.AreEqual(SentCount, total);
        Assert.IsInRange(1, Limit + 4_096, first, "What was received before anybody read.");
    }

    [TestMethod]
    [Timeout(120_000)]
    public async Task Limits_OneConnection_ClosesTheSecond()
    {
        await using WebServer server = await WebServer.StartAsync(
            static app => app.MapGet("/", static () => "ok"),
            static kestrel =>
            {
                kestrel.Limits.MaxConcurrentConnections = 1;
                kestrel.Listen(IPAddress.Loopback, 0);
            },
            static builder => builder.WebHost.UseGoTransport(WebServer.SchedulerName));
        using HttpClient first = server.CreateClient();
        Assert.AreEqual("ok", await first.GetStringAsync("/"));

        using Socket second = Connect(server);
        var buffer = new byte[1];
        Task<int> end = second.ReceiveAsync(buffer, SocketFlags.None);

        Assert.AreEqual(0, await end.WaitAsync(WebServer.Patience));
        Assert.AreEqual("ok", await first.GetStringAsync("/"));
    }

    [TestMethod]
    [Timeout(120_000)]
    public async Task Garbage_IsRefusedAndTheServerGoesOn()
    {
        await using WebServer server = await WebServer.StartAsync(static app => app.MapGet("/", static () => "ok"));
        using (Socket client = Connect(server))
        {
            client.Send("\u0001\u0002 what is this\r\n\r\n"u8);
            var answer = new byte[64];
            int count = await client.ReceiveAsync(answer, SocketFlags.None).WaitAsync(WebServer.Patience);
            Assert.StartsWith("HTTP/1.1 400", Encoding.ASCII.GetString(answer, 0, count));
        }

        using HttpClient another = server.CreateClient();
        Assert.AreEqual("ok", await another.GetStringAsync("/"));
    }

    [TestMethod]
    [Timeout(120_000)]
    public async Task Reset_InMidBody_IsToldToTheHandler()
    {
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var aborted = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var failed = new TaskCompletionSource<Exception?>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using WebServer server = await WebServer.StartAsync(app => app.Run(async context =>
        {
            context.RequestAborted.Register(aborted.SetResult);
            begun.SetResult();
            try
            {
                await context.Request.Body.CopyToAsync(Stream.Null);
                failed.SetResult(null);
            }
            catch (IOException e)
            {
                failed.SetResult(e);

                // A request that is over is not aborted any more.
                await aborted.Task;
            }
        }));

        using (Socket client = Connect(server))
        {
            client.Send("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\nonly this"u8);
            await begun.Task.WaitAsync(WebServer.Patience);
            client.LingerState = new LingerOption(enable: true, seconds: 0);
        }

        Assert.IsInstanceOfType<ConnectionResetException>(await failed.Task.WaitAsync(WebServer.Patience));
        await aborted.Task.WaitAsync(WebServer.Patience);
    }

    [TestMethod]
    [Timeout(120_000)]
    public async Task Abort_InMidResponse_ResetsTheConnection()
    {
        await using WebServer server = await WebServer.StartAsync(static app => app.Run(static async context =>
        {
            context.Response.ContentLength = 1_000;
            await context.Response.WriteAsync("a beginning");
            await context.Response.Body.FlushAsync();
            context.Abort();
        }));
        using Socket client = Connect(server);
        client.Send("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"u8);

        await Assert.ThrowsExactlyAsync<SocketException>(async () =>
        {
            var buffer = new byte[4_096];
            int count;
            do
            {
                count = await client.ReceiveAsync(buffer, SocketFlags.None).WaitAsync(WebServer.Patience);
            }
            while (count > 0);
        });
    }

    private static byte[] RandomBytes(int count)
    {
        var bytes = new byte[count];
        new Random(count).NextBytes(bytes);
        return bytes;
    }

    // All of it first: over HTTP/2 a client may read nothing before it has sent everything, and then both wait for the other's window.
    private static async Task EchoBodyAsync(HttpContext context)
    {
        var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        await context.Response.Body.WriteAsync(body.GetBuffer().AsMemory(0, (int)body.Length));
    }

    private static Socket Connect(WebServer server)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Connect(server.EndPoint);
        return socket;
    }

    private static async Task EchoAsync(WebSocket socket)
    {
        var buffer = new byte[4_096];
        ValueWebSocketReceiveResult received;
        while ((received = await socket.ReceiveAsync(buffer.AsMemory(), CancellationToken.None)).MessageType != WebSocketMessageType.Close)
        {
            await socket.SendAsync(
                buffer.AsMemory(0, received.Count), received.MessageType, received.EndOfMessage, CancellationToken.None);
        }

        await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, "", CancellationToken.None);
    }

    private static async Task<byte[]> ReceiveAsync(WebSocket socket)
    {
        var message = new MemoryStream();
        var buffer = new byte[4_096];
        ValueWebSocketReceiveResult received;
        do
        {
            received = await socket.ReceiveAsync(buffer.AsMemory(), CancellationToken.None);
            message.Write(buffer, 0, received.Count);
        }
        while (!received.EndOfMessage);
        return message.ToArray();
    }

    private static async Task<(long First, long Total)> ReadAllAsync(PipeReader reader)
    {
        long first = 0;
        long total = 0;
        ReadResult read;
        do
        {
            read = await reader.ReadAsync();
            first = total == 0 ? read.Buffer.Length : first;
            total += read.Buffer.Length;
            reader.AdvanceTo(read.Buffer.End);
        }
        while (!read.IsCompleted);
        return (first, total);
    }

    // Stalled is what has no room for so long; if that is too early on a busy machine, only less has come than could have.
    private static void SendUntilStalled(Socket socket, int count, TaskCompletionSource isStalled)
    {
        byte[] piece = RandomBytes(64 * 1024);
        socket.Blocking = false;
        for (int sent = 0; sent < count;)
        {
            if (!socket.Poll(TimeSpan.FromMilliseconds(300), SelectMode.SelectWrite))
            {
                isStalled.TrySetResult();
                continue;
            }

            sent += socket.Send(piece.AsSpan(0, Math.Min(piece.Length, count - sent)), SocketFlags.None, out SocketError error);
            Assert.IsTrue(error is SocketError.Success or SocketError.WouldBlock, $"{error}");
        }

        isStalled.TrySetResult();
        socket.Shutdown(SocketShutdown.Send);
    }
}
