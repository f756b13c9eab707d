// Purpose: measures for each way to block a thread how soon another goroutine runs on the one processor there is.
using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO.Pipes;
using System.Net;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;
using Goroutines;

const int RoundCount = 50;
await using var scheduler = new GoScheduler(new GoSchedulerOptions { ProcessorCount = 1 });

var ways = new (string Name, string Seen, Func<(Action Wait, Action Release)> Create)[]
{
    ("lock", "context", HeldLock),
    ("Monitor.Wait", "context", Pulse),
    ("WaitHandle.WaitOne", "context", () => Pair(new ManualResetEvent(false), e => e.WaitOne(), e => e.Set())),
    ("ManualResetEventSlim.Wait", "context", () => Pair(new ManualResetEventSlim(), e => e.Wait(), e => e.Set())),
    ("SemaphoreSlim.Wait", "context", () => Pair(new SemaphoreSlim(0), s => s.Wait(), s => s.Release())),
    ("CountdownEvent.Wait", "context", () => Pair(new CountdownEvent(1), e => e.Wait(), e => e.Signal())),
    ("Barrier.SignalAndWait", "context", () => Pair(new Barrier(2), b => b.SignalAndWait(), b => b.SignalAndWait())),
    ("BlockingCollection.Take", "context", () => Pair(new BlockingCollection<int>(), c => c.Take(), c => c.Add(1))),
    ("Task.Wait", "context", () => Pair(new TaskCompletionSource(), s => s.Task.Wait(), s => s.SetResult())),
    ("Task.Result", "context", () => Pair(new TaskCompletionSource<int>(), s => _ = s.Task.Result, s => s.SetResult(1))),
    ("Thread.Join", "context", Join),
    ("Go.Blocking", "declared", () => Pair(new ManualResetEventSlim(), e => Go.Blocking(() => e.Wait()), e => e.Set())),
    ("Thread.Sleep", "monitor", () => (() => Thread.Sleep(50), () => { })),
    ("pipe read", "monitor", ReadPipe),
    ("socket receive", "monitor", Receive),
    ("computing without end", "monitor", Compute),
    ("computing with checkpoints", "asked", ComputeWithCheckpoints),
};

// What a wait costs besides, once: the JIT, threads.
foreach (var way in ways)
{
    await MeasureAsync(way.Create, roundCount: 5);
}

Console.WriteLine($"| {"way to block",-28} | {"seen by",-8} | median µs | worst µs |");
Console.WriteLine("|---|---|--:|--:|");
foreach (var way in ways)
{
    double[] delays = await MeasureAsync(way.Create, RoundCount);
    Array.Sort(delays);
    Console.WriteLine($"| {way.Name,-28} | {way.Seen,-8} | {delays[delays.Length / 2],9:F0} | {delays[^1],8:F0} |");
}

// From just before the wait until the other goroutine, which is queued already, runs.
async Task<double[]> MeasureAsync(Func<(Action Wait, Action Release)> create, int roundCount)
{
    var delays = new List<double>();
    for (int round = 0; round < roundCount; round++)
    {
        (Action wait, Action release) = create();
        long start = 0;
        await await scheduler.Run(() => Task.FromResult(Go.Run(() =>
        {
            Task other = Go.Run(() =>
            {
                delays.Add(Stopwatch.GetElapsedTime(start).TotalMicroseconds);
                release();
            });
            start = Stopwatch.GetTimestamp();
            wait();
            return other;
        })));
    }

    return [.. delays];
}

static (Action Wait, Action Release) Pair<T>(T on, Action<T> wait, Action<T> release) => (() => wait(on), () => release(on));

static (Action Wait, Action Release) HeldLock()
{
    object gate = new();
    var held = new ManualResetEventSlim();
    var released = new ManualResetEventSlim();
    var holder = new Thread(() =>
    {
        lock (gate)
        {
            held.Set();
            released.Wait();
        }
    });
    holder.Start();
    held.Wait();
    void EnterAndExit()
    {
        lock (gate)
        {
            // To get here was the wait.
        }
    }

    return (EnterAndExit, released.Set);
}

static (Action Wait, Action Release) Pulse()
{
    object gate = new();
    bool isSet = false;
    void WaitForPulse()
    {
        lock (gate)
        {
            while (!isSet)
            {
                Monitor.Wait(gate);
            }
        }
    }

    void PulseAll()
    {
        lock (gate)
        {
            isSet = true;
            Monitor.PulseAll(gate);
        }
    }

    return (WaitForPulse, PulseAll);
}

static (Action Wait, Action Release) Join()
{
    var released = new ManualResetEventSlim();
    var thread = new Thread(released.Wait);
    thread.Start();
    return (thread.Join, released.Set);
}

static (Action Wait, Action Release) ReadPipe()
{
    var server = new AnonymousPipeServerStream(PipeDirection.Out);
    var client = new AnonymousPipeClientStream(PipeDirection.In, server.ClientSafePipeHandle);
    return (() => _ = client.ReadByte(), () => server.WriteByte(1));
}

static (Action Wait, Action Release) Receive()
{
    using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
    listener.Listen();
    var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    client.Connect(listener.LocalEndPoint!);
    Socket server = listener.Accept();
    return (() => _ = server.Receive(new byte[1]), () => client.Send([1]));
}

static (Action Wait, Action Release) Compute()
{
    bool isReleased = false;
    void Spin()
    {
        while (!Volatile.Read(ref isReleased))
        {
            Thread.SpinWait(10);
        }
    }

    return (Spin, () => Volatile.Write(ref isReleased, true));
}

static (Action Wait, Action Release) ComputeWithCheckpoints()
{
    bool isReleased = false;
    void Spin()
    {
        while (!Volatile.Read(ref isReleased))
        {
            Thread.SpinWait(10);
            Go.Checkpoint();
        }
    }

    return (Spin, () => Volatile.Write(ref isReleased, true));
}
