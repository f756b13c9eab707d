using System.Threading;
using System.Threading.Tasks;
using Goroutines.Analyzers;
using Microsoft.CodeAnalysis;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Goroutines.AnalyzersTests;

/// <summary>What leaves the scheduler is reported in goroutine code, and nowhere else.</summary>
[TestClass]
public sealed class GoroutineCodeTests
{
    private const int TimeoutMs = 60_000;

    public TestContext TestContext { get; set; } = null!;

    private CancellationToken Cancellation => TestContext.CancellationToken;

    [TestMethod]
    [Timeout(TimeoutMs)]
    [DataRow("await Task.Yield(); await Task.Delay(1).{|GO0001:ConfigureAwait(false)|};")]
    [DataRow("await Task.FromResult(1).{|GO0001:ConfigureAwait(false)|};", DisplayName = "Task<T>")]
    [DataRow("await ValueTask.CompletedTask.{|GO0001:ConfigureAwait(false)|};", DisplayName = "ValueTask")]
    [DataRow("await new ValueTask<int>(1).{|GO0001:ConfigureAwait(false)|};", DisplayName = "ValueTask<T>")]
    [DataRow("await Go.Delay(TimeSpan.Zero).{|GO0001:ConfigureAwait(false)|};", DisplayName = "our own awaitable")]
    [DataRow("await Task.Delay(1).{|GO0001:ConfigureAwait(ConfigureAwaitOptions.None)|};")]
    [DataRow("await Task.Delay(1).{|GO0001:ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing)|};")]
    [DataRow("await Task.Delay(1).{|GO0001:ConfigureAwait(continueOnCapturedContext: false)|};")]
    [DataRow("await foreach (int i in Numbers().{|GO0001:ConfigureAwait(false)|}) { }", DisplayName = "await foreach")]
    [DataRow("const bool f = false; await Task.Delay(1).{|GO0001:ConfigureAwait(f)|};", DisplayName = "constant")]
    [DataRow("await {|GO0002:Task.Run|}(() => { });")]
    [DataRow("await {|GO0002:Task.Run<int>|}(() => 1);")]
    [DataRow("_ = {|GO0002:Task.Run|}(async () => await Task.Yield());")]
    [DataRow("Task t = {|GO0002:System.Threading.Tasks.Task.Run|}(() => { }, CancellationToken.None); await t;")]
    [DataRow("Go.Blocking(() => { {|GO0002:Task.Run|}(() => { }); }); await Task.Yield();", DisplayName = "lambda called in place")]
    [DataRow("await Go.Run(() => { {|GO0002:Task.Run|}(() => { }); });", DisplayName = "goroutine in a goroutine")]
    [DataRow("async Task Local() => await Task.Delay(1).{|GO0001:ConfigureAwait(false)|}; await Local();", DisplayName = "local function")]
    [DataRow("await Task.Delay(1).ConfigureAwait(true);")]
    [DataRow("await Task.Delay(1).ConfigureAwait(ConfigureAwaitOptions.ContinueOnCapturedContext | ConfigureAwaitOptions.ForceYielding);")]
    [DataRow("bool b = Environment.ProcessId > 0; await Task.Delay(1).ConfigureAwait(b);", DisplayName = "not known")]
    [DataRow("await {|GO0002:Task.Run|}(async () => await Task.Delay(1).ConfigureAwait(false));", DisplayName = "on the pool already")]
    [DataRow(
        "Func<Task> f = async () => await Task.Delay(1).ConfigureAwait(false); await f();",
        DisplayName = "a delegate anybody may call")]
    [DataRow("async Task Local() => await Task.Delay(1).ConfigureAwait(false); await Local(); await {|GO0002:Task.Run|}(Local);")]
    [DataRow("await Task.Factory.StartNew(() => { }); ThreadPool.QueueUserWorkItem(_ => { });", DisplayName = "said in full")]
    public Task Goroutine_Lambda_ReportsWhatLeaves(string body) => LambdaAsync("Go.Run", body);

    [TestMethod]
    [Timeout(TimeoutMs)]
    [DataRow("Go.Post")]
    [DataRow("scheduler.Run")]
    [DataRow("GoScheduler.Shared.Post")]
    public Task Goroutine_EachDoor_IsSeen(string start) =>
        LambdaAsync(start, "await {|GO0002:Task.Run|}(() => { }); await Task.Delay(1).{|GO0001:ConfigureAwait(false)|};");

