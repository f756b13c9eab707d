using System.Threading;
using System.Threading.Tasks;
using Goroutines.Analyzers;
using Goroutines.Analyzers.CodeFixes;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Goroutines.AnalyzersTests;

/// <summary>What the fixes make of code: it compiles, says the same, and is reported no longer.</summary>
[TestClass]
public sealed class CodeFixTests
{
    private const int TimeoutMs = 60_000;

    public TestContext TestContext { get; set; } = null!;

    private CancellationToken Cancellation => TestContext.CancellationToken;

    [TestMethod]
    [Timeout(TimeoutMs)]
    [DataRow("await Task.Delay(1).{|GO0001:ConfigureAwait(false)|};", "await Task.Delay(1);")]
    [DataRow("await Task.Delay(1).{|GO0001:ConfigureAwait(ConfigureAwaitOptions.None)|};", "await Task.Delay(1);")]
    [DataRow(
        "await Task.Delay(1).{|GO0001:ConfigureAwait(ConfigureAwaitOptions.ForceYielding)|};",
        "await Task.Delay(1).ConfigureAwait(ConfigureAwaitOptions.ForceYielding | ConfigureAwaitOptions.ContinueOnCapturedContext);")]
    [DataRow(
        "await foreach (int i in Numbers().{|GO0001:ConfigureAwait(false)|}) { }", "await foreach (int i in Numbers()) { }")]
    [DataRow(
        "var a = Task.Delay(1).{|GO0001:ConfigureAwait(false)|}; await a;", "var a = Task.Delay(1).ConfigureAwait(true); await a;")]
    [DataRow(
        "await Task.Delay(1).{|GO0001:ConfigureAwait(false)|}; await Task.Delay(2).{|GO0001:ConfigureAwait(false)|};",
        "await Task.Delay(1); await Task.Delay(2);",
        DisplayName = "all of them")]
    public async Task ConfigureAwaitFix_Applied_ComesBack(string before, string after)
    {
        await Verify.FixesAsync<GoroutineCodeAnalyzer, ConfigureAwaitFix>(Wrap(before), Wrap(after), title: null, Cancellation);

        static string Wrap(string body) =>
            $$"""
            class C
            {
                void M() => Go.Post(async () => { {{body}} });

                static async IAsyncEnumerable<int> Numbers() { await Task.Yield(); yield return 1; }
            }
            """;
    }

    [TestMethod]
    [Timeout(TimeoutMs)]
    [DataRow("await {|GO0002:Task.Run|}(() => { });", "await Go.Run(() => { });")]
    [DataRow("int i = await {|GO0002:Task.Run<int>|}(async () => 1);", "int i = await Go.Run(async () => 1);")]
    [DataRow(
        "await {|GO0002:System.Threading.Tasks.Task.Run|}(() => 1, CancellationToken.None);",
        "await Go.Run(() => 1, CancellationToken.None);")]
    public async Task GoRunFix_Applied_StaysOnTheScheduler(string before, string after)
    {
        await Verify.FixesAsync<GoroutineCodeAnalyzer, GoRunFix>(Wrap(before), Wrap(after), title: null, Cancellation);

        static string Wrap(string body) => $"class C {{ void M() => Go.Post(async () => {{ {body} }}); }}";
    }

    [TestMethod]
    [Timeout(TimeoutMs)]
    [DataRow("Use Post", "{|GO0003:Go.Run|}(() => { });", "Go.Post(() => { });")]
    [DataRow("Use Post", "_ = {|GO0003:Go.Run|}(async () => await Task.Yield());", "Go.Post(async () => await Task.Yield());")]
    [DataRow("Use Post", "_ = scheduler?{|GO0003:.Run|}(() => { });", "scheduler?.Post(() => { });")]
    [DataRow("Use Post", "scheduler.{|GO0003:Run|}(() => { });", "scheduler.Post(() => { });", DisplayName = "with a receiver")]
    [DataRow("Await it", "{|GO0003:Go.Run|}(() => { });", "await Go.Run(() => { });")]
    [DataRow("Await it", "_ = {|GO0003:Go.Run|}(() => 1, default);", "await Go.Run(() => 1, default);")]
    [DataRow("Await it", "{|GO0006:Go.Yield|}();", "await Go.Yield();")]
    [DataRow("Await it", "_ = {|GO0006:Go.Yield|}();", "await Go.Yield();")]
    public async Task DroppedResultFix_Applied_LosesNothing(string title, string before, string after)
    {
        before = before.Replace("scheduler.{|GO0003:Run|}", "{|GO0003:scheduler.Run|}");
        await Verify.FixesAsync<SpawnAnalyzer, DroppedResultFix>(Wrap(before), Wrap(after), title, Cancellation);

        static string Wrap(string body) => $"class C {{ async Task M(GoScheduler scheduler) {{ {body} }} }}";
    }

    [TestMethod]
    [Timeout(TimeoutMs)]
    [DataRow("void M() { {|GO0003:Go.Run|}(() => 1); }", DisplayName = "Post takes no such function")]
    [DataRow("void M() { {|GO0003:Go.Run|}(async () => 1); }", DisplayName = "nor this one")]
    [DataRow("void M() { {|GO0003:Go.Run|}(() => { }, default); }", DisplayName = "nor a token")]
    [DataRow("void M() { {|GO0006:Go.Yield|}(); }", DisplayName = "no await in a method that is not async")]
    public async Task DroppedResultFix_NothingFits_OffersNothing(string member)
    {
        string code = $"class C {{ {member} }}";
        await Verify.FixesAsync<SpawnAnalyzer, DroppedResultFix>(code, code, title: null, Cancellation);
    }

    [TestMethod]
    [Timeout(TimeoutMs)]
    [DataRow(
        "void M() { Go.Post({|GO0004:F|}); } async void F() => await Task.Yield();",
        "void M() { Go.Post(F); } async Task F() => await Task.Yield();")]
    [DataRow(
        "void M() { Go.Post({|GO0004:(Action)(async () => await Task.Yield())|}); }",
        "void M() { Go.Post(async () => await Task.Yield()); }")]
    [DataRow(
        "void M() { Go.Post({|GO0004:new Action(async () => await Task.Yield())|}); }",
        "void M() { Go.Post(async () => await Task.Yield()); }")]
    public async Task ReturnTaskFix_Argument_IsFollowed(string before, string after) =>
        await Verify.FixesAsync<SpawnAnalyzer, ReturnTaskFix>(
            $"class C {{ {before} }}", $"class C {{ {after} }}", title: null, Cancellation);

    [TestMethod]
    [Timeout(TimeoutMs)]
    [DataRow("async void {|GO0005:F|}() => await Go.Yield();", "async Task F() => await Go.Yield();")]
    [DataRow(
        "void M() { F(); async void {|GO0005:F|}() => await Go.Yield(); }", "void M() { F(); async Task F() => await Go.Yield(); }")]
    public async Task ReturnTaskFix_Declaration_ReturnsATask(string before, string after) =>
        await Verify.FixesAsync<GoroutineCodeAnalyzer, ReturnTaskFix>(
            $"class C {{ {before} }}", $"class C {{ {after} }}", title: null, Cancellation);
}
