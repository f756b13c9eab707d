using System;
using System.Collections.Generic;
using System.Threading.Tasks;
using Goroutines.Compare.Load;
using Goroutines.Compare.Measuring;

namespace Goroutines.Compare.Workloads;

/// <summary>A TCP server that sends back what it receives, under clients in another process that wait for each answer.</summary>
internal sealed class Echo(int connectionCount, double rateRatio, double cpuUsMax) : Workload
{
    public override string Name => "Echo";

    public override string Variant => $"{connectionCount}";

    public override int RoundCountMax => 3;

    public override IReadOnlyList<Quantity> Quantities { get; } =
    [
        new(LoadMeter.Rate, "requests/s", new RatioGoal(rateRatio), MoreIsBetter: true),
        new(LoadMeter.Median, "µs"),
        new(LoadMeter.High, "µs", new RatioGoal(1)),
        new(LoadMeter.ServerCpu, "µs/request", new AtMostGoal(cpuUsMax)),
        new(LoadMeter.Switches, "each request"),
    ];

    public override string DescribeSize(Scale scale) => LoadMeter.DescribeSize(connectionCount, scale);

    public override IReadOnlyList<Metric> Run<TSide>(Scale scale) =>
        LoadMeter.Measure(LoadKind.Echo, TSide.Listen<Handler>(), connectionCount, scale);

    private readonly struct Handler : IConnectionHandler
    {
        public static async Task ServeAsync<TConnection>(TConnection connection)
            where TConnection : struct, IConnection
        {
            var buffer = new byte[4_096];
            int count;
            while ((count = await connection.ReceiveAsync(buffer)) > 0)
            {
                await connection.SendAsync(buffer.AsMemory(0, count));
            }
        }
    }
}
