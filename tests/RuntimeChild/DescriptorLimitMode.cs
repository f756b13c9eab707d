using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Threading;
using System.Threading.Tasks;
using Goroutines.Net;
using Microsoft.Win32.SafeHandles;

namespace Goroutines.RuntimeChild;

/// <summary>Takes connections with fewer descriptors than it needs, then with enough.</summary>
/// <remarks>A process of its own, because the limit is the process's.</remarks>
internal static class DescriptorLimitMode
{
    private const int OpenFiles = 7;
    private const int ConnectionCount = 30;

    // More than run at once later.
    private const int ThreadCount = 6;

    // Arbitrary: more than the process has open by then.
    private const int LimitedCount = 400;

    public static async Task<int> RunAsync()
    {
        GoScheduler scheduler = GoScheduler.Shared;
        await using GoListener listener = GoListener.Listen(new IPEndPoint(IPAddress.Loopback, 0), scheduler: scheduler);
        var delayed = new TaskCompletionSource<SocketError>();
        listener.AcceptDelayed += (_, e) => delayed.TrySetResult(e.Exception.SocketErrorCode);
        var clients = new List<GoSocket>();
        for (int i = 0; i < ConnectionCount; i++)
        {
            clients.Add(await GoSocket.ConnectAsync(listener.LocalEndPoint, scheduler));
        }

        // What is loaded from now on, and each thread that is started, would fail: all was used once.
        WarmUp(scheduler);
        await Task.Delay(1);
        var accepted = new List<GoSocket> { await listener.AcceptAsync() };
        SetLimit(LimitedCount);
        Stack<SafeFileHandle> fillers = OpenAll();
        fillers.Pop().Dispose();
        fillers.Pop().Dispose();
        Task accepting = scheduler.Run(async () =>
        {
            while (accepted.Count < ConnectionCount)
            {
                accepted.Add(await listener.AcceptAsync());
            }
        });
        SocketError reason = await delayed.Task.WaitAsync(TimeSpan.FromSeconds(20));
        SocketError refusal = SocketError.Success;
        try
        {
            using GoSocket one = await GoSocket.ConnectAsync(listener.LocalEndPoint, scheduler);
            using GoSocket other = await GoSocket.ConnectAsync(listener.LocalEndPoint, scheduler);
        }
        catch (SocketException e)
        {
            refusal = e.SocketErrorCode;
        }

        // The rest fits into the places of the clients.
        clients.ForEach(client => client.Dispose());
        await accepting.WaitAsync(TimeSpan.FromSeconds(20));
        bool isCounted = listener.DelayedAcceptCount > 0;
        Console.WriteLine($"accepted {accepted.Count}, {(isCounted ? "delayed" : "not delayed")} by {reason}, refused with {refusal}");
        return 0;
    }

    private static void WarmUp(GoScheduler scheduler)
    {
        ThreadPool.SetMinThreads(ThreadCount, ThreadCount);
        using var together = new Barrier(2 * ThreadCount);
        Task[] blocking = Enumerable.Range(0, ThreadCount)
            .SelectMany(_ => (Task[])[Task.Run(together.SignalAndWait), scheduler.Run(together.SignalAndWait)])
            .ToArray();
        Task.WaitAll(blocking);
    }

    private static Stack<SafeFileHandle> OpenAll()
    {
        var handles = new Stack<SafeFileHandle>();
        while (true)
        {
            try
            {
                handles.Push(File.OpenHandle("/dev/null"));
            }
            catch (IOException)
            {
                return handles;
            }
        }
    }

    // Only the lower of the two limits is changed.
    private static void SetLimit(ulong count)
    {
        var limit = default(Limit);
        if (GetLimit(OpenFiles, ref limit) != 0)
        {
            throw new InvalidOperationException("getrlimit failed.");
        }

        limit.Now = count;
        if (SetLimit(OpenFiles, ref limit) != 0)
        {
            throw new InvalidOperationException("setrlimit failed.");
        }
    }

    [DllImport("libc", EntryPoint = "getrlimit")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int GetLimit(int resource, ref Limit limit);

    [DllImport("libc", EntryPoint = "setrlimit")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SetLimit(int resource, ref Limit limit);

    private struct Limit
    {
        public ulong Now;
        public ulong Ever;
    }
}
