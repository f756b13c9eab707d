using System.Threading;
using System.Threading.Tasks;
using Goroutines.Internal.Parking;

namespace Goroutines.Channels;

/// <summary>A case of a select that is chosen when a token is canceled.</summary>
internal sealed class CancelCase : SelectCase
{
    private readonly SelectWaiter _waiter;
    private readonly bool _isThrown;

    private CancellationToken _token;
    private CancellationTokenRegistration _registration;
    private int _round;

    /// <summary>Makes a case; if it is thrown, the select does not return it but throws for it.</summary>
    public CancelCase(Select select, bool isThrown, CancellationToken token)
        : base(select)
    {
        _waiter = select.Waiter;
        _token = token;
        _isThrown = isThrown;
    }

    public void Reset(CancellationToken token) => _token = token;

    internal override bool TryCommit_NeedsLock() => _token.IsCancellationRequested;

    internal override void FinishEnlisting(int round)
    {
        _round = round;
        _registration = _token.UnsafeRegister(static state => ((CancelCase)state!).Claim(), this);
    }

    // Waits for the callback if that runs right now: it must not claim the next wait.
    internal override void Withdraw()
    {
        _registration.Dispose();
        _registration = default;
    }

    internal override void Settle() => Withdraw();

    internal override void ThrowIfFailed()
    {
        if (_isThrown)
        {
            throw new TaskCanceledException(message: null, innerException: null, _token);
        }
    }

    private void Claim()
    {
        if (_waiter.TryClaim(this, _round))
        {
            _waiter.End(WaitOutcome.Done);
        }
    }
}
