namespace Goroutines.ModelTests.Memory;

/// <summary>The operations a weakening may apply to.</summary>
internal enum OperationKind
{
    Add,
    Exchange,
    CompareExchange,
    WriteSlot,
    CopySlots,
    ClearSlots,
    ProcessWideBarrier,
}
