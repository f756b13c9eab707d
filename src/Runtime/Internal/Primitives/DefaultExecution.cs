using System.Threading;

namespace Goroutines.Internal.Primitives;

/// <summary>The default ExecutionContext: the one shared object that says "nothing flows".</summary>
internal static class DefaultExecution
{
    /// <summary>Gets the default context.</summary>
    public static ExecutionContext Context { get; } = CaptureOnFreshThread();

    /// <summary>Returns the caller's context if it has something to flow, else null.</summary>
    public static ExecutionContext? CaptureFlowing()
    {
        ExecutionContext? captured = ExecutionContext.Capture();
        return captured == Context ? null : captured;
    }

    // There is no public name for it; a thread that inherits nothing shows it.
    private static ExecutionContext CaptureOnFreshThread()
    {
        ExecutionContext? captured = null;
        var thread = new Thread(() => captured = ExecutionContext.Capture()) { IsBackground = true };
        thread.UnsafeStart();
        thread.Join();
        return captured!;
    }
}
