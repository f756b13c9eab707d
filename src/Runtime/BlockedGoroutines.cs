namespace Goroutines;

/// <summary>Goroutines that block their threads and come from the same place.</summary>
/// <param name="Name">
/// The method whose goroutines they are, with its type, as <c>Shop.Orders.SaveAsync</c>: the async method that goes on, or what was given
/// to Run or Post. Where no method is known, what it awaited last (<c>after Go.Delay</c>), or the type of what was queued (a task made
/// elsewhere, a raw item).
/// </param>
/// <param name="Count">How many there are.</param>
public readonly record struct BlockedGoroutines(string Name, int Count);
