using System;
using System.Collections.Generic;
using System.Linq;
using Goroutines.Compare.Actors;

namespace Goroutines.Compare.Workloads;

/// <summary>All workloads, in the order in which they are run and shown.</summary>
internal static class Catalog
{
    public static readonly IReadOnlyList<Workload> All =
    [
        new SpawnRemote(isRaw: true),
        new SpawnRemote(isRaw: false),
        new SpawnLocal(isRaw: true),
        new SpawnLocal(isRaw: false),
        new Yield(isOwnWay: false),
        new Yield(isOwnWay: true),
        new PingPong(isOwnWay: false),
        new PingPong(isOwnWay: true),
        new FanIn(isOwnWay: false),
        new FanIn(isOwnWay: true),
        new Skynet(isOwnWay: false),
        new Skynet(isOwnWay: true),
        new Fib(),
        new Parked(isTaskKept: true),
        new Parked(isTaskKept: false),
        new Sleepers(),
        new TimerChurn(),
        new Blocking(BlockingWay.Sleep),
        new Blocking(BlockingWay.NativeSleep),
        new Blocking(BlockingWay.TaskWait),
        new BlockingMix(BlockingMixture.LockConvoy),
        new BlockingMix(BlockingMixture.SleepAndCompute),
        new BlockingMix(BlockingMixture.Nested),
        new BlockingMix(BlockingMixture.LongRunning),
        new Hogs(hasCheckpoints: false),
        new Hogs(hasCheckpoints: true),
        new Echo(connectionCount: 1, rateRatio: 1.2, cpuUsMax: 15),
        new Echo(connectionCount: 64, rateRatio: 1.35, cpuUsMax: 8),
        new Echo(connectionCount: 512, rateRatio: 1.35, cpuUsMax: 9),
        new HttpRaw(),
        new Kestrel(connectionCount: 1),
        new Kestrel(connectionCount: 64),
        new Kestrel(connectionCount: 512),
        new Idle(),
        new ActorPingPong(new OwnActors()),
        new ActorSkynet(new OwnActors()),
        new ActorsIdle(new OwnActors()),
        new AkkaPingPong(),
        new AkkaSkynet(),
        new ProtoPingPong(),
        new ProtoSkynet(),
    ];

    /// <summary>Gets the workloads' names, each once.</summary>
    public static IEnumerable<string> Names => All.Select(workload => workload.Name).Distinct();

    /// <summary>Returns the workloads whose full name starts with the given text, whatever its case.</summary>
    public static IEnumerable<Workload> Find(string prefix) =>
        All.Where(workload => workload.FullName.StartsWith(prefix, StringComparison.OrdinalIgnoreCase));
}
