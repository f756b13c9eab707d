using System;
using System.Linq;
using System.Threading.Tasks;
using Goroutines.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Goroutines.IntegrationTests;

[TestClass]
public sealed class RegistrationTests
{
    [TestMethod]
    [Timeout(60_000)]
    public async Task AddGoScheduler_BareServiceCollection_ProvidesTheSharedScheduler()
    {
        var services = new ServiceCollection();
        services.AddGoScheduler();
        await using ServiceProvider provider = services.BuildServiceProvider();

        GoScheduler scheduler = provider.GetRequiredService<GoScheduler>();

        Assert.AreSame(GoScheduler.Shared, scheduler);
        Assert.AreSame(scheduler, provider.GetRequiredService<GoScheduler>());
        Assert.AreSame(scheduler, await scheduler.Run(() => GoScheduler.Current));
    }

    [TestMethod]
    [Timeout(60_000)]
    public async Task AddGoScheduler_BareServiceCollectionAndName_ProvidesOneOfItsOwn()
    {
        var services = new ServiceCollection();
        services.AddGoScheduler("ingest", options => options.ProcessorCount = 2);
        await using ServiceProvider provider = services.BuildServiceProvider();

        GoScheduler scheduler = provider.GetRequiredKeyedService<GoScheduler>("ingest");

        Assert.AreEqual("ingest", scheduler.Name);
        Assert.AreEqual(2, scheduler.ProcessorCount);
        Assert.AreSame(scheduler, await scheduler.Run(() => GoScheduler.Current));
    }

    [TestMethod]
    [Timeout(60_000)]
    public async Task AddGoScheduler_KeyedTimeProvider_IsTheSchedulers()
    {
        var services = new ServiceCollection();
        services.AddGoScheduler();
        services.AddGoScheduler("ingest");
        await using ServiceProvider provider = services.BuildServiceProvider();

        Assert.AreSame(GoScheduler.Shared.TimeProvider, provider.GetRequiredKeyedService<TimeProvider>("Goroutines"));
        Assert.AreSame(
            provider.GetRequiredKeyedService<GoScheduler>("ingest").TimeProvider,
            provider.GetRequiredKeyedService<TimeProvider>("ingest"));
        Assert.IsNull(provider.GetService<TimeProvider>());
    }

    [TestMethod]
    [Timeout(60_000)]
    public async Task AddGoScheduler_NamesAndUnnamed_AreSeparate()
    {
        var services = new ServiceCollection();
        services.AddGoScheduler();
        services.AddGoScheduler("a");
        services.AddGoScheduler("b", options => options.Name = "renamed");
        await using ServiceProvider provider = services.BuildServiceProvider();

        GoScheduler unnamed = provider.GetRequiredService<GoScheduler>();
        GoScheduler a = provider.GetRequiredKeyedService<GoScheduler>("a");
        GoScheduler b = provider.GetRequiredKeyedService<GoScheduler>("b");

        Assert.AreNotSame(unnamed, a);
        Assert.AreNotSame(unnamed, b);
        Assert.AreNotSame(a, b);
        Assert.AreEqual("renamed", b.Name);
        Assert.AreSame(a, provider.GetRequiredKeyedService<GoScheduler>("a"));
        Assert.IsNull(provider.GetKeyedService<GoScheduler>("c"));
    }

    [TestMethod]
    [Timeout(60_000)]
    public async Task AddGoScheduler_OnlyNamed_LeavesTheUnnamedUnregistered()
    {
        var services = new ServiceCollection();
        services.AddGoScheduler("only");
        await using ServiceProvider provider = services.BuildServiceProvider();

        Assert.IsNull(provider.GetService<GoScheduler>());
    }

    [TestMethod]
    [Timeout(60_000)]
    public async Task AddGoScheduler_Twice_RegistersOnceAndAppliesEveryAction()
    {
        var services = new ServiceCollection();
        services.AddGoScheduler().Services.AddGoScheduler(options => options.MaxThreads = 77);
        services.AddGoScheduler("twice", options => options.ProcessorCount = 1);
        services.AddGoScheduler("twice", options => options.MaxThreads = 99);
        await using ServiceProvider provider = services.BuildServiceProvider();

        Assert.HasCount(2, services.Where(service => service.ServiceType == typeof(IHostedService)).ToList());
        Assert.HasCount(2, services.Where(service => service.ServiceType == typeof(GoScheduler)).ToList());
        GoSchedulerOptions named = OptionsOf(provider, "twice");
        Assert.AreEqual(1, named.ProcessorCount);
        Assert.AreEqual(99, named.MaxThreads);
        Assert.AreEqual(77, OptionsOf(provider, Options.DefaultName).MaxThreads);
    }

    [TestMethod]
    [Timeout(60_000)]
    public void AddGoScheduler_Builder_HasServicesAndName()
    {
        var services = new ServiceCollection();

        IGoSchedulerBuilder unnamed = services.AddGoScheduler();
        IGoSchedulerBuilder named = services.AddGoScheduler("n");

        Assert.AreSame(services, unnamed.Services);
        Assert.AreEqual(string.Empty, unnamed.Name);
        Assert.AreSame(services, named.Services);
        Assert.AreEqual("n", named.Name);
    }

    [TestMethod]
    [Timeout(60_000)]
    public void AddGoScheduler_BadArguments_ThrowWithTheirName()
    {
        var services = new ServiceCollection();

        Assert.AreEqual("services", Assert.ThrowsExactly<ArgumentNullException>(
            () => ((IServiceCollection)null!).AddGoScheduler()).ParamName);
        Assert.AreEqual("configure", Assert.ThrowsExactly<ArgumentNullException>(
            () => services.AddGoScheduler((Action<GoSchedulerOptions>)null!)).ParamName);
        Assert.AreEqual("name", Assert.ThrowsExactly<ArgumentNullException>(
            () => services.AddGoScheduler((string)null!)).ParamName);
        Assert.AreEqual("name", Assert.ThrowsExactly<ArgumentException>(() => services.AddGoScheduler(" ")).ParamName);
    }

    private static GoSchedulerOptions OptionsOf(ServiceProvider provider, string name) =>
        provider.GetRequiredService<IOptionsMonitor<GoSchedulerOptions>>().Get(name);
}
