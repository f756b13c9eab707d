using System;
using System.Buffers;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging;

namespace Goroutines.AspNetCore;

/// <summary>What the connections of one listener have in common.</summary>
internal sealed class ConnectionSettings : IDisposable
{
    private readonly bool _ownsPool;

    public ConnectionSettings(
        GoTransportOptions options, GoScheduler scheduler, IMemoryPoolFactory<byte>? poolFactory, ILogger logger)
    {
        Scheduler = scheduler;
        Logger = logger;
        NoDelay = options.NoDelay;
        WaitsForData = options.WaitForDataBeforeAllocatingBuffer;
        _ownsPool = poolFactory is not null;
        Pool = poolFactory?.Create() ?? MemoryPool<byte>.Shared;
        var pipes = new SchedulerPipes(scheduler);
        Input = CreatePipeOptions(pipes, options.MaxReadBufferSize);
        Output = CreatePipeOptions(pipes, options.MaxWriteBufferSize);
    }

    public GoScheduler Scheduler { get; }

    public ILogger Logger { get; }

    public bool NoDelay { get; }

    public bool WaitsForData { get; }

    public MemoryPool<byte> Pool { get; }

    /// <summary>Gets the options of the pipe from the socket to the server.</summary>
    public PipeOptions Input { get; }

    /// <summary>Gets the options of the pipe from the server to the socket.</summary>
    public PipeOptions Output { get; }

    /// <summary>Gives the pool up; blocks that connections still hold come back to it and are dropped.</summary>
    public void Dispose()
    {
        if (_ownsPool)
        {
            Pool.Dispose();
        }
    }

    // The pipes leave the lane to the PipeScheduler: what they captured of a context themselves would go before it.
    private PipeOptions CreatePipeOptions(PipeScheduler pipes, long? sizeMax)
    {
        long pauseAt = sizeMax ?? 0;
        return new PipeOptions(Pool, pipes, pipes, pauseAt, pauseAt / 2, useSynchronizationContext: false);
    }
}
