using System.Threading;
using System.Threading.Tasks;
using Goroutines.Analyzers;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Goroutines.AnalyzersTests;

/// <summary>async void is reported where it has to do with goroutines, and event handlers are left alone.</summary>
[TestClass]
public sealed class AsyncVoidTests
{
    private const int TimeoutMs = 60_000;

    public TestContext TestContext { get; set; } = null!;

    private CancellationToken Cancellation => TestContext.CancellationToken;

    [TestMethod]
    [Timeout(TimeoutMs)]
    [DataRow("Go.Post({|GO0004:Work|});")]
    [DataRow("_ = {|GO0003:Go.Run|}({|GO0004:Work|});")]
    [DataRow("Go.Post({|GO0004:(Action)(async () => await Task.Yield())|});")]
    [DataRow("Go.Post({|GO0004:new Action(async () => await Task.Yield())|});")]
    [DataRow("Go.Post<int>({|GO0004:(Action<int>)(async i => await Task.Delay(i))|}, 1);")]
    [DataRow("GoScheduler.Shared.Post({|GO0004:Local|}); async void Local() => await Task.Yield();")]
    [DataRow(
        "Go.Post(async () => await Task.Yield()); Go.Post(async i => await Task.Delay(i), 1);",
        DisplayName = "async lambdas are tasks")]
    [DataRow("Go.Post(() => { }); Go.Post(() => Work());")]
    [DataRow("Go.Blocking(Work);", DisplayName = "no spawn")]
    public async Task Spawn_AsyncVoidWork_IsReported(string statement) => await Verify.ReportsAsync<SpawnAnalyzer>(
        $$"""
        class C
        {
            void M() { {{statement}} }

            async void Work() => await Task.Yield();
        }
        """,
        Cancellation);

    [TestMethod]
    [Timeout(TimeoutMs)]
    [DataRow("async void {|GO0005:F|}() => await Go.Yield();")]
    [DataRow("public async void {|GO0005:F|}(WaitGroup group) => await group.WaitAsync();")]
    [DataRow("async void {|GO0005:F|}() { int n = GoScheduler.Shared.ProcessorCount; await Task.Delay(n); }")]
    [DataRow("async void {|GO0005:F|}(string s, int n) { new GoScheduler().Dispose(); await Task.Yield(); }")]
    [DataRow("void M() { async void {|GO0005:F|}() => await Go.Yield(); F(); }", DisplayName = "local function")]
    [DataRow("void M() { Action a = {|GO0005:async|} () => await Go.Yield(); }")]
    [DataRow("void M() => new List<int>().ForEach({|GO0005:async|} i => await Go.Delay(TimeSpan.FromSeconds(i)));")]
    [DataRow(
        "void M() => Go.Post(() => F()); private async void {|GO0005:F|}() => await Task.Yield();",
        DisplayName = "called by a goroutine")]
    [DataRow("async void F() => await Task.Yield();", DisplayName = "nothing of ours")]
    [DataRow("async void F(object sender, EventArgs e) => await Go.Yield();")]
    [DataRow("async void F(object sender, ClickedEventArgs e) => await Go.Yield(); class ClickedEventArgs;")]
    [DataRow("event Action Clicked; void M() => Clicked += F; async void F() => await Go.Yield();", DisplayName = "subscribed")]
    [DataRow("event Action Clicked; void M() => Clicked += async () => await Go.Yield();")]
    [DataRow(
        "class D : I { public async void F() => await Go.Yield(); } interface I { void F(); }",
        DisplayName = "a contract's signature")]
    [DataRow("class D : I { async void I.F() => await Go.Yield(); } interface I { void F(); }")]
    [DataRow("class D : B { public override async void F() => await Go.Yield(); } class B { public virtual void F() { } }")]
    [DataRow("void M() => Go.Post(F); async void F() => await Go.Yield();", DisplayName = "reported where it is given")]
    [DataRow("async Task F() => await Go.Yield();")]
    public async Task AsyncVoid_UsesGoroutines_IsReported(string member) =>
        await Verify.ReportsAsync<GoroutineCodeAnalyzer>($"class C {{ {member} }}", Cancellation);
}
