using System;
using System.Collections.Generic;
using System.IO;
using System.Threading.Tasks;
using Goroutines.Compare.Load;
using Goroutines.Compare.Measuring;

namespace Goroutines.Compare.Workloads;

/// <summary>HTTP with connections that are kept, on plain sockets: the least that a server of requests does.</summary>
internal sealed class HttpRaw : Workload
{
    private const int ConnectionCount = 64;

    public override string Name => "HttpRaw";

    public override int RoundCountMax => 3;

    public override IReadOnlyList<Quantity> Quantities { get; } =
    [
        new(LoadMeter.Rate, "requests/s", MoreIsBetter: true),
        new(LoadMeter.Median, "µs"),
        new(LoadMeter.High, "µs"),
        new(LoadMeter.ServerCpu, "µs/request", new AtMostGoal(7.5)),
        new(LoadMeter.Switches, "each request"),
    ];

    public override string DescribeSize(Scale scale) => LoadMeter.DescribeSize(ConnectionCount, scale);

    public override IReadOnlyList<Metric> Run<TSide>(Scale scale) =>
        LoadMeter.Measure(LoadKind.Http, TSide.Listen<Handler>(), ConnectionCount, scale);

    private readonly struct Handler : IConnectionHandler
    {
        private static readonly byte[] s_answer =
            "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 13\r\n\r\nHello, World!"u8.ToArray();

        public static async Task ServeAsync<TConnection>(TConnection connection)
            where TConnection : struct, IConnection
        {
            var buffer = new byte[4_096];
            int size = 0;
            int count;
            while ((count = await connection.ReceiveAsync(buffer.AsMemory(size))) > 0)
            {
                size += count;
                int end;
                while ((end = FindEnd(buffer.AsSpan(0, size))) > 0)
                {
                    await connection.SendAsync(s_answer);
                    buffer.AsSpan(end, size - end).CopyTo(buffer);
                    size -= end;
                }
            }
        }

        // Of a request without a body, which is all that comes here; 0 if it is not complete.
        private static int FindEnd(ReadOnlySpan<byte> received)
        {
            int end = received.IndexOf("\r\n\r\n"u8);
            if (end >= 0 && !received.StartsWith("GET / "u8))
            {
                throw new InvalidDataException("There is nothing here but GET /.");
            }

            return end < 0 ? 0 : end + 4;
        }
    }
}
