using System;

namespace Goroutines.Channels;

/// <summary>One thing a <see cref="Select"/> waits for. Made by the select's methods; what it returns tells which one it was.</summary>
/// <remarks>Threading: as the select it belongs to.</remarks>
public abstract class SelectCase
{
    private bool _isEnabled = true;

    private protected SelectCase(Select select) => Owner = select;

    /// <summary>Gets or sets whether the select looks at this case; true at first. Go would set the channel to nil.</summary>
    /// <exception cref="InvalidOperationException">Set while the select waits.</exception>
    public bool IsEnabled
    {
        get => _isEnabled;
        set
        {
            Owner.ThrowIfWaiting();
            _isEnabled = value;
        }
    }

    private protected Select Owner { get; }

    /// <summary>Gets where the case's lock stands in the order; 0 when it has none.</summary>
    internal virtual long LockOrder => 0;

    /// <summary>Enters the lock of the case's channel.</summary>
    internal virtual void Enter()
    {
    }

    internal virtual void Exit()
    {
    }

    /// <summary>Forgets what the last wait brought.</summary>
    internal virtual void Clear()
    {
    }

    /// <summary>Does what the case is for, if that is possible now. Under its lock.</summary>
    internal abstract bool TryCommit_NeedsLock();

    /// <summary>Ends what <see cref="TryCommit_NeedsLock"/> began. Under no lock.</summary>
    internal virtual void FinishCommit()
    {
    }

    /// <summary>Queues the case in its channel. Under its lock.</summary>
    internal virtual void Enlist_NeedsLock()
    {
    }

    /// <summary>Ends what <see cref="Enlist_NeedsLock"/> began, and begins what needs no lock. Under no lock.</summary>
    /// <param name="round">Which wait of the select it is.</param>
    internal virtual void FinishEnlisting(int round)
    {
    }

    /// <summary>Takes back what enlisting did: another case was chosen.</summary>
    internal abstract void Withdraw();

    /// <summary>Takes over what the wait brought: this case was chosen.</summary>
    internal abstract void Settle();

    /// <summary>Throws if the case was chosen because it has failed.</summary>
    internal virtual void ThrowIfFailed()
    {
    }
}
