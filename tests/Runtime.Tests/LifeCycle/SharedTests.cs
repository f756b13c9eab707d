using System;
using System.Collections.Generic;
using System.Threading.Tasks;
using Goroutines.Tests.TestSupport;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Goroutines.Tests.LifeCycle;

/// <summary>The scheduler of the process; how it is configured is seen in processes of their own.</summary>
[TestClass]
public sealed class SharedTests
{
    [TestMethod, Timeout(SchedulerTest.LimitMs)]
    public async Task Shared_Disposed_ThrowsAndWorksOn()
    {
        Assert.ThrowsExactly<InvalidOperationException>(() => GoScheduler.Shared.Dispose());
        await Assert.ThrowsExactlyAsync<InvalidOperationException>(() => GoScheduler.Shared.DisposeAsync().AsTask());
        Assert.IsFalse(GoScheduler.Shared.IsDisposed);
        Assert.AreEqual(1, await GoScheduler.Shared.Run(() => 1).Within());
    }

    [TestMethod, Timeout(SchedulerTest.LimitMs)]
    public void Shared_Always_IsOneInstance()
    {
        GoScheduler shared = GoScheduler.Shared;
        Assert.AreSame(shared, GoScheduler.Shared);
    }

    [TestMethod, Timeout(SchedulerTest.LimitMs)]
    public async Task TryConfigureShared_BeforeTheStart_TheFirstOptionsHold() =>
        (await Child.RunAsync(null, "shared-configured")).AssertSucceeded("True False True True False 1 child 3");

    [TestMethod, Timeout(SchedulerTest.LimitMs)]
    public async Task TryConfigureShared_AfterTheStart_ChangesNothing() =>
        (await Child.RunAsync(null, "shared-started")).AssertSucceeded("False True");

    [TestMethod, Timeout(SchedulerTest.LimitMs)]
    public async Task Shared_EnvironmentVariables_AreItsSettings()
    {
        var environment = new Dictionary<string, string>
        {
            ["GOROUTINES_NAME"] = "from-environment",
            ["GOROUTINES_PROCESSORCOUNT"] = "7",
        };
        (await Child.RunAsync(environment, "shared-default")).AssertSucceeded("from-environment 7");
    }

    [TestMethod, Timeout(SchedulerTest.LimitMs)]
    public async Task Shared_BadEnvironmentVariable_NamesTheSetting()
    {
        Child child = await Child.RunAsync(
            new Dictionary<string, string> { ["GOROUTINES_PROCESSORCOUNT"] = "many" }, "shared-default");
        child.AssertDiedOf("ProcessorCount");
    }

    [TestMethod, Timeout(SchedulerTest.LimitMs)]
    public void TryConfigureShared_BadArguments_NamesThem()
    {
        Assert.AreEqual("options", Assert.ThrowsExactly<ArgumentNullException>(
            () => GoScheduler.TryConfigureShared(null!)).ParamName);
        Assert.AreEqual("ProcessorCount", Assert.ThrowsExactly<ArgumentOutOfRangeException>(
            () => GoScheduler.TryConfigureShared(new GoSchedulerOptions { ProcessorCount = -1 })).ParamName);
    }
}
