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
