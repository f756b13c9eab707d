namespace Goroutines.StressTests;

/// <summary>The ways onto a scheduler that the stress program takes.</summary>
internal enum OperationKind
{
    RunAction,
    RunAsync,
    RunValueTask,
    RunResult,
    RunAsyncResult,
    RunThrows,
    RunCancelled,
    PostAction,
    PostState,
    PostAsync,
    PostAsyncState,
    PostThrows,
    PostAsyncThrows,
    StartNew,
    StartNewFair,
    StartNewLong,
    StartNewWaits,
    RawLocal,
    RawGlobal,
    ContextPost,
    ContextFree,
    ContextFreeAsync,
    Exclusive,
    ExclusiveAsync,
    ExclusiveContextFree,
    ExclusiveContextFreeAsync,
    Concurrent,
    Count,
}
