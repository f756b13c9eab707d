using System;
using System.Collections.Generic;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;

namespace Goroutines.Net;

// As RFC 8305 has it, without its orders of preference: families in turn, the next attempt while the last one has not answered.
/// <summary>Connects to a host by its name: to whichever of its addresses answers first.</summary>
internal static class HostConnector
{
    // The RFC's "Connection Attempt Delay".
    private static readonly TimeSpan s_attemptDelay = TimeSpan.FromMilliseconds(250);

    public static async ValueTask<GoSocket> ConnectAsync(DnsEndPoint host, GoScheduler scheduler, CancellationToken token)
    {
        IPAddress[] addresses = IPAddress.TryParse(host.Host, out IPAddress? literal)
            ? [literal]
            : await Dns.GetHostAddressesAsync(host.Host, host.AddressFamily, token).ConfigureAwait(false);
        if (addresses.Length == 0)
        {
            throw new SocketException((int)SocketError.HostNotFound);
        }

        var ahead = new Queue<IPEndPoint>(InTurn(addresses).Select(address => new IPEndPoint(address, host.Port)));
        return await RaceAsync(ahead, scheduler, token).ConfigureAwait(false);
    }

    /// <summary>Orders addresses so that families alternate, beginning with that of the first.</summary>
    public static IEnumerable<IPAddress> InTurn(IReadOnlyList<IPAddress> addresses)
    {
        AddressFamily firstFamily = addresses[0].AddressFamily;
        var first = new Queue<IPAddress>(addresses.Where(address => address.AddressFamily == firstFamily));
        var second = new Queue<IPAddress>(addresses.Where(address => address.AddressFamily != firstFamily));
        while (first.Count + second.Count > 0)
        {
            if (first.TryDequeue(out IPAddress? next))
            {
                yield return next;
            }

            if (second.TryDequeue(out next))
            {
                yield return next;
            }
        }
    }

    private static async Task<GoSocket> RaceAsync(Queue<IPEndPoint> ahead, GoScheduler scheduler, CancellationToken token)
    {
        using var race = CancellationTokenSource.CreateLinkedTokenSource(token);
        var running = new List<Task<GoSocket>>();
        try
        {
            while (true)
            {
                var waitedFor = new List<Task>();
                if (ahead.TryDequeue(out IPEndPoint? next))
                {
                    running.Add(GoSocket.ConnectToAddressAsync(next, scheduler, race.Token).AsTask());
                    if (ahead.Count > 0)
                    {
                        waitedFor.Add(Task.Delay(s_attemptDelay, scheduler.TimeProvider, race.Token));
                    }
                }

                waitedFor.AddRange(running);
                Task ended = await Task.WhenAny(waitedFor).ConfigureAwait(false);
                if (ended is Task<GoSocket> attempt)
                {
                    running.Remove(attempt);
                    if (attempt.IsCompletedSuccessfully || token.IsCancellationRequested || running.Count + ahead.Count == 0)
                    {
                        return await attempt.ConfigureAwait(false);
                    }
                }
            }
        }
        finally
        {
            await race.CancelAsync().ConfigureAwait(false);
            running.ForEach(DisposeLater);
        }
    }

    // It may have connected in the moment it was canceled. Its failure is seen here, so that nobody calls it unobserved.
    private static void DisposeLater(Task<GoSocket> attempt) => _ = attempt.ContinueWith(
        static late =>
        {
            if (late.Exception is null && !late.IsCanceled)
            {
                late.Result.Dispose();
            }
        },
        CancellationToken.None,
        TaskContinuationOptions.ExecuteSynchronously,
        TaskScheduler.Default);
}
