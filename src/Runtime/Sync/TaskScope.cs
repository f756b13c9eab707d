using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Diagnostics.CodeAnalysis;
using System.Threading;
using System.Threading.Tasks;

namespace Goroutines.Sync;

/// <summary>Structured concurrency: goroutines that begin in a block of code have all ended when the block is left.</summary>
/// <remarks>
/// <para>
/// There is no other way to get a scope than to run a body with one, and the scope ends after the body and all children. Whatever
/// fails or is canceled, <c>RunAsync</c> completes only then: nothing goes on unseen. Children may begin further children.
/// </para>
/// <para>
/// When the scope fails, is canceled or comes to its deadline, <see cref="Token"/> is canceled; children that do not look at it are
/// waited for. One cause is thrown as it is, several as an <see cref="AggregateException"/> in the order in which they came; a
/// child that ends because the scope was canceled is no cause.
/// </para>
/// <para>
/// Threading: all members may be used from any thread while the scope lasts. The body runs where RunAsync is called, children as by
/// <c>Go.Run</c>. Allocation: some objects for a scope and for each child.
/// </para>
/// </remarks>
/// <example>
/// <code>
/// await TaskScope.RunAsync(async scope =&gt;
/// {
///     Task&lt;string&gt; user = scope.Spawn(token =&gt; LoadUserAsync(token));
///     Task&lt;string&gt; cart = scope.Spawn(token =&gt; LoadCartAsync(token));
///     Show(await user, await cart);
/// });
/// </code>
/// </example>
[SuppressMessage("Design", "CA1001", Justification = "What it owns is disposed when it ends, by RunAsync.")]
public sealed partial class TaskScope
{
    private readonly TaskScopePolicy _policy;
    private readonly AsyncSemaphore? _turns;
    private readonly CancellationTokenSource _canceling = new();
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ConcurrentQueue<(Exception Exception, bool IsChild)> _causes = new();

    // The body and the children that have not ended; 0 is for ever. Interlocked.
    private int _runningCount = 1;

    // Interlocked, once.
    private Task? _firstSuccess;

    // Whether the body or a child was ended by the scope's cancellation. Written before the count goes down.
    private volatile bool _isInterrupted;

    private volatile bool _isOverdue;

    private TaskScope(TaskScopeOptions options)
    {
        _policy = options.Policy;
        _turns = options.MaxParallelism < int.MaxValue ? new AsyncSemaphore(options.MaxParallelism) : null;
        Token = _canceling.Token;
    }

    /// <summary>Gets the token that is canceled when the scope is.</summary>
    public CancellationToken Token { get; }

    /// <summary>Runs a body with a scope that fails fast.</summary>
    /// <param name="body">What begins the children. What it throws is a cause, and cancels the scope.</param>
    /// <returns>A task that completes when the body and all children have ended.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="body"/> is null.</exception>
    /// <exception cref="AggregateException">There was more than one cause; a single one is thrown itself.</exception>
    public static Task RunAsync(Func<TaskScope, Task> body) => RunAsync(body, CancellationToken.None);

    /// <inheritdoc cref="RunAsync(Func{TaskScope, Task})"/>
    /// <param name="body">What begins the children. What it throws is a cause, and cancels the scope.</param>
    /// <param name="cancellationToken">Cancels the scope.</param>
    /// <exception cref="OperationCanceledException">The token was canceled, and the body or a child did not end well for it.</exception>
    public static Task RunAsync(Func<TaskScope, Task> body, CancellationToken cancellationToken) =>
        RunAsync(new TaskScopeOptions(), body, cancellationToken);

    /// <summary>Runs a body with a scope.</summary>
    /// <param name="options">The settings.</param>
    /// <param name="body">What begins the children. What it throws is a cause, and cancels the scope.</param>
    /// <param name="cancellationToken">Cancels the scope.</param>
    /// <returns>A task that completes when the body and all children have ended.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="options"/> or <paramref name="body"/> is null.</exception>
    /// <exception cref="ArgumentException">A setting is not valid.</exception>
    /// <exception cref="AggregateException">There was more than one cause; a single one is thrown itself.</exception>
    /// <exception cref="TimeoutException">The deadline was over, and the body or a child did not end well for it.</exception>
    /// <exception cref="OperationCanceledException">The token was canceled, and the body or a child did not end well for it.</exception>
    public static Task RunAsync(TaskScopeOptions options, Func<TaskScope, Task> body, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(body);
        options.Validate();
        return new TaskScope(options).RunBodyAsync(options, body, cancellationToken);
    }

