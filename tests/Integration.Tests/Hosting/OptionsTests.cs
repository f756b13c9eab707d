using System;
using System.Collections.Generic;
using System.Threading.Tasks;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Goroutines.IntegrationTests;

[TestClass]
public sealed class OptionsTests
{
    [TestMethod]
    [Timeout(60_000)]
    public void Options_SectionAndCode_CodeWinsOverFile()
    {
        var settings = new Dictionary<string, string?>
        {
            ["GoScheduler:ProcessorCount"] = "3",
            ["GoScheduler:MaxThreads"] = "300",
            ["GoScheduler:named:ProcessorCount"] = "5",
            ["GoScheduler:named:MaxThreads"] = "500",
        };
        using ServiceProvider provider = BuildProvider(settings, services =>
        {
            // Above AddGoScheduler, and still later than the file.
            services.Configure<GoSchedulerOptions>("named", options => options.MaxThreads = 555);
            services.AddGoScheduler(options => options.MaxThreads = 333);
            services.AddGoScheduler("named");
        });
        var options = provider.GetRequiredService<IOptionsMonitor<GoSchedulerOptions>>();

        Assert.AreEqual(3, options.CurrentValue.ProcessorCount);
        Assert.AreEqual(333, options.CurrentValue.MaxThreads);
        Assert.AreEqual("Goroutines", options.CurrentValue.Name);
        Assert.AreEqual(5, options.Get("named").ProcessorCount);
        Assert.AreEqual(555, options.Get("named").MaxThreads);
        Assert.AreEqual("named", options.Get("named").Name);
    }

    [TestMethod]
    [Timeout(60_000)]
    public void Options_NamedSection_ReachesTheScheduler()
    {
        var settings = new Dictionary<string, string?>
        {
            ["GoScheduler:jobs:ProcessorCount"] = "3",
            ["GoScheduler:jobs:Name"] = "night jobs",
        };
        using ServiceProvider provider = BuildProvider(settings, services => services.AddGoScheduler("jobs"));

        GoScheduler scheduler = provider.GetRequiredKeyedService<GoScheduler>("jobs");

        Assert.AreEqual(3, scheduler.ProcessorCount);
        Assert.AreEqual("night jobs", scheduler.Name);
    }

    [TestMethod]
    [Timeout(60_000)]
    [DataRow("", "GoScheduler", nameof(GoSchedulerOptions.ProcessorCount), "-1")]
    [DataRow("", "GoScheduler", nameof(GoSchedulerOptions.Name), "")]
    [DataRow("jobs", "GoScheduler:jobs", nameof(GoSchedulerOptions.MaxThreads), "-5")]
    [DataRow("jobs", "GoScheduler:jobs", nameof(GoSchedulerOptions.WorkerStackSize), "-1")]
    public async Task StartHost_RefusedOption_FailsBeforeAnyServiceStartsAndNamesIt(
        string name, string section, string option, string value)
    {
        bool started = false;
        using IHost host = TestHost.Build(
            new LogRecorder(),
            services =>
            {
                services.AddSingleton<IHostedService>(
                    new CallbackService { Starting = () => started = true, Start = () => started = true });
                Add(services, name);
            },
            new Dictionary<string, string?> { [$"{section}:{option}"] = value });

        OptionsValidationException failure =
            await Assert.ThrowsExactlyAsync<OptionsValidationException>(() => host.StartAsync());

        Assert.Contains(option, failure.Message);
        Assert.Contains(section, failure.Message);
        Assert.AreEqual(name, failure.OptionsName);
        Assert.IsFalse(started);
    }

    [TestMethod]
    [Timeout(60_000)]
    public void ResolveScheduler_RefusedOptionWithoutHost_ThrowsAndNamesIt()
    {
        using ServiceProvider provider = BuildProvider(
            null, services => services.AddGoScheduler("bad", options => options.ProcessorCount = -1));

        OptionsValidationException failure = Assert.ThrowsExactly<OptionsValidationException>(
            () => provider.GetRequiredKeyedService<GoScheduler>("bad"));

        Assert.Contains(nameof(GoSchedulerOptions.ProcessorCount), failure.Message);
    }

    [TestMethod]
    [Timeout(60_000)]
    public async Task StartHost_ValueOfTheWrongType_FailsAndNamesTheKey()
    {
        using IHost host = TestHost.Build(
            new LogRecorder(),
            services => services.AddGoScheduler(),
            new Dictionary<string, string?> { ["GoScheduler:ProcessorCount"] = "many" });

        InvalidOperationException failure =
            await Assert.ThrowsExactlyAsync<InvalidOperationException>(() => host.StartAsync());

        Assert.Contains("GoScheduler:ProcessorCount", failure.Message);
        Assert.Contains("many", failure.Message);
    }

    private static void Add(IServiceCollection services, string name) =>
        _ = name.Length == 0 ? services.AddGoScheduler() : services.AddGoScheduler(name);

    private static ServiceProvider BuildProvider(
        Dictionary<string, string?>? settings, Action<IServiceCollection> register)
    {
        var services = new ServiceCollection();
        if (settings is not null)
        {
            services.AddSingleton<IConfiguration>(new ConfigurationBuilder().AddInMemoryCollection(settings).Build());
        }

        register(services);
        return services.BuildServiceProvider();
    }
}
