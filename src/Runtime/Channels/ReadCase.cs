using System;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.ExceptionServices;
using System.Threading.Channels;
using Goroutines.Internal.Parking;

namespace Goroutines.Channels;

/// <summary>A case of a <see cref="Select"/> that reads from a channel; also chosen when the channel is closed and empty.</summary>
/// <typeparam name="T">The type of the values.</typeparam>
public sealed class ReadCase<T> : SelectCase
{
    private readonly Chan<T> _chan;
    private readonly CaseReader<T> _waiter;

    private T? _value;
    private bool _hasValue;

    // Between commit or enlisting, under the lock, and its end.
    private Waiter? _told;
    private bool _isDrained;

    internal ReadCase(Select select, Chan<T> chan)
        : base(select)
    {
        _chan = chan;
        _waiter = new CaseReader<T>(select.Waiter, this);
    }

    /// <summary>Gets what was read when the case was last chosen. It is kept until the select waits again.</summary>
    /// <exception cref="ChannelClosedException">The channel is closed and empty.</exception>
    public T Value => _hasValue ? _value! : throw _chan.CreateClosedException();

    internal override long LockOrder => _chan.LockOrder;

    /// <summary>Gets what was read when the case was last chosen.</summary>
    /// <param name="value">What was read.</param>
    /// <returns>False when the channel is closed and empty.</returns>
    /// <exception cref="Exception">The error with which the channel was closed, if there was one.</exception>
    public bool TryGetValue([MaybeNullWhen(false)] out T value)
    {
        value = _value;
        if (!_hasValue && _chan.Failure is { } failure)
        {
            ExceptionDispatchInfo.Throw(failure);
        }

        return _hasValue;
    }

    internal override void Enter() => _chan.EnterNested();

    internal override void Exit() => _chan.Exit();

    internal override void Clear()
    {
        _value = default;
        _hasValue = false;
    }

    internal override bool TryCommit_NeedsLock()
    {
        _hasValue = _chan.TryTake_NeedsLock(out _value, out _told);
        _isDrained = _chan.IsDrained_NeedsLock;
        return _hasValue || _chan.IsClosed_NeedsLock;
    }

    internal override void FinishCommit()
    {
        Waiter? told = _told;
        _told = null;
        _chan.FinishTaking(told, _isDrained);
    }

    internal override void Enlist_NeedsLock() => _told = _chan.QueueReader_NeedsLock(_waiter);

    internal override void FinishEnlisting(int round)
    {
        Waiter? told = _told;
        _told = null;
        Waiters.EndAll(told, WaitOutcome.Done);
    }

    internal override void Withdraw() => _chan.Withdraw(_waiter);

    internal override void Settle() => _hasValue = _waiter.Take(out _value) == WaitOutcome.Done;
}
