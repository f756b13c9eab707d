using System;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Goroutines.IntegrationTests;

[TestClass]
public sealed class FailureLogTests
{
    [TestMethod]
    [Timeout(60_000)]
    public async Task Post_ThatThrows_IsLoggedAsAnErrorAndNotMarkedHandled()
    {
        using var log = new LogRecorder();
        using IHost host = TestHost.Build(log, services => services.AddGoScheduler("faulty"));
        GoScheduler scheduler = host.Services.GetRequiredKeyedService<GoScheduler>("faulty");

        bool handledBefore = await FailAsync(scheduler, new InvalidOperationException("posted failure"));

        Assert.IsFalse(handledBefore, "Logging decides nothing about the process.");
        LogRecorder.Entry error = log.At(LogLevel.Error).Single();
        Assert.AreEqual("posted failure", error.Exception?.Message);
        Assert.Contains("faulty", error.Message);
    }

    [TestMethod]
    [Timeout(60_000)]
    public async Task Post_ThatThrowsAfterTheContainerIsGone_IsNotLoggedByIt()
    {
        using var log = new LogRecorder();
        IHost host = TestHost.Build(log, services => services.AddGoScheduler());
        GoScheduler shared = host.Services.GetRequiredService<GoScheduler>();
        await FailAsync(shared, new InvalidOperationException("while it lives"));
        host.Dispose();

        await FailAsync(shared, new InvalidOperationException("after it"));

        Assert.HasCount(1, log.At(LogLevel.Error));
    }

    [TestMethod]
    [Timeout(60_000)]
    public async Task ThreadLimit_AllThreadsBlock_IsLoggedAsAWarning()
    {
        using var log = new LogRecorder();
        using IHost host = TestHost.Build(log, services => services.AddGoScheduler("narrow", options =>
        {
            options.ProcessorCount = 1;
            options.MaxThreads = 2;
        }));
        GoScheduler scheduler = host.Services.GetRequiredKeyedService<GoScheduler>("narrow");
        var told = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        scheduler.ThreadLimitReached += (_, _) => told.TrySetResult();
        using var release = new ManualResetEventSlim();

        Task[] blocked = [.. Enumerable.Range(0, 3).Select(_ => scheduler.Run(() => release.Wait()))];
        await told.Task;
        release.Set();
        await Task.WhenAll(blocked);

        LogRecorder.Entry warning = log.At(LogLevel.Warning).First();
        Assert.Contains("narrow", warning.Message);
        // One of them may not have come as far as its wait.
        Assert.Contains("2 of 2 threads: ", warning.Message);
    }

    /// <summary>Posts a failure, takes it, and tells whether someone had marked it as handled before.</summary>
    private static async Task<bool> FailAsync(GoScheduler scheduler, Exception exception)
    {
        var seen = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        void Take(object? sender, GoUnhandledExceptionEventArgs failure)
        {
            seen.SetResult(failure.Handled);
            failure.Handled = true;
        }

        scheduler.UnhandledException += Take;
        try
        {
            scheduler.Post(() => throw exception);
            return await seen.Task;
        }
        finally
        {
            scheduler.UnhandledException -= Take;
        }
    }
}
