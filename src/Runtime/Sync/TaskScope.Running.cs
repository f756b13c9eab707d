using System;
using System.Linq;
using System.Runtime.ExceptionServices;
using System.Threading;
using System.Threading.Tasks;
using Goroutines.Internal.Scheduling;

namespace Goroutines.Sync;

// How a scope runs and ends. One count holds the body and the children that have not ended; a child may begin another one only while
// the count is not 0, so nothing begins in a scope that has ended. Whoever counts it down to 0 ends the scope.
public sealed partial class TaskScope
{
    private Task<T> Start<T>(Func<CancellationToken, Task<T>> child)
    {
        int count = Volatile.Read(ref _runningCount);
        while (count != 0)
        {
            int seen = Interlocked.CompareExchange(ref _runningCount, count + 1, count);
            if (seen == count)
            {
                break;
            }

            count = seen;
        }

        if (count == 0)
        {
            throw new InvalidOperationException("The scope has ended: nothing may begin in it any more.");
        }

        // Completed by the child before it counts itself down, so that the scope's end finds every child's task completed.
        var result = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        try
        {
            _ = SpawnDoor.Run(() => RunChildAsync(child, result));
        }
        catch
        {
            CountDown();
            throw;
        }

        return result.Task;
    }

    private async Task RunChildAsync<T>(Func<CancellationToken, Task<T>> child, TaskCompletionSource<T> result)
    {
        bool hasTurn = false;
        try
        {
            if (_turns is not null)
            {
                await _turns.AcquireAsync(Token).ConfigureAwait(true);
                hasTurn = true;
            }

            Token.ThrowIfCancellationRequested();
            result.SetResult(await child(Token).ConfigureAwait(true));
            NoteSuccess(result.Task);
        }
        catch (OperationCanceledException e) when (Token.IsCancellationRequested)
        {
            _isInterrupted = true;
            result.TrySetCanceled(e.CancellationToken);
        }
        catch (Exception e)
        {
            // It is thrown by the scope; the task is for who wants to know of this child.
            NoteFailure(e);
            if (e is OperationCanceledException canceled)
            {
                result.TrySetCanceled(canceled.CancellationToken);
            }
            else
            {
                result.TrySetException(e);
                _ = result.Task.Exception;
            }
        }
        finally
        {
            if (hasTurn)
            {
                _turns!.Release();
            }

            CountDown();
        }
    }

    private async Task RunBodyAsync(TaskScopeOptions options, Func<TaskScope, Task> body, CancellationToken cancellationToken)
    {
        using CancellationTokenSource disposedAtTheEnd = _canceling;
        using CancellationTokenRegistration outer =
            cancellationToken.UnsafeRegister(static scope => ((TaskScope)scope!).CancelOnce(), this);
        using ITimer? deadline = options.Deadline is not { } time ? null : options.TimeProvider.CreateTimer(
            static scope => ((TaskScope)scope!).NoteOverdue(), this, time, Timeout.InfiniteTimeSpan);
        try
        {
            await body(this).ConfigureAwait(true);
        }
        catch (OperationCanceledException) when (Token.IsCancellationRequested)
        {
            _isInterrupted = true;
        }
        catch (Exception e)
        {
            _causes.Enqueue((e, IsChild: false));
            CancelOnce();
        }

        CountDown();
        await _ended.Task.ConfigureAwait(true);
        ThrowCauses(cancellationToken);
    }

    private void NoteSuccess(Task child)
    {
        if (_policy == TaskScopePolicy.FirstSuccess && Interlocked.CompareExchange(ref _firstSuccess, child, null) is null)
        {
            CancelOnce();
        }
    }

    private void NoteFailure(Exception failure)
    {
        _causes.Enqueue((failure, IsChild: true));
        if (_policy == TaskScopePolicy.FailFast)
        {
            CancelOnce();
        }
    }

    private void NoteOverdue()
    {
        _isOverdue = true;
        CancelOnce();
    }

    // What a callback on the token throws has a place where it is seen: it is one of the causes.
    private void CancelOnce()
    {
        try
        {
            _canceling.Cancel();
        }
        catch (AggregateException e)
        {
            foreach (Exception inner in e.InnerExceptions)
            {
                _causes.Enqueue((inner, IsChild: false));
            }
        }
        catch (ObjectDisposedException) when (Volatile.Read(ref _runningCount) == 0)
        {
            // Too late: the scope has ended.
            return;
        }
    }

    private void CountDown()
    {
        if (Interlocked.Decrement(ref _runningCount) == 0)
        {
            _ended.SetResult();
        }
    }

    private void ThrowCauses(CancellationToken cancellationToken)
    {
        bool hasSucceeded = _policy == TaskScopePolicy.FirstSuccess && _firstSuccess is not null;
        Exception[] causes = [.. _causes.Where(cause => !hasSucceeded || !cause.IsChild).Select(cause => cause.Exception)];
        if (causes.Length > 0)
        {
            ExceptionDispatchInfo.Throw(causes.Length == 1 ? causes[0] : new AggregateException(causes));
        }

        if (_isInterrupted && !hasSucceeded)
        {
            if (_isOverdue)
            {
                throw new TimeoutException("The scope came to its deadline before its body and all children had ended.");
            }

            cancellationToken.ThrowIfCancellationRequested();
        }
    }
}
