using System;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;
using Goroutines.Net;

namespace Goroutines.RuntimeChild;

/// <summary>Two goroutines that send something to and fro: each operation is a receive that waits, or a send.</summary>
internal sealed class SocketTraffic : Traffic
{
    private readonly GoSocket _near;
    private readonly GoSocket _far;
    private readonly Task[] _goroutines;
    private long _operationCount;

    public SocketTraffic(GoScheduler scheduler, bool isRaw)
    {
        using GoListener listener = GoListener.Listen(new IPEndPoint(IPAddress.Loopback, 0), scheduler: scheduler);
        Task<GoSocket> accepting = listener.AcceptAsync().AsTask();
        _near = GoSocket.ConnectAsync(listener.LocalEndPoint, scheduler).AsTask().GetAwaiter().GetResult();
        _far = accepting.GetAwaiter().GetResult();
        _near.NoDelay = true;
        _far.NoDelay = true;
        _goroutines = isRaw
            ? [YieldTraffic.StartRaw(scheduler, () => EchoAsync(_near)), YieldTraffic.StartRaw(scheduler, () => EchoAsync(_far))]
            : [scheduler.Run(() => EchoOnSocketAsync(_near)), scheduler.Run(() => EchoOnSocketAsync(_far))];
        _near.SendAsync(new byte[64]).AsTask().GetAwaiter().GetResult();
    }

    public override int OperationCount => 40_000;

    public override long Run(int operationCount)
    {
        long start = Volatile.Read(ref _operationCount);
        Until((this, start + operationCount), static end => Volatile.Read(ref end.Item1._operationCount) >= end.Item2);
        return Volatile.Read(ref _operationCount) - start;
    }

    public override void Dispose()
    {
        // Each sees the end, or a failure because the other side has gone first.
        _near.Shutdown(SocketShutdown.Both);
        try
        {
            Task.WaitAll(_goroutines);
        }
        catch (AggregateException e) when (e.InnerExceptions.All(inner => inner is SocketException or IOException))
        {
            Volatile.Write(ref _operationCount, 0);
        }

        _near.Dispose();
        _far.Dispose();
    }

    private async Task EchoOnSocketAsync(GoSocket socket)
    {
        using var never = new CancellationTokenSource();
        byte[] buffer = new byte[256];
        int count = 1;
        while (count > 0)
        {
            count = await socket.ReceiveAsync(buffer, never.Token);
            await socket.SendAsync(buffer.AsMemory(0, count), never.Token);
            Interlocked.Add(ref _operationCount, 2);
        }
    }

    private async Task EchoAsync(GoSocket socket)
    {
        await using var stream = new GoNetworkStream(socket, ownsSocket: false);
        byte[] buffer = new byte[256];
        int count = 1;
        while (count > 0)
        {
            await stream.ReadAsync(Memory<byte>.Empty).ConfigureAwait(false);
            count = await stream.ReadAsync(buffer).ConfigureAwait(false);
            await stream.WriteAsync(buffer.AsMemory(0, count)).ConfigureAwait(false);
            Interlocked.Add(ref _operationCount, 3);
        }
    }
}
