using Goroutines.Internal.Primitives;
using Goroutines.Internal.Work;

namespace Goroutines.Internal.Parking;

/// <summary>What awaits a waiter that has ended.</summary>
internal sealed class WaiterKind(bool usesContext) : WorkKind(usesContext)
{
    public static readonly WaiterKind Goroutine = new(usesContext: true);
    public static readonly WaiterKind Raw = new(usesContext: false);

    public override void Execute(object? state) => Reinterpret.As<Waiter>(state).Resume();
}

/// <summary>What awaits a waiter somewhere else, of which a scheduler's own code has learned that it has ended.</summary>
internal sealed class ForwardedWaiterKind() : WorkKind(usesContext: false)
{
    public static readonly ForwardedWaiterKind Instance = new();

    public override void Execute(object? state) => Reinterpret.As<Waiter>(state).Forward();
}
