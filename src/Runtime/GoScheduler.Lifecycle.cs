using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;

namespace Goroutines;

public sealed partial class GoScheduler
{
    /// <summary>Gets whether the scheduler was disposed.</summary>
    public bool IsDisposed => Core.IsDisposed;

    /// <summary>
    /// Waits until every goroutine started by Run or Post has finished and all queues are empty. New work may come meanwhile and
    /// is waited for too.
    /// </summary>
    /// <param name="cancellationToken">Ends the waiting, not the goroutines.</param>
    /// <remarks>
    /// A goroutine started by Run or Post that awaits this waits for itself, and so for ever. LongRunning tasks, and async methods
    /// that were started by other means and are suspended, are not waited for.
    /// </remarks>
    /// <exception cref="OperationCanceledException">The token was canceled.</exception>
    public async Task DrainAsync(CancellationToken cancellationToken = default)
    {
        while (true)
        {
            await Core.WhenAtRest().WaitAsync(cancellationToken).ConfigureAwait(false);

            // A goroutine may run and suspend while the list is made, and not be on it. From rest nothing runs without a wake,
            // so the list is complete if the scheduler was at rest before and after and no wake lies between.
            long wakeCount = Core.WakeCount;
            bool wasAtRest = Core.IsAtRest;
            List<Task> live = _goroutines.GetLive();
            if (wasAtRest && live.Count == 0 && Core.IsAtRest && Core.WakeCount == wakeCount)
            {
                return;
            }

            // How they end is theirs to report; here it only matters that they have.
            await Task.WhenAll(live).WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            cancellationToken.ThrowIfCancellationRequested();
        }
    }

    /// <summary>Ends the scheduler without waiting for anything.</summary>
    /// <remarks>
    /// What is queued and whatever is queued later runs on the ThreadPool; goroutines that run now run on to their next await.
    /// Nothing is lost and nobody is blocked: it may be called from a goroutine, and more than once.
    /// </remarks>
    /// <exception cref="InvalidOperationException">This is <see cref="Shared"/>, which lives as long as the process.</exception>
    public void Dispose()
    {
        if (_isShared)
        {
            throw new InvalidOperationException("GoScheduler.Shared lives as long as the process and cannot be disposed.");
        }

        Core.Shutdown();
    }

    /// <inheritdoc cref="Dispose"/>
    public ValueTask DisposeAsync()
    {
        Dispose();
        return ValueTask.CompletedTask;
    }

    // A container disposes whatever its factories made and asks through the interfaces. It knows nothing of owners, and an
    // exception would end its disposal half-way: for Shared this does nothing. Who writes Shared.Dispose() is told.
    void IDisposable.Dispose() => ShutdownUnlessShared();

    ValueTask IAsyncDisposable.DisposeAsync()
    {
        ShutdownUnlessShared();
        return ValueTask.CompletedTask;
    }

    private void ShutdownUnlessShared()
    {
        if (!_isShared)
        {
            Core.Shutdown();
        }
    }
}
