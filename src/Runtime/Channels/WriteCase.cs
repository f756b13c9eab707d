using System;
using System.Threading.Channels;
using Goroutines.Internal.Parking;

namespace Goroutines.Channels;

/// <summary>A case of a <see cref="Select"/> that writes to a channel.</summary>
/// <typeparam name="T">The type of the values.</typeparam>
/// <remarks>When its channel is closed the select throws a <see cref="ChannelClosedException"/>: a value would be lost.</remarks>
public sealed class WriteCase<T> : SelectCase
{
    private readonly Chan<T> _chan;
    private readonly CaseWriter<T> _waiter;

    private T _value;
    private bool _isClosed;

    // Between commit or enlisting, under the lock, and its end.
    private Waiter? _told;

    internal WriteCase(Select select, Chan<T> chan, T value)
        : base(select)
    {
        _chan = chan;
        _value = value;
        _waiter = new CaseWriter<T>(select.Waiter, this);
    }

    /// <summary>Gets or sets what is written when the case is chosen. It stays until it is set again.</summary>
    /// <exception cref="InvalidOperationException">Set while the select waits.</exception>
    public T Value
    {
        get => _value;
        set
        {
            Owner.ThrowIfWaiting();
            _value = value;
        }
    }

    internal override long LockOrder => _chan.LockOrder;

    internal override void Enter() => _chan.EnterNested();

    internal override void Exit() => _chan.Exit();

    internal override void Clear() => _isClosed = false;

    internal override bool TryCommit_NeedsLock()
    {
        _isClosed = _chan.IsClosed_NeedsLock;
        return _isClosed || _chan.TryGive_NeedsLock(_value, out _told);
    }

    internal override void FinishCommit() => FinishTelling();

    internal override void Enlist_NeedsLock()
    {
        _waiter.Value = _value;
        _told = _chan.QueueWriter_NeedsLock(_waiter);
    }

    internal override void FinishEnlisting(int round) => FinishTelling();

    internal override void Withdraw()
    {
        _chan.Withdraw(_waiter);
        _waiter.Value = default;
    }

    internal override void Settle() => _isClosed = _waiter.Take() == WaitOutcome.Closed;

    internal override void ThrowIfFailed()
    {
        if (_isClosed)
        {
            throw _chan.CreateClosedException();
        }
    }

    private void FinishTelling()
    {
        Waiter? told = _told;
        _told = null;
        Waiters.EndAll(told, WaitOutcome.Done);
    }
}
