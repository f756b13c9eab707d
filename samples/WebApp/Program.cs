// Purpose: a web application on goroutines, by one package and one line. Handlers that block hold up nobody else.
using System;
using System.Diagnostics;
using System.Linq;
using System.Net.Http;
using System.Threading;
using System.Threading.Tasks;
using Goroutines;
using Goroutines.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;

const int BlockingCount = 200;

WebApplicationBuilder builder = WebApplication.CreateBuilder(args);
builder.Logging.SetMinimumLevel(LogLevel.Warning);
builder.WebHost.UseUrls("http://127.0.0.1:0");
builder.WebHost.UseGoTransport(); // This is the line.

WebApplication app = builder.Build();
app.MapGet("/", static async () =>
{
    await Task.Yield();
    return $"Hello from scheduler {GoScheduler.Current?.Name}";
});
app.MapGet("/blocking", static () =>
{
    Thread.Sleep(100);
    return "slept";
});
await app.StartAsync();

// A server would wait for requests now. This one asks itself, over connections that are goroutines too.
using var client = new HttpClient(new SocketsHttpHandler { ConnectCallback = GoHttp.ConnectCallback })
{
    BaseAddress = new Uri(app.Urls.Single()),
};
Console.WriteLine(await client.GetStringAsync("/"));
Task[] sleepers = [.. Enumerable.Range(0, BlockingCount).Select(_ => client.GetStringAsync("/blocking"))];
var watch = Stopwatch.StartNew();
_ = await client.GetStringAsync("/");
TimeSpan quick = watch.Elapsed;
await Task.WhenAll(sleepers);
Console.WriteLine($"{BlockingCount} requests that block for 100 ms, at once: {watch.ElapsedMilliseconds} ms for all of them");
Console.WriteLine($"one that does not, meanwhile: {quick.TotalMilliseconds:0} ms");
await app.StopAsync();
