using System.Threading;
using System.Threading.Tasks;
using Goroutines.Analyzers;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Goroutines.AnalyzersTests;

/// <summary>A result of the library that somebody has to look at is not dropped.</summary>
[TestClass]
public sealed class DroppedResultTests
{
    private const int TimeoutMs = 60_000;

    public TestContext TestContext { get; set; } = null!;

    private CancellationToken Cancellation => TestContext.CancellationToken;

    [TestMethod]
    [Timeout(TimeoutMs)]
    [DataRow("{|GO0003:Go.Run|}(() => { });")]
    [DataRow("_ = {|GO0003:Go.Run|}(() => { });")]
    [DataRow("{|GO0003:scheduler.Run|}(async () => await Task.Yield());")]
    [DataRow("scheduler?{|GO0003:.Run|}(() => { });")]
    [DataRow("_ = scheduler?{|GO0003:.Run|}(() => { });")]
    [DataRow("new List<int>().ForEach(i => {|GO0003:Go.Run|}(() => i));", DisplayName = "body of a lambda")]
    [DataRow("Task t = Go.Run(() => { }); t = Go.Run(() => 1); Take(Go.Run(() => { })); _ = t; void Take(Task task) { }")]
    [DataRow("_ = Go.Run(() => { }).ContinueWith(t => t.Exception); _ = Go.Run(() => { })?.Id; Go.Run(() => { }).Wait();")]
    [DataRow("Func<Task> f = () => Go.Run(() => { }); Go.Post(() => { });")]
    [DataRow("Other.Run(() => { });", DisplayName = "somebody else's Run")]
    public async Task Run_TaskDropped_IsReported(string statement) => await CheckAsync(statement);

    [TestMethod]
    [Timeout(TimeoutMs)]
    [DataRow("{|GO0006:Go.Yield|}();")]
    [DataRow("_ = {|GO0006:Go.Yield|}();")]
    [DataRow("{|GO0006:Go.Delay|}(TimeSpan.Zero);")]
    [DataRow("{|GO0006:Go.CheckpointAsync|}();")]
    [DataRow("{|GO0006:Go.EnsureStackAsync|}();")]
    [DataRow("{|GO0006:new WaitGroup().WaitAsync|}();")]
    [DataRow("Go.Checkpoint(); ValueTask t = Go.Delay(TimeSpan.Zero); _ = Go.Delay(TimeSpan.Zero); var y = Go.Yield();")]
    public async Task Verb_NotAwaited_IsReported(string statement) => await CheckAsync(statement);

    private Task CheckAsync(string statement) => Verify.ReportsAsync<SpawnAnalyzer>(
        $$"""
        class C
        {
            void M(GoScheduler scheduler) { {{statement}} }
        }

        static class Other
        {
            public static Task Run(Action work) => Task.CompletedTask;
        }
        """,
        Cancellation);
}
