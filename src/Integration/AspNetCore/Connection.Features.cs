using System;
using System.Buffers;
using System.Collections.Generic;
using System.Globalization;
using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using System.Threading;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;

namespace Goroutines.AspNetCore;

internal sealed partial class Connection
    : IConnectionIdFeature, IConnectionTransportFeature, IConnectionItemsFeature, IConnectionLifetimeFeature,
      IConnectionEndPointFeature, IConnectionSocketFeature, IMemoryPoolFeature
{
    // Unlike those of an earlier run of the process.
    private static long s_lastId = DateTime.UtcNow.Ticks;

    private IDictionary<object, object?>? _items;
    private Socket? _view;

    public override string ConnectionId { get; set; } =
        string.Create(CultureInfo.InvariantCulture, $"{Interlocked.Increment(ref s_lastId):X16}");

    public override IFeatureCollection Features { get; } = new FeatureCollection(initialCapacity: 7);

    public override IDictionary<object, object?> Items
    {
        get => _items ??= new ConnectionItems();
        set => _items = value;
    }

    public override IDuplexPipe Transport { get; set; }

    public override CancellationToken ConnectionClosed { get; set; }

    public override EndPoint? LocalEndPoint { get; set; }

    public override EndPoint? RemoteEndPoint { get; set; }

    MemoryPool<byte> IMemoryPoolFeature.MemoryPool => _settings.Pool;

    // A copy of the descriptor, which few ask for; it goes with the connection.
    Socket IConnectionSocketFeature.Socket => _view ??= _socket.ToSocket();

    private void SetFeatures()
    {
        Features.Set<IConnectionIdFeature>(this);
        Features.Set<IConnectionTransportFeature>(this);
        Features.Set<IConnectionItemsFeature>(this);
        Features.Set<IConnectionLifetimeFeature>(this);
        Features.Set<IConnectionEndPointFeature>(this);
        Features.Set<IConnectionSocketFeature>(this);
        Features.Set<IMemoryPoolFeature>(this);
    }
}
