using System.Threading.Tasks;
using Goroutines.Tests.TestSupport;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Goroutines.Tests.Failures;

/// <summary>What an unhandled exception does to the process, seen from outside.</summary>
[TestClass]
public sealed class ProcessEndTests
{
    [TestMethod, Timeout(SchedulerTest.LimitMs)]
    [DataRow("post")]
    [DataRow("post-async")]
    [DataRow("context-post")]
    [DataRow("raw")]
    [DataRow("async-void")]
    public async Task UnhandledException_NobodyHandlesIt_EndsTheProcess(string door) =>
        (await Child.RunAsync(null, "unhandled", door)).AssertDiedOf("marked failure");

    [TestMethod, Timeout(SchedulerTest.LimitMs)]
    [DataRow("post")]
    [DataRow("post-async")]
    [DataRow("context-post")]
    [DataRow("raw")]
    [DataRow("async-void")]
    public async Task UnhandledException_Handled_ProcessAndWorkersLiveOn(string door) =>
        (await Child.RunAsync(null, "handled", door)).AssertSucceeded("1000");

    [TestMethod, Timeout(SchedulerTest.LimitMs)]
    public async Task UnhandledException_HandlerThrows_EndsTheProcessWithBoth()
    {
        Child child = await Child.RunAsync(null, "throwing-handler");
        child.AssertDiedOf("marked failure");
        child.AssertDiedOf("marked handler");
    }

    [TestMethod, Timeout(SchedulerTest.LimitMs)]
    public async Task Main_WorkersStillBlocked_ProcessEnds() =>
        (await Child.RunAsync(null, "blocked-at-exit")).AssertSucceeded("left");
}
