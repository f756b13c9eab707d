using System;
using System.Threading;
using System.Threading.Tasks;
using Goroutines.Internal.Primitives;
using Goroutines.Internal.Work;

namespace Goroutines;

/// <summary>A Task of the main door.</summary>
internal sealed class TaskKind(GoScheduler scheduler, bool usesContext) : WorkKind(usesContext)
{
    public override void Execute(object? state) => scheduler.Execute(Reinterpret.As<Task>(state));
}

/// <summary>A Task of the ContextFree door.</summary>
internal sealed class ContextFreeTaskKind(ContextFreeScheduler door) : WorkKind(usesContext: false)
{
    public override void Execute(object? state) => door.Execute(Reinterpret.As<Task>(state));
}

/// <summary>An item of the raw lane.</summary>
internal sealed class RawKind() : WorkKind(usesContext: false)
{
    public static readonly RawKind Instance = new();

    public override void Execute(object? state) => Reinterpret.As<IThreadPoolWorkItem>(state).Execute();
}

/// <summary>A delegate with nothing to flow: what Post and Go.Yield queue.</summary>
internal sealed class ActionKind(bool usesContext) : WorkKind(usesContext)
{
    public static readonly ActionKind Goroutine = new(usesContext: true);
    public static readonly ActionKind Raw = new(usesContext: false);

    public override void Execute(object? state) => Reinterpret.As<Action>(state)();
}

/// <summary>A goroutine nobody awaits, with its state and what it flows.</summary>
internal sealed class PostedKind() : WorkKind(usesContext: true)
{
    public static readonly PostedKind Instance = new();

    public override void Execute(object? state) => Reinterpret.As<PostedWork>(state).Run();
}
