// Purpose: a service in which one request in twenty blocks its thread; the latencies on the ThreadPool and on Goroutines.
using System;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Goroutines;
using ScottPlot;

int seconds = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 10;
const int RequestsPerSecond = 1_000;
const int BlockingOneIn = 20;
const int BlockMs = 500;
double[] percentiles = [50, 90, 99, 99.9];

await using var scheduler = new GoScheduler();
var sides = new (string Name, Func<Func<Task>, Task> Run)[]
{
    ("ThreadPool", Task.Run),
    ("Goroutines", scheduler.Run),
};

using var plot = new Plot();
Console.WriteLine($"{RequestsPerSecond} requests a second for {seconds} s; one in {BlockingOneIn} blocks its thread for {BlockMs} ms.");
string[] titles = [.. percentiles.Select(p => $"{"p" + p.ToString(CultureInfo.InvariantCulture),8}")];
Console.WriteLine($"{"Latency of the others, ms",-26}  {string.Join("  ", titles)}");
foreach (var side in sides)
{
    double[] latencies = await ServeAsync(side.Run);
    double[] values = [.. percentiles.Select(p => latencies[(int)((latencies.Length - 1) * p / 100)])];
    Console.WriteLine($"{side.Name,-26}  {string.Join("  ", values.Select(value => $"{value,8:F1}"))}");
    double[] shares = [.. Enumerable.Range(0, latencies.Length).Select(i => 100.0 * i / latencies.Length)];
    var line = plot.Add.ScatterLine(shares, [.. latencies.Select(value => Math.Log10(Math.Max(0.01, value)))]);
    line.LegendText = side.Name;
}

plot.Title("Latency of requests that do not block");
plot.XLabel("percent of requests");
plot.YLabel("log10 of milliseconds");
plot.ShowLegend(Alignment.UpperLeft);
string path = Path.Combine(AppContext.BaseDirectory, "starvation.png");
plot.SavePng(path, 900, 500);
Console.WriteLine($"Plot: {path}");

// Requests come by the clock, on a thread of its own, whether those before are done or not.
async Task<double[]> ServeAsync(Func<Func<Task>, Task> run)
{
    int count = RequestsPerSecond * seconds;
    var latencies = new double[count];
    var requests = new Task[count];
    var arrivals = new Thread(() =>
    {
        long begin = Stopwatch.GetTimestamp();
        for (int number = 0; number < count; number++)
        {
            TimeSpan due = TimeSpan.FromSeconds((double)number / RequestsPerSecond);
            TimeSpan early = due - Stopwatch.GetElapsedTime(begin);
            if (early > TimeSpan.Zero)
            {
                Thread.Sleep(early);
            }

            int request = number;
            long arrival = Stopwatch.GetTimestamp();
            requests[request] = run(() => HandleAsync(request, arrival, latencies));
        }
    });
    arrivals.Start();
    arrivals.Join();
    await Task.WhenAll(requests);
    double[] others = [.. latencies.Where((_, number) => number % BlockingOneIn != 0)];
    Array.Sort(others);
    return others;
}

static async Task HandleAsync(int request, long arrival, double[] latencies)
{
    if (request % BlockingOneIn == 0)
    {
        // Sync over async, as in a library nobody can change.
        Task.Delay(BlockMs).Wait();
    }
    else
    {
        Thread.SpinWait(1_000);
        await Task.Yield();
        Thread.SpinWait(1_000);
    }

    latencies[request] = Stopwatch.GetElapsedTime(arrival).TotalMilliseconds;
}
