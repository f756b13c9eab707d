using System;
using System.Net;
using System.Threading;
using System.Threading.Channels;
using System.Threading.Tasks;
using Goroutines.Channels;
using Goroutines.Compare.Load;
using Goroutines.Compare.Measuring;
using Goroutines.Net;
using Goroutines.Sync;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace Goroutines.Compare.Sides;

/// <summary>One <see cref="GoScheduler"/> of our own, started when the child first touches this type.</summary>
internal readonly struct GoroutinesSide : ISide
{
    // Its threads are found by this name, so it must not begin like the program's own, which the main thread bears.
    private const string SchedulerName = "Goroutines";

    // Static and read-only: tier-1 code has the reference as a constant, as it has the ThreadPool's statics.
    private static readonly GoScheduler s_scheduler = new(CreateOptions());
    private static readonly TaskFactory s_factory = new(s_scheduler);

    /// <summary>Gets the scheduler itself, for what is built on it.</summary>
    public static GoScheduler Scheduler => s_scheduler;

    public static string Name => SideNames.Goroutines;

    /// <summary>Gets or sets the number of Ps; zero leaves it to the scheduler. To be set before anything else is used.</summary>
    public static int ProcessorCount
    {
        get => ProcessorSetting.Count;
        set => ProcessorSetting.Count = value;
    }

    public static TaskFactory Factory => s_factory;

    public static void Queue(IThreadPoolWorkItem item, bool preferLocal) =>
        s_scheduler.UnsafeQueueUserWorkItem(item, preferLocal);

    public static Task Run(Func<Task> work) => s_scheduler.Run(work);

    public static Task<T> Run<T>(Func<Task<T>> work) => s_scheduler.Run(work);

    public static void Post(Func<Task> work) => s_scheduler.Post(work);

    public static async Task YieldInOwnWay(int count)
    {
        for (int i = 0; i < count; i++)
        {
            await Go.Yield();
        }
    }

    public static TimeProvider TimeProvider => s_scheduler.TimeProvider;

    public static ValueTask Delay(TimeSpan delay) => Go.Delay(delay);

    public static Channel<T> CreateChannel<T>(int capacity) => Chan.CreateBounded<T>(capacity);

    public static IParkingEvent CreateParkingEvent() => new WaitGroupEvent();

    public static bool OwnsThread(string threadName) => threadName.StartsWith(SchedulerName, StringComparison.Ordinal);

    public static int Listen<THandler>()
        where THandler : struct, IConnectionHandler
    {
        GoListener listener = GoListener.Listen(new IPEndPoint(IPAddress.Loopback, 0), backlog: 1_024, s_scheduler);
        Post(async () =>
        {
            while (true)
            {
                GoSocket socket = await listener.AcceptAsync();
                socket.NoDelay = true;
                Post(() => Serving.ServeAsync<THandler, GoSocketConnection>(new GoSocketConnection(socket)));
            }
        });
        return ((IPEndPoint)listener.LocalEndPoint).Port;
    }

    // The scheduler of this side in place of the one that would be made under this name.
    public static void UseTransport(IWebHostBuilder host) => host
        .UseGoTransport(SchedulerName)
        .ConfigureServices(static services => services.AddKeyedSingleton(SchedulerName, s_scheduler));

    private static GoSchedulerOptions CreateOptions()
    {
        var options = new GoSchedulerOptions { Name = SchedulerName };
        if (ProcessorSetting.Count > 0)
        {
            options.ProcessorCount = ProcessorSetting.Count;
        }

        return options;
    }

    /// <summary>A WaitGroup for one.</summary>
    private sealed class WaitGroupEvent : IParkingEvent
    {
        private readonly WaitGroup _group = new();

        public WaitGroupEvent() => _group.Add(1);

        public async Task HitParkHit()
        {
            Completions.Hit();
            await _group.WaitAsync();
            Completions.Hit();
        }

        public void Release() => _group.Done();
    }

    /// <summary>Apart, so that setting it does not run the static constructor that starts the scheduler.</summary>
    private static class ProcessorSetting
    {
        public static int Count { get; set; }
    }
}
