using System;
using System.Net;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Channels;
using System.Threading.Tasks;
using Goroutines.Compare.Load;
using Goroutines.Compare.Measuring;
using Microsoft.AspNetCore.Hosting;

namespace Goroutines.Compare.Sides;

/// <summary>The .NET ThreadPool, used the way a program would use it.</summary>
internal readonly struct ThreadPoolSide : ISide
{
    private static readonly TaskFactory s_factory = new(TaskScheduler.Default);

    public static string Name => SideNames.ThreadPool;

    public static TaskFactory Factory => s_factory;

    public static void Queue(IThreadPoolWorkItem item, bool preferLocal) =>
        ThreadPool.UnsafeQueueUserWorkItem(item, preferLocal);

    public static Task Run(Func<Task> work) => Task.Run(work);

    public static Task<T> Run<T>(Func<Task<T>> work) => Task.Run(work);

    public static void Post(Func<Task> work) => _ = Task.Run(work);

    public static async Task YieldInOwnWay(int count)
    {
        for (int i = 0; i < count; i++)
        {
            await Task.Yield();
        }
    }

    public static TimeProvider TimeProvider => TimeProvider.System;

    public static ValueTask Delay(TimeSpan delay) => new(Task.Delay(delay));

    public static Channel<T> CreateChannel<T>(int capacity) => Channel.CreateBounded<T>(capacity);

    public static IParkingEvent CreateParkingEvent() => new TaskEvent();

    public static int Listen<THandler>()
        where THandler : struct, IConnectionHandler
    {
        var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(1_024);
        Post(async () =>
        {
            while (true)
            {
                Socket socket = await listener.AcceptAsync();
                socket.NoDelay = true;
                Post(() => Serving.ServeAsync<THandler, SocketConnection>(new SocketConnection(socket)));
            }
        });
        return ((IPEndPoint)listener.LocalEndPoint!).Port;
    }

    public static void UseTransport(IWebHostBuilder host)
    {
        // Kestrel's own is there already.
    }

    // The runtime's name for the workers of its portable pool; it fits the 15 characters Linux keeps.
    public static bool OwnsThread(string threadName) => threadName == ".NET TP Worker";
}

/// <summary>The parking event of a side that has no cheaper one: a task completed by hand.</summary>
internal sealed class TaskEvent : IParkingEvent
{
    private readonly TaskCompletionSource _source = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public async Task HitParkHit()
    {
        Completions.Hit();
        await _source.Task;
        Completions.Hit();
    }

    public void Release() => _source.SetResult();
}
