using System.Threading.Tasks;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Goroutines.IntegrationTests;

/// <summary>
/// The unnamed registration where the shared scheduler has been used before. (That its options reach one that has not
/// is shown by the WorkerService sample, in a process of its own.)
/// </summary>
[TestClass]
public sealed class SharedSchedulerTests
{
    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    [Timeout(60_000)]
    public async Task SecondHost_OtherOptions_ReusesTheSchedulerAndWarns()
    {
        GoScheduler shared = GoScheduler.Shared;
        int processorCount = shared.ProcessorCount;
        using var log = new LogRecorder();
        using IHost host = TestHost.Build(
            log, services => services.AddGoScheduler(options => options.ProcessorCount = processorCount + 1));

        await host.StartAsync(TestContext.CancellationToken);

        Assert.AreSame(shared, host.Services.GetRequiredService<GoScheduler>());
        Assert.AreEqual(processorCount, shared.ProcessorCount);
        Assert.HasCount(1, log.At(LogLevel.Warning));
        await host.StopAsync(TestContext.CancellationToken);
    }

    [TestMethod]
    [Timeout(60_000)]
    public async Task SecondHost_SameOptions_ReusesTheSchedulerSilently()
    {
        GoScheduler shared = GoScheduler.Shared;
        for (int round = 0; round < 2; round++)
        {
            using var log = new LogRecorder();
            using IHost host = TestHost.Build(log, services => services.AddGoScheduler());

            await host.StartAsync(TestContext.CancellationToken);
            Assert.AreSame(shared, host.Services.GetRequiredService<GoScheduler>());
            await host.StopAsync(TestContext.CancellationToken);

            Assert.IsEmpty(log.At(LogLevel.Warning));
        }

        Assert.IsFalse(shared.IsDisposed);
    }
}
