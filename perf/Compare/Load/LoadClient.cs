using System;
using System.Diagnostics;
using System.Linq;
using System.Text.Json;

namespace Goroutines.Compare.Load;

/// <summary>
/// The load generator, a process of its own: so many clients in a closed loop, each with one request on its way. One thread serves
/// them all, on plain sockets, so that it costs as little as it can of the cores that the server wants; it is the same for all sides.
/// </summary>
internal sealed class LoadClient(LoadKind kind, int port, int connectionCount)
{
    public const string CommandName = "child-client";

    private readonly LatencyHistogram _latencies = new();
    private LoadConnection[] _connections = [];
    private Epoll? _epoll;

    /// <summary>Warms up, prints a line, and then a line for each window.</summary>
    public int Run(int warmMs, int windowMs, int windowCount)
    {
        try
        {
            Connect();
            long now = Stopwatch.GetTimestamp();
            foreach (LoadConnection connection in _connections)
            {
                connection.Send(now);
            }

            Drive(TimeSpan.FromMilliseconds(warmMs));
            _latencies.Clear();
            Write(new LoadWindow(0, 0, 0, 0));
            for (int window = 0; window < windowCount; window++)
            {
                double seconds = Drive(TimeSpan.FromMilliseconds(windowMs));
                Write(new LoadWindow(_latencies.Count, seconds, _latencies.Percentile(0.5), _latencies.Percentile(0.99)));
                _latencies.Clear();
            }

            return 0;
        }
        catch (Exception e)
        {
            Console.Error.WriteLine(e);
            Console.Error.WriteLine($"The load generator has failed, {e.GetType().Name}: {e.Message}");
            return 1;
        }
    }

    private static void Write(LoadWindow window) => Console.WriteLine(JsonSerializer.Serialize(window, JsonSerializerOptions.Web));

    private void Connect()
    {
        _connections = [.. Enumerable.Range(0, connectionCount).Select(number => new LoadConnection(kind, port, number))];
        _epoll = connectionCount > 1 ? new Epoll() : null;
        for (int index = 0; index < _connections.Length; index++)
        {
            _connections[index].Rehearse();
            _epoll?.Add(_connections[index].Socket, index);
        }
    }

    private double Drive(TimeSpan duration)
    {
        long start = Stopwatch.GetTimestamp();
        long end = start + (long)(duration.TotalSeconds * Stopwatch.Frequency);
        long now = start;
        while (now < end)
        {
            now = Step(now);
        }

        return Stopwatch.GetElapsedTime(start, now).TotalSeconds;
    }

    // One connection needs no epoll: its receive waits.
    private long Step(long now)
    {
        if (_epoll is null)
        {
            return Turn(_connections[0], now);
        }

        int count = _epoll.Wait();
        for (int position = 0; position < count; position++)
        {
            now = Turn(_connections[_epoll.IndexOf(position)], now);
        }

        return now;
    }

    private long Turn(LoadConnection connection, long now)
    {
        if (!connection.TryFinish(out long sentAt))
        {
            return now;
        }

        now = Stopwatch.GetTimestamp();
        _latencies.Add(Stopwatch.GetElapsedTime(sentAt, now).TotalMicroseconds);
        connection.Send(now);
        return now;
    }
}
