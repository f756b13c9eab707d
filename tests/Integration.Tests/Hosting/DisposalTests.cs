using System.Threading.Tasks;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Goroutines.IntegrationTests;

[TestClass]
public sealed class DisposalTests
{
    [TestMethod]
    [Timeout(60_000)]
    [DataRow(true, DisplayName = "DisposeAsync")]
    [DataRow(false, DisplayName = "Dispose")]
    public async Task DisposeContainer_NamedSchedulers_AreDisposedWithoutWaiting(bool asynchronously)
    {
        ServiceProvider provider = BuildProvider();
        GoScheduler a = provider.GetRequiredKeyedService<GoScheduler>("a");
        GoScheduler b = provider.GetRequiredKeyedService<GoScheduler>("b");
        var release = new TaskCompletionSource();
        Task parked = a.Run(() => release.Task);

        await DisposeAsync(provider, asynchronously);

        Assert.IsTrue(a.IsDisposed);
        Assert.IsTrue(b.IsDisposed);
        Assert.IsFalse(parked.IsCompleted, "Disposal waits for no goroutine.");
        release.SetResult();
        await parked;
    }

    [TestMethod]
    [Timeout(60_000)]
    public async Task DisposeContainer_OnAWorkerOfItsScheduler_Returns()
    {
        ServiceProvider provider = BuildProvider();
        GoScheduler a = provider.GetRequiredKeyedService<GoScheduler>("a");

        await a.Run(() => provider.Dispose());

        Assert.IsTrue(a.IsDisposed);
    }

    [TestMethod]
    [Timeout(60_000)]
    [DataRow(true, DisplayName = "DisposeAsync")]
    [DataRow(false, DisplayName = "Dispose")]
    public async Task DisposeContainer_SharedScheduler_GoesOn(bool asynchronously)
    {
        var services = new ServiceCollection();
        services.AddGoScheduler();
        ServiceProvider provider = services.BuildServiceProvider();
        GoScheduler shared = provider.GetRequiredService<GoScheduler>();

        await DisposeAsync(provider, asynchronously);

        Assert.IsFalse(shared.IsDisposed);
        Assert.AreSame(shared, await shared.Run(() => GoScheduler.Current));
    }

    private static ServiceProvider BuildProvider()
    {
        var services = new ServiceCollection();
        services.AddGoScheduler("a");
        services.AddGoScheduler("b");
        return services.BuildServiceProvider();
    }

    private static async Task DisposeAsync(ServiceProvider provider, bool asynchronously)
    {
        if (asynchronously)
        {
            await provider.DisposeAsync();
        }
        else
        {
#pragma warning disable CA1849 // The synchronous way is what the row is about.
            provider.Dispose();
#pragma warning restore CA1849
        }
    }
}
