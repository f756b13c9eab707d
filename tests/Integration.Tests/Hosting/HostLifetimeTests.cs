using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading.Tasks;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Goroutines.IntegrationTests;

[TestClass]
public sealed class HostLifetimeTests
{
    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    [Timeout(60_000)]
    [DataRow(true, DisplayName = "service registered first")]
    [DataRow(false, DisplayName = "scheduler registered first")]
    public async Task StartHost_UserServices_FindTheSchedulerStarted(bool serviceFirst)
    {
        using var log = new LogRecorder();
        var startedAtStep = new Dictionary<string, bool>();
        var service = new CallbackService
        {
            Starting = () => startedAtStep["StartingAsync"] = IsStarted(log, "early"),
            Start = () => startedAtStep["StartAsync"] = IsStarted(log, "early"),
        };
        using IHost host = TestHost.Build(log, services =>
        {
            if (serviceFirst)
            {
                services.AddSingleton<IHostedService>(service);
            }

            services.AddGoScheduler("early");
            if (!serviceFirst)
            {
                services.AddSingleton<IHostedService>(service);
            }
        });
        Assert.IsFalse(IsStarted(log, "early"), "Building the host starts nothing.");

        await host.StartAsync(TestContext.CancellationToken);
        await host.StopAsync(TestContext.CancellationToken);

        Assert.IsTrue(startedAtStep["StartingAsync"]);
        Assert.IsTrue(startedAtStep["StartAsync"]);
    }

    [TestMethod]
    [Timeout(60_000)]
    [DataRow("", true, DisplayName = "shared, service registered first")]
    [DataRow("", false, DisplayName = "shared, scheduler registered first")]
    [DataRow("late", true, DisplayName = "named, service registered first")]
    [DataRow("late", false, DisplayName = "named, scheduler registered first")]
    public async Task StopHost_WorkPostedWhileStopping_HasFinishedWhenStopReturns(string name, bool serviceFirst)
    {
        GoScheduler scheduler = null!;
        var allStopped = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        bool finished = false;
        bool lastFinished = false;
        var service = new CallbackService
        {
            Stop = () => scheduler.Post(async () =>
            {
                // Cannot go on before every StopAsync has returned, so only a drain after that sees it finish.
                await allStopped.Task;
                await Task.Delay(100, TestContext.CancellationToken);
                finished = true;
            }),
            Stopped = () =>
            {
                allStopped.SetResult();
                scheduler.Post(async () =>
                {
                    await Task.Delay(100, TestContext.CancellationToken);
                    lastFinished = true;
                });
            },
        };
        using IHost host = TestHost.Build(new LogRecorder(), services =>
        {
            if (serviceFirst)
            {
                services.AddSingleton<IHostedService>(service);
            }

            _ = name.Length == 0 ? services.AddGoScheduler() : services.AddGoScheduler(name);
            if (!serviceFirst)
            {
                services.AddSingleton<IHostedService>(service);
            }
        });
        scheduler = host.Services.GetRequiredKeyedService<GoScheduler>(name.Length == 0 ? null : name);

        await host.StartAsync(TestContext.CancellationToken);
        await host.StopAsync(TestContext.CancellationToken);

        Assert.IsTrue(finished, "Posted in StopAsync.");
        Assert.IsTrue(lastFinished, "Posted in StoppedAsync.");
    }

    [TestMethod]
    [Timeout(60_000)]
    public async Task StopHost_GoroutineThatNeverEnds_IsReportedAfterTheShutdownTimeout()
    {
        using var log = new LogRecorder();
        using IHost host = TestHost.Build(log, services =>
        {
            services.Configure<HostOptions>(options => options.ShutdownTimeout = TimeSpan.FromMilliseconds(200));
            services.AddGoScheduler("stuck");
        });
        GoScheduler scheduler = host.Services.GetRequiredKeyedService<GoScheduler>("stuck");
        var release = new TaskCompletionSource();
        await host.StartAsync(TestContext.CancellationToken);
        Task stuck = scheduler.Run(() => release.Task);

        await host.StopAsync(TestContext.CancellationToken);

        LogRecorder.Entry warning = log.At(LogLevel.Warning).Single();
        Assert.Contains("stuck", warning.Message);
        Assert.Contains("drained", warning.Message);
        release.SetResult();
        await stuck;
    }

    [TestMethod]
    [Timeout(60_000)]
    public async Task StopHost_NothingLeft_LogsNoWarning()
    {
        using var log = new LogRecorder();
        using IHost host = TestHost.Build(log, services => services.AddGoScheduler("calm"));

        await host.StartAsync(TestContext.CancellationToken);
        await host.Services.GetRequiredKeyedService<GoScheduler>("calm").Run(() => { });
        await host.StopAsync(TestContext.CancellationToken);

        Assert.IsEmpty(log.At(LogLevel.Warning));
        Assert.HasCount(1, log.Entries);
    }

    private static bool IsStarted(LogRecorder log, string name) =>
        log.At(LogLevel.Information).Any(
            entry => entry.Message.StartsWith($"Scheduler {name} runs", StringComparison.Ordinal));
}
