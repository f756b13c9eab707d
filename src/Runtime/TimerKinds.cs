using Goroutines.Internal.Primitives;
using Goroutines.Internal.Work;

namespace Goroutines;

/// <summary>The callback of a timer of the TimeProvider. As on the ThreadPool, it sees no context.</summary>
internal sealed class TimerKind() : WorkKind(usesContext: false)
{
    public static readonly TimerKind Instance = new();

    public override void Execute(object? state) => Reinterpret.As<GoTimer>(state).RunCallback();
}

/// <summary>What awaits a delay.</summary>
internal sealed class DelayKind(bool usesContext) : WorkKind(usesContext)
{
    public static readonly DelayKind Goroutine = new(usesContext: true);
    public static readonly DelayKind Raw = new(usesContext: false);

    public override void Execute(object? state) => Reinterpret.As<DelaySource>(state).Resume();
}

/// <summary>What awaits a delay somewhere else: it is sent there, which may be anybody's code.</summary>
internal sealed class ForwardedDelayKind() : WorkKind(usesContext: false)
{
    public static readonly ForwardedDelayKind Instance = new();

    public override void Execute(object? state) => Reinterpret.As<DelaySource>(state).Forward();
}