    /// <inheritdoc cref="RunAsync(Func{TaskScope, Task})"/>
    /// <typeparam name="T">The type of the result.</typeparam>
    /// <returns>A task that completes, with what the body returned, when the body and all children have ended.</returns>
    public static Task<T> RunAsync<T>(Func<TaskScope, Task<T>> body) => RunAsync(body, CancellationToken.None);

    /// <inheritdoc cref="RunAsync(Func{TaskScope, Task}, CancellationToken)"/>
    /// <typeparam name="T">The type of the result.</typeparam>
    /// <returns>A task that completes, with what the body returned, when the body and all children have ended.</returns>
    public static Task<T> RunAsync<T>(Func<TaskScope, Task<T>> body, CancellationToken cancellationToken) =>
        RunAsync(new TaskScopeOptions(), body, cancellationToken);

    /// <inheritdoc cref="RunAsync(TaskScopeOptions, Func{TaskScope, Task}, CancellationToken)"/>
    /// <typeparam name="T">The type of the result.</typeparam>
    /// <returns>A task that completes, with what the body returned, when the body and all children have ended.</returns>
    public static async Task<T> RunAsync<T>(
        TaskScopeOptions options, Func<TaskScope, Task<T>> body, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(body);
        T result = default!;
        bool hasResult = false;
        async Task KeepResultAsync(TaskScope scope)
        {
            result = await body(scope).ConfigureAwait(true);
            hasResult = true;
        }

        await RunAsync(options, KeepResultAsync, cancellationToken).ConfigureAwait(true);
        return hasResult ? result : throw new OperationCanceledException("The scope was canceled before its body had a result.");
    }

    /// <summary>Runs some works at once, and returns the result of the first one that succeeds when all have ended.</summary>
    /// <typeparam name="T">The type of the result.</typeparam>
    /// <param name="works">The works, each with the token that is canceled when another one has succeeded.</param>
    /// <param name="cancellationToken">Cancels all.</param>
    /// <returns>A task that completes when all have ended.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="works"/> is null.</exception>
    /// <exception cref="InvalidOperationException">There are no works.</exception>
    /// <exception cref="AggregateException">None has succeeded, and more than one has failed.</exception>
    /// <exception cref="OperationCanceledException">The token was canceled before one has succeeded.</exception>
    public static async Task<T> FirstSuccessAsync<T>(
        IEnumerable<Func<CancellationToken, Task<T>>> works, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(works);
        TaskScope? used = null;
        await RunAsync(
            new TaskScopeOptions { Policy = TaskScopePolicy.FirstSuccess },
            scope =>
            {
                used = scope;
                foreach (Func<CancellationToken, Task<T>> work in works)
                {
                    _ = scope.Spawn(work);
                }

                return Task.CompletedTask;
            },
            cancellationToken).ConfigureAwait(true);
        return used!._firstSuccess is Task<T> first
            ? await first.ConfigureAwait(true)
            : throw new InvalidOperationException("There was no work that could have succeeded.");
    }

    /// <summary>Begins a child.</summary>
    /// <param name="child">What to run, with the scope's token.</param>
    /// <returns>The child, to await or not: the scope waits for it in any case, and throws its failure.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="child"/> is null.</exception>
    /// <exception cref="InvalidOperationException">The scope has ended.</exception>
    public Task Spawn(Func<CancellationToken, Task> child)
    {
        ArgumentNullException.ThrowIfNull(child);
        return Start(async token =>
        {
            await child(token).ConfigureAwait(true);
            return true;
        });
    }

    /// <inheritdoc cref="Spawn(Func{CancellationToken, Task})"/>
    /// <typeparam name="T">The type of the child's result.</typeparam>
    public Task<T> Spawn<T>(Func<CancellationToken, Task<T>> child)
    {
        ArgumentNullException.ThrowIfNull(child);
        return Start(child);
    }

    /// <summary>Cancels the scope: its body and children are asked to end. That alone is no failure.</summary>
    public void Cancel() => CancelOnce();
}
