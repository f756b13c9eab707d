namespace Goroutines.ModelTests.Memory;

/// <summary>One operation, described for a weakening to recognise.</summary>
/// <param name="Kind">What is done.</param>
/// <param name="Location">The name of the word or of the slots.</param>
/// <param name="From">The comparand of a compare-exchange.</param>
/// <param name="Value">The new value, or what is added. For a slot write 0 when it clears, 1 otherwise.</param>
internal readonly record struct Operation(OperationKind Kind, string Location, ulong From, ulong Value);
