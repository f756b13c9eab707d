using System.Diagnostics;
using System.Threading;
using System.Threading.Tasks.Sources;
using Goroutines.Internal.Parking;

namespace Goroutines.Channels;

/// <summary>The wait of a select, which the first case to claim it ends.</summary>
internal sealed class SelectWaiter(Select select) : Waiter, IValueTaskSource<SelectCase>
{
    // Twice the number of the wait, and one more when it is claimed. Interlocked.
    private int _claim = 1;

    // Written by who has claimed, before it ends the wait.
    private SelectCase? _winner;

    /// <summary>Begins a wait that can be claimed. Before any case of it can be seen.</summary>
    /// <returns>The number of the wait.</returns>
    public int Open()
    {
        Debug.Assert((_claim & 1) != 0, "A select waits once at a time.");
        Volatile.Write(ref _claim, unchecked(_claim + 1));
        return _claim >> 1;
    }

    /// <summary>Claims the wait that goes on now, for a case that stands in a queue. Under the lock of that queue.</summary>
    public bool TryClaim(SelectCase winner) => TryClaim(winner, Volatile.Read(ref _claim) >> 1);

    /// <summary>Claims a wait. False when it was claimed before, or is over.</summary>
    public bool TryClaim(SelectCase winner, int round)
    {
        int open = unchecked(round << 1);
        if (Volatile.Read(ref _claim) != open || Interlocked.CompareExchange(ref _claim, open | 1, open) != open)
        {
            return false;
        }

        _winner = winner;
        return true;
    }

    SelectCase IValueTaskSource<SelectCase>.GetResult(short token)
    {
        BeginResult(token);
        SelectCase winner = _winner!;
        _winner = null;
        EndResult();
        select.FinishWaiting(winner);
        winner.ThrowIfFailed();
        return winner;
    }
}

/// <summary>A case that reads, as it stands in a channel's queue.</summary>
internal sealed class CaseReader<T> : ReadWaiter<T>
{
    private readonly SelectWaiter _select;
    private readonly SelectCase _case;

    public CaseReader(SelectWaiter select, SelectCase @case)
    {
        IsCase = true;
        _select = select;
        _case = @case;
    }

    /// <summary>Takes what the wait has brought.</summary>
    public WaitOutcome Take(out T? value)
    {
        WaitOutcome outcome = Outcome;
        value = Value;
        Value = default;
        EndResult();
        return outcome;
    }

    protected override bool TryClaimCase() => _select.TryClaim(_case);

    protected override void EndCase() => _select.End(WaitOutcome.Done);
}

/// <summary>A case that writes, as it stands in a channel's queue.</summary>
internal sealed class CaseWriter<T> : WriteWaiter<T>
{
    private readonly SelectWaiter _select;
    private readonly SelectCase _case;

    public CaseWriter(SelectWaiter select, SelectCase @case)
    {
        IsCase = true;
        _select = select;
        _case = @case;
    }

    /// <summary>Takes what the wait has brought.</summary>
    public WaitOutcome Take()
    {
        WaitOutcome outcome = Outcome;
        Value = default;
        EndResult();
        return outcome;
    }

    protected override bool TryClaimCase() => _select.TryClaim(_case);

    protected override void EndCase() => _select.End(WaitOutcome.Done);
}
