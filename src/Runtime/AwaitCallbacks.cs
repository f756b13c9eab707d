using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;

namespace Goroutines;

/// <summary>Tells by the callback a Post is given whether it comes from Task.Yield.</summary>
/// <remarks>
/// Task.Yield posts one of two static delegates: one for compiler-made awaits, one for plain callbacks. They are learned by
/// yielding once each under a context that only notes what it is given. Should a later runtime make a new delegate for each
/// yield, nothing breaks: such a yield then counts as readied, and is run sooner than it asked for.
/// </remarks>
internal static class AwaitCallbacks
{
    private static readonly SendOrPostCallback? s_yieldOfMachine;
    private static readonly SendOrPostCallback? s_yieldOfAction;

    static AwaitCallbacks()
    {
        var noted = new NotingContext();
        SynchronizationContext? outer = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(noted);
        Task yielded;
        try
        {
            yielded = YieldAsync();
            Task.Yield().GetAwaiter().UnsafeOnCompleted(static () => { });
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(outer);
        }

        if (noted.Posts is [var (ofMachine, machine), var (ofAction, _)])
        {
            s_yieldOfMachine = ofMachine;
            s_yieldOfAction = ofAction;
            ofMachine(machine);
        }
    }

    public static bool IsYield(SendOrPostCallback callback) =>
        ReferenceEquals(callback, s_yieldOfMachine) || ReferenceEquals(callback, s_yieldOfAction);

    private static async Task YieldAsync() => await Task.Yield();

    private sealed class NotingContext : SynchronizationContext
    {
        public List<(SendOrPostCallback Callback, object? State)> Posts { get; } = new();

        public override void Post(SendOrPostCallback d, object? state) => Posts.Add((d, state));
    }
}
