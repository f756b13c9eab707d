using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Channels;
using System.Threading.Tasks;
using Goroutines.Channels;
using Goroutines.Sync;

namespace Goroutines.RuntimeChild;

/// <summary>Goroutines that pass values on all the time, over channels, by select, or hold a mutex in turn.</summary>
internal sealed class ChanTraffic : Traffic
{
    private readonly List<Chan<long>> _chans = new();
    private readonly List<Task> _goroutines = new();
    private readonly AsyncMutex _mutex = new();
    private long _count;
    private bool _isStopped;

    private ChanTraffic()
    {
    }

    /// <summary>Pairs that send a value to and fro without room.</summary>
    public static ChanTraffic PingPong(int pairCount, Func<Func<Task>, Task> start)
    {
        var traffic = new ChanTraffic();
        for (int i = 0; i < pairCount; i++)
        {
            Chan<long> there = traffic.Add(Chan.CreateUnbuffered<long>());
            Chan<long> back = traffic.Add(Chan.CreateUnbuffered<long>());
            traffic._goroutines.Add(start(() => traffic.UntilClosedAsync(async () =>
            {
                while (true)
                {
                    await there.Writer.WriteAsync(1);
                    await back.Reader.ReadAsync();
                    Interlocked.Increment(ref traffic._count);
                }
            })));
            traffic._goroutines.Add(start(() => traffic.UntilClosedAsync(async () =>
            {
                while (true)
                {
                    await back.Writer.WriteAsync(await there.Reader.ReadAsync());
                }
            })));
        }

        return traffic;
    }

    /// <summary>Many writers that wait for room, and a reader.</summary>
    public static ChanTraffic FanIn(int writerCount, Func<Func<Task>, Task> start)
    {
        var traffic = new ChanTraffic();
        Chan<long> chan = traffic.Add(Chan.CreateBounded<long>(4));
        for (int i = 0; i < writerCount; i++)
        {
            traffic._goroutines.Add(start(() => traffic.UntilClosedAsync(async () =>
            {
                while (true)
                {
                    await chan.Writer.WriteAsync(1);
                }
            })));
        }

        traffic._goroutines.Add(start(async () =>
        {
            await foreach (long _ in chan.Reader.ReadAllAsync())
            {
                Interlocked.Increment(ref traffic._count);
            }
        }));
        return traffic;
    }

    /// <summary>Writers and readers that only watch before they act.</summary>
    public static ChanTraffic Watch(int writerCount, Func<Func<Task>, Task> start)
    {
        var traffic = new ChanTraffic();
        Chan<long> chan = traffic.Add(Chan.CreateBounded<long>(4));
        for (int i = 0; i < writerCount; i++)
        {
            traffic._goroutines.Add(start(async () =>
            {
                while (await chan.Writer.WaitToWriteAsync())
                {
                    chan.Writer.TryWrite(1);
                }
            }));
        }

        traffic._goroutines.Add(start(async () =>
        {
            while (await chan.Reader.WaitToReadAsync())
            {
                while (chan.Reader.TryRead(out long _))
                {
                    Interlocked.Increment(ref traffic._count);
                }
            }
        }));
        return traffic;
    }

    /// <summary>A select over four channels without room, each with a writer; a delay that never comes takes part.</summary>
    public static ChanTraffic Select(Func<Func<Task>, Task> start)
    {
        var traffic = new ChanTraffic();
        Chan<long>[] chans = [.. Enumerable.Range(0, 4).Select(_ => traffic.Add(Chan.CreateUnbuffered<long>()))];
        foreach (Chan<long> chan in chans)
        {
            traffic._goroutines.Add(start(() => traffic.UntilClosedAsync(async () =>
            {
                while (true)
                {
                    await chan.Writer.WriteAsync(1);
                }
            })));
        }

        traffic._goroutines.Add(start(async () =>
        {
            var select = new Select();
            foreach (Chan<long> chan in chans)
            {
                select.Read(chan);
            }

            select.After(TimeSpan.FromHours(1));
            while (await select.WaitAsync() is ReadCase<long> read && read.TryGetValue(out _))
            {
                Interlocked.Increment(ref traffic._count);
            }
        }));
        return traffic;
    }

    /// <summary>Goroutines that hold a mutex while they yield.</summary>
    public static ChanTraffic Mutex(int count, Func<Func<Task>, Task> start)
    {
        var traffic = new ChanTraffic();
        for (int i = 0; i < count; i++)
        {
            traffic._goroutines.Add(start(async () =>
            {
                while (!Volatile.Read(ref traffic._isStopped))
                {
                    using (await traffic._mutex.LockAsync())
                    {
                        await Go.Yield();
                        Interlocked.Increment(ref traffic._count);
                    }
                }
            }));
        }

        return traffic;
    }

    public override long Run(int operationCount)
    {
        long start = Volatile.Read(ref _count);
        Until((Traffic: this, Count: start + operationCount), static wanted =>
            Volatile.Read(ref wanted.Traffic._count) >= wanted.Count);
        return Volatile.Read(ref _count) - start;
    }

    public override void Dispose()
    {
        Volatile.Write(ref _isStopped, true);
        _chans.ForEach(chan => chan.Writer.TryComplete());
        Task.WaitAll([.. _goroutines]);
    }

    private Chan<long> Add(Chan<long> chan)
    {
        _chans.Add(chan);
        return chan;
    }

    private async Task UntilClosedAsync(Func<Task> work)
    {
        try
        {
            await work();
        }
        catch (ChannelClosedException) when (Volatile.Read(ref _isStopped))
        {
            return;
        }
    }
}
