using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.IO.Pipes;
using System.Net;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;

namespace Goroutines.Tests.Blocking;

/// <summary>The ways to block a thread that .NET offers: each waits in one goroutine for what another one does.</summary>
internal static class BlockingWays
{
    private static readonly Dictionary<string, Func<(Action Wait, Action Release)>> s_ways = new(StringComparer.Ordinal)
    {
        ["lock"] = HeldLock,
        ["Lock"] = HeldNewLock,
        ["Monitor.Wait"] = MonitorWait,
        ["ManualResetEvent"] = () => Wait(new ManualResetEvent(false), e => e.WaitOne(), e => e.Set()),
        ["AutoResetEvent with timeout"] = () => Wait(new AutoResetEvent(false), e => e.WaitOne(60_000), e => e.Set()),
        ["WaitHandle.WaitAny"] = () => Wait(new ManualResetEvent(false), e => WaitHandle.WaitAny([e]), e => e.Set()),
        ["Semaphore"] = () => Wait(new Semaphore(0, 1), s => s.WaitOne(), s => s.Release()),
        ["ManualResetEventSlim"] = () => Wait(new ManualResetEventSlim(), e => e.Wait(), e => e.Set()),
        ["SemaphoreSlim"] = () => Wait(new SemaphoreSlim(0), s => s.Wait(), s => s.Release()),
        ["CountdownEvent"] = () => Wait(new CountdownEvent(1), e => e.Wait(), e => e.Signal()),
        ["Barrier"] = () => Wait(new Barrier(2), b => b.SignalAndWait(), b => b.SignalAndWait()),
        ["ReaderWriterLockSlim"] = HeldReaderWriterLock,
        ["BlockingCollection"] = () => Wait(new BlockingCollection<int>(), c => c.Take(), c => c.Add(1)),
        ["Task.Wait"] = () => Wait(new TaskCompletionSource(), s => s.Task.Wait(), s => s.SetResult()),
        ["Task.Result"] = () => Wait(new TaskCompletionSource<int>(), s => _ = s.Task.Result, s => s.SetResult(1)),
        ["GetAwaiter().GetResult()"] = () => Wait(new TaskCompletionSource(), s => s.Task.GetAwaiter().GetResult(), s => s.SetResult()),
        ["Task.WaitAll"] = () => Wait(new TaskCompletionSource(), s => Task.WaitAll(s.Task), s => s.SetResult()),
        ["Thread.Join"] = Join,
        ["Lazy"] = ContendedLazy,
        ["Thread.Sleep"] = () => Wait(new StrongBox(), b => SleepUntil(b), b => b.IsSet = true),
        ["pipe"] = Pipe,
        ["socket"] = ReceiveFromSocket,
        ["Go.Blocking"] = () => Wait(new StrongBox(), b => Go.Blocking(() => SpinUntil(b)), b => b.IsSet = true),
        ["spinning"] = () => Wait(new StrongBox(), SpinUntil, b => b.IsSet = true),
        ["spinning with checkpoints"] = () => Wait(new StrongBox(), CheckUntil, b => b.IsSet = true),
    };

    public static IEnumerable<string> Names => s_ways.Keys;

    /// <summary>Makes one of them, in its initial state.</summary>
    public static (Action Wait, Action Release) Create(string name) => s_ways[name]();

    private static (Action Wait, Action Release) Wait<T>(T on, Action<T> wait, Action<T> release) =>
        (() => wait(on), () => release(on));

    private static (Action Wait, Action Release) HeldLock()
    {
        object gate = new();
        return HeldBy(() => Monitor.Enter(gate), () => Monitor.Exit(gate));
    }

    private static (Action Wait, Action Release) HeldNewLock()
    {
        Lock gate = new();
        return HeldBy(gate.Enter, gate.Exit);
    }

    private static (Action Wait, Action Release) HeldReaderWriterLock()
    {
        var gate = new ReaderWriterLockSlim();
        return HeldBy(gate.EnterWriteLock, gate.ExitWriteLock);
    }

    // A lock belongs to a thread: one of its own holds it until the release.
    private static (Action Wait, Action Release) HeldBy(Action enter, Action exit)
    {
        var held = new ManualResetEventSlim();
        var released = new ManualResetEventSlim();
        void Hold()
        {
            enter();
            held.Set();
            released.Wait();
            exit();
        }

        void EnterAndExit()
        {
            enter();
            exit();
        }

        new Thread(Hold) { IsBackground = true }.Start();
        held.Wait();
        return (EnterAndExit, released.Set);
    }

    private static (Action Wait, Action Release) MonitorWait()
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

        void Pulse()
        {
            lock (gate)
            {
                isSet = true;
                Monitor.PulseAll(gate);
            }
        }

        return (WaitForPulse, Pulse);
    }

    private static (Action Wait, Action Release) Join()
    {
        var released = new ManualResetEventSlim();
        var thread = new Thread(released.Wait) { IsBackground = true };
        thread.Start();
        return (thread.Join, released.Set);
    }

    private static (Action Wait, Action Release) ContendedLazy()
    {
        var begun = new ManualResetEventSlim();
        var released = new ManualResetEventSlim();
        var lazy = new Lazy<int>(() =>
        {
            begun.Set();
            released.Wait();
            return 1;
        });
        new Thread(() => _ = lazy.Value) { IsBackground = true }.Start();
        begun.Wait();
        return (() => _ = lazy.Value, released.Set);
    }

    private static (Action Wait, Action Release) Pipe()
    {
        var server = new AnonymousPipeServerStream(PipeDirection.Out);
        var client = new AnonymousPipeClientStream(PipeDirection.In, server.ClientSafePipeHandle);
        return (() => _ = client.ReadByte(), () => server.WriteByte(1));
    }

    private static (Action Wait, Action Release) ReceiveFromSocket()
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        client.Connect(listener.LocalEndPoint!);
        Socket server = listener.Accept();
        return (() => _ = server.Receive(new byte[1]), () => client.Send([1]));
    }

    private static void SleepUntil(StrongBox box)
    {
        while (!box.IsSet)
        {
            Thread.Sleep(50);
        }
    }

    private static void SpinUntil(StrongBox box)
    {
        while (!box.IsSet)
        {
            Thread.SpinWait(20);
        }
    }

    private static void CheckUntil(StrongBox box)
    {
        while (!box.IsSet)
        {
            Thread.SpinWait(20);
            Go.Checkpoint();
        }
    }

    private sealed class StrongBox
    {
        public volatile bool IsSet;
    }
}
