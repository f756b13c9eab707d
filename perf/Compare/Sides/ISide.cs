using System;
using System.Threading;
using System.Threading.Channels;
using System.Threading.Tasks;
using Goroutines.Compare.Load;
using Microsoft.AspNetCore.Hosting;

namespace Goroutines.Compare.Sides;

/// <summary>
/// A scheduler under comparison. The members are static and the implementations structs, so that the JIT compiles each
/// workload once per side with direct, inlinable calls: the workload's code is the same, and nothing virtual is measured.
/// </summary>
internal interface ISide
{
    /// <summary>Gets the name used on the command line and in reports.</summary>
    static abstract string Name { get; }

    /// <summary>Gets a factory whose StartNew queues to this side.</summary>
    static abstract TaskFactory Factory { get; }

    /// <summary>Queues to the raw lane.</summary>
    static abstract void Queue(IThreadPoolWorkItem item, bool preferLocal);

    static abstract Task Run(Func<Task> work);

    static abstract Task<T> Run<T>(Func<Task<T>> work);

    /// <summary>Starts an asynchronous goroutine nobody awaits.</summary>
    static abstract void Post(Func<Task> work);

    /// <summary>Yields again and again in the cheapest way this side offers.</summary>
    static abstract Task YieldInOwnWay(int count);

    /// <summary>Gets the timers of this side.</summary>
    static abstract TimeProvider TimeProvider { get; }

    /// <summary>Sleeps in the cheapest way this side offers.</summary>
    static abstract ValueTask Delay(TimeSpan delay);

    /// <summary>Makes a bounded channel of the kind this side brings along.</summary>
    static abstract Channel<T> CreateChannel<T>(int capacity);

    /// <summary>Makes the one event that all parked goroutines of a run await, in the cheapest way this side offers.</summary>
    static abstract IParkingEvent CreateParkingEvent();

    /// <summary>Takes TCP connections with this side's sockets and serves each in a goroutine of its own; returns the port.</summary>
    /// <remarks>At the loopback device, until the process ends.</remarks>
    static abstract int Listen<THandler>()
        where THandler : struct, IConnectionHandler;

    /// <summary>Gives a web host this side's connections.</summary>
    static abstract void UseTransport(IWebHostBuilder host);

    /// <summary>Says by its name whether a thread of this process works for this side.</summary>
    static abstract bool OwnsThread(string threadName);
}

/// <summary>One event, awaited by very many.</summary>
internal interface IParkingEvent
{
    /// <summary>Reports <see cref="Measuring.Completions.Hit"/>, awaits the event, and reports again.</summary>
    Task HitParkHit();

    void Release();
}
