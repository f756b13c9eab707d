using System;
using System.Collections.Concurrent;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Goroutines.Actors;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.VisualStudio.TestTools.UnitTesting;
using Polly;
using Polly.Retry;

namespace Goroutines.IntegrationTests;

[TestClass]
public sealed class ActorHostingTests
{
    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    [Timeout(60_000)]
    [DataRow("")]
    [DataRow("backstage")]
    public async Task AddActor_HostRuns_StartsWithItAndIsDrainedWithIt(string scheduler)
    {
        using var log = new LogRecorder();
        var ledger = new Ledger();
        using IHost host = TestHost.Build(log, services =>
        {
            services.AddSingleton(ledger);
            services.AddScoped<Scoped>();
            (scheduler.Length == 0 ? services.AddGoScheduler() : services.AddGoScheduler(scheduler))
                .AddActor<Clerk, int>("clerk", options => options.MailboxCapacity = 10_000)
                .AddActor<Clerk, int>("other");
        });
        await host.StartAsync(TestContext.CancellationToken);
        while (ledger.Steps.Count < 2)
        {
            await Task.Delay(1, TestContext.CancellationToken);
        }

        IActorRef<int> clerk = host.Services.GetRequiredKeyedService<IActorRef<int>>("clerk");
        Assert.IsTrue(Enumerable.Range(1, 1_000).All(clerk.TryTell));
        await host.StopAsync(TestContext.CancellationToken);

        ActorSystem system = scheduler.Length == 0
            ? host.Services.GetRequiredService<ActorSystem>()
            : host.Services.GetRequiredKeyedService<ActorSystem>(scheduler);
        Assert.AreEqual(scheduler.Length == 0 ? GoScheduler.Shared.Name : scheduler, system.Scheduler.Name);
        Assert.AreEqual(1_000, ledger.HandledCount);
        Assert.AreEqual(2, ledger.Steps.Count(step => step == "start"));
        Assert.AreEqual(2, ledger.Steps.Count(step => step == "scope disposed"));
        Assert.IsFalse(clerk.TryTell(1));
    }

    [TestMethod]
    [Timeout(60_000)]
    public async Task AddActor_Restart_HasAScopeOfItsOwnAndItsOwnPipeline()
    {
        using var log = new LogRecorder();
        var ledger = new Ledger();
        int retryCount = 0;
        using IHost host = TestHost.Build(log, services =>
        {
            services.AddSingleton(ledger);
            services.AddScoped<Scoped>();
            services.AddGoScheduler("restarts")
                .AddActor<Clerk, int>("clerk")
                .AddRestartPipeline<Clerk>(builder => builder.AddRetry(new RetryStrategyOptions
                {
                    Delay = TimeSpan.Zero,
                    OnRetry = _ =>
                    {
                        retryCount++;
                        return default;
                    },
                }));
        });
        await host.StartAsync(TestContext.CancellationToken);
        IActorRef<int> clerk = host.Services.GetRequiredKeyedService<IActorRef<int>>("clerk");
        clerk.TryTell(1);
        clerk.TryTell(-1);
        clerk.TryTell(2);
        await host.StopAsync(TestContext.CancellationToken);

        Assert.AreEqual("start, scope disposed, start, scope disposed", string.Join(", ", ledger.Steps));
        Assert.AreEqual(2, ledger.ScopeCount);
        Assert.AreEqual(2, ledger.HandledCount);
        Assert.AreEqual(1, retryCount);
        Assert.HasCount(1, log.At(LogLevel.Warning).Where(entry => entry.Exception is FormatException));
    }

    [TestMethod]
    [Timeout(60_000)]
    public async Task AddActor_OptionsThatAreNotValid_AreReportedAtTheStart()
    {
        using var log = new LogRecorder();
        using IHost host = TestHost.Build(log, services => services
            .AddGoScheduler("strict").AddActor<Clerk, int>("clerk", options => options.MailboxCapacity = 0));

        OptionsValidationException refused = await Assert.ThrowsExactlyAsync<OptionsValidationException>(
            () => host.StartAsync(TestContext.CancellationToken));

        Assert.Contains("MailboxCapacity", refused.Message);
        Assert.Contains("clerk", refused.Message);
    }

    [TestMethod]
    [Timeout(60_000)]
    public async Task StopHost_TimeoutBeforeTheDrain_StopsAndWarns()
    {
        using var log = new LogRecorder();
        var ledger = new Ledger();
        using IHost host = TestHost.Build(log, services =>
        {
            services.AddSingleton(ledger);
            services.AddScoped<Scoped>();
            services.AddGoScheduler("hasty").AddActor<Clerk, int>("clerk");
        });
        await host.StartAsync(TestContext.CancellationToken);
        IActorRef<int> clerk = host.Services.GetRequiredKeyedService<IActorRef<int>>("clerk");
        clerk.TryTell(0);
        await ledger.Waiting.Task;

        using var timeout = new CancellationTokenSource(TimeSpan.FromMilliseconds(100));
        await host.StopAsync(timeout.Token);
        ActorExit exit = await clerk.Completion;

        Assert.AreEqual(ActorExitReason.Stopped, exit.Reason);
        Assert.IsTrue(log.At(LogLevel.Warning).Any(entry => entry.Message.Contains("the actors of hasty", StringComparison.Ordinal)));
    }

    private sealed class Ledger
    {
        private int _handledCount;
        private int _scopeCount;

        public ConcurrentQueue<string> Steps { get; } = new();

        public TaskCompletionSource Waiting { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public int HandledCount => _handledCount;

        public int ScopeCount => _scopeCount;

        public void CountHandled() => Interlocked.Increment(ref _handledCount);

        public void CountScope() => Interlocked.Increment(ref _scopeCount);
    }

    private sealed class Scoped : IDisposable
    {
        private readonly Ledger _ledger;

        public Scoped(Ledger ledger)
        {
            _ledger = ledger;
            ledger.CountScope();
        }

        public void Dispose() => _ledger.Steps.Enqueue("scope disposed");
    }

    /// <summary>Counts positive numbers, fails with negative ones, and waits for ever with zero.</summary>
    private sealed class Clerk(Ledger ledger, Scoped scoped) : Actor<int>
    {
        protected override ValueTask OnStartingAsync()
        {
            Assert.IsNotNull(scoped);
            ledger.Steps.Enqueue("start");
            return default;
        }

        protected override async ValueTask ReceiveAsync(int message, CancellationToken cancellationToken)
        {
            if (message == 0)
            {
                ledger.Waiting.TrySetResult();
                await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
            }

            if (message < 0)
            {
                throw new FormatException("negative");
            }

            ledger.CountHandled();
        }
    }
}
