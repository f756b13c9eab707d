using System;
using System.Threading.Channels;
using System.Threading.Tasks;

namespace Goroutines.Tests.TestSupport;

/// <summary>Collects what reaches <see cref="GoScheduler.UnhandledException"/> and marks it handled.</summary>
public sealed class FailureLog
{
    private readonly Channel<Failure> _failures = Channel.CreateUnbounded<Failure>();

    public void Watch(GoScheduler scheduler)
    {
        ArgumentNullException.ThrowIfNull(scheduler);
        scheduler.UnhandledException += (sender, e) =>
        {
            e.Handled = true;
            _failures.Writer.TryWrite(new Failure(sender, e.Exception));
        };
    }

    public Task<Failure> NextAsync() => _failures.Reader.ReadAsync().AsTask().Within();

    public bool TryNext(out Failure failure) => _failures.Reader.TryRead(out failure);

    public readonly record struct Failure(object? Sender, Exception Exception);
}