    [TestMethod]
    [Timeout(TimeoutMs)]
    [DataRow("private", "Go.Post(Work);", "Work() => await Task.Delay(1).{|GO0001:ConfigureAwait(false)|};")]
    [DataRow("private", "Go.Post(async () => await Work());", "Work() => await Task.Delay(1).{|GO0001:ConfigureAwait(false)|};")]
    [DataRow(
        "private", "Go.Post(Work);",
        "Work() { if (Environment.ProcessId == 1) { await Work(); } await {|GO0002:Task.Run|}(() => { }); }")]
    [DataRow("private", "Go.Post(Work); Work();", "Work() => await Task.Delay(1).ConfigureAwait(false);")]
    [DataRow("private", "Go.Post(Work); Func<Task> f = Work;", "Work() => await Task.Delay(1).ConfigureAwait(false);")]
    [DataRow("private", "Work();", "Work() => await Task.Delay(1).ConfigureAwait(false);")]
    [DataRow("private", "", "Work() => await Task.Delay(1).ConfigureAwait(false);")]
    [DataRow("internal", "Go.Post(Work);", "Work() => await Task.Delay(1).ConfigureAwait(false);")]
    [DataRow("public", "Go.Post(Work);", "Work() => await Task.Run(() => { });")]
    public async Task Goroutine_Method_IsWhatOnlyGoroutinesUse(string access, string use, string method)
    {
        string code =
            $$"""
            class C
            {
                void M() { {{use}} }

                {{access}} async Task {{method}}
            }
            """;
        await Verify.ReportsAsync<GoroutineCodeAnalyzer>(code, Cancellation);
    }

    [TestMethod]
    [Timeout(TimeoutMs)]
    public async Task Goroutine_ChainAcrossTypesAndParts_IsFollowed() => await Verify.ReportsAsync<GoroutineCodeAnalyzer>(
        """
        partial class C
        {
            void M() => Go.Post(First);

            private async Task Third() => await Task.Delay(1).{|GO0001:ConfigureAwait(false)|};

            private static async Task UsedByNested() => await Task.Delay(1).ConfigureAwait(false);

            private static async Task SpawnedByNested() => await Task.Delay(1).{|GO0001:ConfigureAwait(false)|};

            class Nested
            {
                void M() => Go.Post(SpawnedByNested);

                Task N() => UsedByNested();
            }
        }

        partial class C
        {
            void N() => Go.Post(UsedByNested);

            private async Task First() => await Second();

            private Task Second() => Third();
        }
        """,
        Cancellation);

    [TestMethod]
    [Timeout(TimeoutMs)]
    public async Task Goroutine_ActorTurn_IsOne() => await Verify.ReportsAsync<GoroutineCodeAnalyzer>(
        """
        namespace Goroutines.Actors
        {
            public abstract class Actor<TMessage>
            {
                protected virtual ValueTask OnStartAsync(CancellationToken cancellationToken) => default;

                protected abstract ValueTask ReceiveAsync(TMessage message, CancellationToken cancellationToken);
            }
        }

        abstract class Base : Goroutines.Actors.Actor<int>
        {
            protected override async ValueTask OnStartAsync(CancellationToken cancellationToken) =>
                await {|GO0002:Task.Run|}(() => { }, cancellationToken);
        }

        class Counter : Base
        {
            protected override async ValueTask ReceiveAsync(int message, CancellationToken cancellationToken)
            {
                await Task.Delay(message, cancellationToken).{|GO0001:ConfigureAwait(false)|};
                Count();
            }

            public Task Other() => Task.Run(() => { });

            private void Count() => {|GO0002:Task.Run|}(() => { });
        }
        """,
        Cancellation);

    [TestMethod]
    [Timeout(TimeoutMs)]
    public async Task Goroutine_TopLevelStatements_AreLookedAt() => await Verify.ReportsAsync<GoroutineCodeAnalyzer>(
        """
        await Task.Delay(1).ConfigureAwait(false);
        await Task.Run(() => { });
        await Go.Run(Work);

        static async Task Work() => await Task.Delay(1).{|GO0001:ConfigureAwait(false)|};
        """,
        test => test.TestState.OutputKind = OutputKind.ConsoleApplication,
        Cancellation);

    [TestMethod]
    [Timeout(TimeoutMs)]
    public async Task Goroutine_OtherTypesOfTheName_AreNotOurs() => await Verify.SaysNothingWithoutLibraryAsync<GoroutineCodeAnalyzer>(
        """
        static class Go
        {
            public static Task Run(Func<Task> work) => work();

            static Task M() => Go.Run(async () => await Task.Delay(1).ConfigureAwait(false));
        }
        """,
        Cancellation);

    [TestMethod]
    [Timeout(TimeoutMs)]
    public async Task Severity_None_IsSilent() => await Verify.ReportsAsync<GoroutineCodeAnalyzer>(
        """
        class C
        {
            void M() => Go.Post(async () => { await Task.Delay(1).ConfigureAwait(false); await {|GO0002:Task.Run|}(() => { }); });
        }
        """,
        test => test.TestState.AnalyzerConfigFiles.Add(
            ("/.editorconfig", "root = true\n[*.cs]\ndotnet_diagnostic.GO0001.severity = none\n")),
        Cancellation);

    private Task LambdaAsync(string start, string body) => Verify.ReportsAsync<GoroutineCodeAnalyzer>(
        $$"""
        class C
        {
            static void M(GoScheduler scheduler) => {{start}}(async () => { {{body}} });

            static async IAsyncEnumerable<int> Numbers() { await Task.Yield(); yield return 1; }
        }
        """,
        Cancellation);
}
