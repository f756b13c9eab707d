using System;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.ExceptionServices;
using System.Threading;
using System.Threading.Tasks;
using Polly;

namespace Goroutines.Actors.Cells;

/// <summary>
/// One restart in the hands of a Polly pipeline: the callback throws the failure once, so that the pipeline waits as it does after
/// failures, and starts the actor from the second call on.
/// </summary>
/// <remarks>
/// Only the restart is inside of the pipeline, never the actor's life: a pipeline counts its executions, cannot be disposed or
/// reloaded while one is pending, and never starts to count attempts anew. An actor that is well thus costs nothing here.
/// </remarks>
[SuppressMessage("Reliability", "CA1001", Justification = "A source without a timer or a wait handle has nothing to dispose.")]
internal sealed class RestartAttempt
{
    /// <summary>The key under which the default pipeline finds how long to wait.</summary>
    public static readonly ResiliencePropertyKey<RestartAttempt> Key = new("Goroutines.Actors.RestartAttempt");

    private static readonly Func<ResilienceContext, RestartAttempt, ValueTask> s_callback =
        static (_, attempt) => attempt.ExecuteAsync();

    private readonly RestartWindow _window;
    private readonly Func<ValueTask> _start;
    private readonly CancellationTokenSource _end = new();
    private int _callCount;

    /// <summary>Prepares a restart that counts in the window already.</summary>
    public RestartAttempt(RestartWindow window, Exception failure, Func<ValueTask> start)
    {
        _window = window;
        _start = start;
        LastFailure = failure;
    }

    /// <summary>Gets the failure that led to the restart, or what the last start failed with.</summary>
    public Exception LastFailure { get; private set; }

    /// <summary>Gets how long the default pipeline waits now.</summary>
    public TimeSpan Delay => _window.Delay;

    /// <summary>Gets whether no further call may follow.</summary>
    public bool IsOver => _end.IsCancellationRequested;

    /// <summary>Ends the waiting of the pipeline. From any thread.</summary>
    public void End() => _end.Cancel();

    /// <summary>Runs the pipeline; returns whether the actor was started.</summary>
    public async ValueTask<bool> RunAsync(ResiliencePipeline pipeline, string operationKey)
    {
        // Captured, so that the callback runs where this was called and not on the ThreadPool, where the timers' awaits would end.
        ResilienceContext context = ResilienceContextPool.Shared.Get(operationKey, continueOnCapturedContext: true, _end.Token);
        context.Properties.Set(Key, this);
        try
        {
            await pipeline.ExecuteAsync(s_callback, context, this).ConfigureAwait(true);
            return true;
        }
        catch (Exception e)
        {
            // How the pipeline gives up is its own affair: it may throw the failure, or that it was canceled or timed out.
            if (e is not OperationCanceledException)
            {
                LastFailure = e;
            }

            return false;
        }
        finally
        {
            ResilienceContextPool.Shared.Return(context);
        }
    }

    private async ValueTask ExecuteAsync()
    {
        _callCount++;
        if (_callCount == 1)
        {
            ExceptionDispatchInfo.Throw(LastFailure);
        }

        // The failure itself was counted before; each failed start counts as one more.
        if (_callCount > 2 && !_window.TryAdd())
        {
            End();
            ExceptionDispatchInfo.Throw(LastFailure);
        }

        try
        {
            await _start().ConfigureAwait(true);
        }
        catch (Exception e)
        {
            LastFailure = e;
            throw;
        }
    }
}
