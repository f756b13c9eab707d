using Microsoft.CodeAnalysis;

namespace Goroutines.Analyzers;

/// <summary>The rules with their texts; docs/analyzers.md says the same at length.</summary>
internal static class Rules
{
    private const string Category = "Goroutines";

    public static readonly DiagnosticDescriptor ConfigureAwaitFalse = new(
        RuleIds.ConfigureAwaitFalse,
        "ConfigureAwait(false) leaves the scheduler",
        "What follows this await runs without the scheduler's context: await without ConfigureAwait(false) in a goroutine",
        Category,
        DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        description:
            "A goroutine comes back to its scheduler because each await captures the scheduler's context. "
            + "ConfigureAwait(false) says not to, and what follows runs where the awaited operation completes, mostly on the "
            + "ThreadPool: no turn-taking, no hand-off while it blocks, and in an actor no guarantee that one turn runs at a "
            + "time.");

    public static readonly DiagnosticDescriptor TaskRun = new(
        RuleIds.TaskRun,
        "Task.Run leaves the scheduler",
        "Task.Run moves this work to the ThreadPool: use Go.Run to stay on the scheduler",
        Category,
        DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        description:
            "Task.Run always means the ThreadPool, also in a goroutine. Go.Run starts a goroutine on the scheduler that runs "
            + "the caller, on the queue of the caller's processor.");

    public static readonly DiagnosticDescriptor DroppedRun = new(
        RuleIds.DroppedRun,
        "The task of Run is dropped",
        "Nobody sees when the work of this Run fails: await its task, or use Post",
        Category,
        DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        description:
            "A failure in Run's work goes into its task, and is lost with it. Post starts a goroutine nobody awaits: it costs"
            + " less, and its failure is reported as GoScheduler.UnhandledException.");

    public static readonly DiagnosticDescriptor AsyncVoidArgument = new(
        RuleIds.AsyncVoidArgument,
        "Work for Run or Post is async void",
        "This work is async void, so {0} takes it to be done at its first await: return a Task",
        Category,
        DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        description:
            "An async method without a result type can be followed by nobody. Run's task completes at the first await, Drain "
            + "does not wait for the rest, and cancellation and failures go their own way. Work that returns a Task is followed"
            + " to its end.");

    public static readonly DiagnosticDescriptor AsyncVoid = new(
        RuleIds.AsyncVoid,
        "Code that uses goroutines is async void",
        "'{0}' is async void: its caller can neither await it nor see it fail, return a Task",
        Category,
        DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        description:
            "Nobody can await an async void method or bound its life, and its failure ends the process or reaches a handler "
            + "far away. Event handlers are left alone: their signature is not theirs to choose.");

    public static readonly DiagnosticDescriptor NotAwaited = new(
        RuleIds.NotAwaited,
        "What has to be awaited is not",
        "'{0}' does its work for who awaits it: await the result",
        Category,
        DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        description:
            "Go.Yield, Go.Delay, Go.CheckpointAsync, Go.EnsureStackAsync, WaitGroup.WaitAsync and their like hold up the "
            + "method that awaits them, and nobody else. Called as a statement they have no effect or an unseen one.");
}
