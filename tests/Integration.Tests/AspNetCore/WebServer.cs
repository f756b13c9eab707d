using System;
using System.Linq;
using System.Net;
using System.Net.Http;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Threading.Tasks;
using Goroutines.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Goroutines.IntegrationTests;

/// <summary>A Kestrel server in the tests' process, on our transport and a scheduler of its own unless a test says otherwise.</summary>
internal sealed class WebServer : IAsyncDisposable
{
    public const string SchedulerName = "web";

    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static readonly X509Certificate2 s_certificate = CreateCertificate();

    private WebServer(WebApplication application) => Application = application;

    public WebApplication Application { get; }

    public GoScheduler Scheduler => Application.Services.GetRequiredKeyedService<GoScheduler>(SchedulerName);

    public Uri Address => new(Application.Services.GetRequiredService<IServer>()
        .Features.Get<IServerAddressesFeature>()!.Addresses.Single());

    public IPEndPoint EndPoint => new(IPAddress.Loopback, Address.Port);

    /// <summary>Starts a server at a free port of the loopback device.</summary>
    /// <param name="map">Adds the application's middleware and end points.</param>
    /// <param name="protocols">The HTTP versions; without TLS it can be one only.</param>
    /// <param name="usesTls">Whether connections are encrypted.</param>
    /// <param name="set">Sets the builder up; null for our transport on the scheduler of <see cref="SchedulerName"/>.</param>
    public static Task<WebServer> StartAsync(
        Action<WebApplication> map,
        HttpProtocols protocols = HttpProtocols.Http1,
        bool usesTls = false,
        Action<WebApplicationBuilder>? set = null) =>
        StartAsync(
            map,
            kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen =>
            {
                listen.Protocols = protocols;
                if (usesTls)
                {
                    listen.UseHttps(s_certificate);
                }
            }),
            set ?? (static builder => builder.WebHost.UseGoTransport(SchedulerName)));

    /// <summary>Starts a server.</summary>
    public static async Task<WebServer> StartAsync(
        Action<WebApplication> map, Action<KestrelServerOptions> listen, Action<WebApplicationBuilder> set)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(listen);
        set(builder);
        var server = new WebServer(builder.Build());
        map(server.Application);
        await server.Application.StartAsync().WaitAsync(Patience);
        return server;
    }

    /// <summary>Returns a client whose connections are ours too, and which takes the server's certificate.</summary>
    public HttpClient CreateClient(Version? version = null) => new(CreateHandler(GoHttp.CreateConnectCallback(Scheduler)))
    {
        BaseAddress = Address,
        DefaultRequestVersion = version ?? HttpVersion.Version11,
        DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
        Timeout = Patience,
    };

    public static SocketsHttpHandler CreateHandler(
        Func<SocketsHttpConnectionContext, System.Threading.CancellationToken, ValueTask<System.IO.Stream>> connect) => new()
        {
            ConnectCallback = connect,
            SslOptions = { RemoteCertificateValidationCallback = static (_, presented, _, _) =>
                presented?.GetCertHashString() == s_certificate.GetCertHashString() },
        };

    public async ValueTask DisposeAsync()
    {
        await Application.StopAsync().WaitAsync(Patience);
        await Application.DisposeAsync();
    }

    private static X509Certificate2 CreateCertificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        DateTimeOffset now = DateTimeOffset.UtcNow;
        using X509Certificate2 made = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        return X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pfx), password: null);
    }
}

/// <summary>Base of the tests of the transport, which there is on Linux only.</summary>
public abstract class TransportTest
{
    [TestInitialize]
    public void SkipElsewhere()
    {
        if (!OperatingSystem.IsLinux())
        {
            Assert.Inconclusive("There is a poller for Linux only.");
        }
    }
}
