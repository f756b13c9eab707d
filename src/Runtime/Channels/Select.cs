using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Threading;
using System.Threading.Channels;
using System.Threading.Tasks;
using Goroutines.Internal.Parking;
using Goroutines.Internal.Primitives;
using Goroutines.Internal.Scheduling;

namespace Goroutines.Channels;

// Goal: of several things that may happen exactly one does, and the others are as if nobody had asked for them.
//
// 1. Each case is tried once under the lock of its channel, in an order drawn at random. The first that can be done is done: one or
//    two locks, and no case is ever queued.
// 2. If none can, the locks of all channels are entered in their order, and all cases are tried again. Under all locks the answer
//    "none" is true at one moment; that is what a select with a default needs, and nobody can come between it and 3.
// 3. Under the same locks each case is queued in its channel, and the locks are left. From here on others see the select.
// 4. Who takes a case out of a queue, a timer that expires and a token that is canceled claim the select by one compare-exchange on
//    its claim word (SelectWaiter.cs). Who loses drops the case. Who wins does the case (the value is handed over under the lock of the
//    channel) and ends the wait.
// 5. The select takes its other cases out of their queues, each under its lock. None of them has moved a value.
//
// Two selects that meet: only the one that comes second claims, and only the other one. It is itself in no queue yet, so nobody
// claims it meanwhile; a select never has to win two claims at once, and never meets itself. Without all locks in 2 and 3 it would:
// each of two selects could have queued one case before it tries the other.
/// <summary>Go's select: waits for several things and does exactly one of them.</summary>
/// <remarks>
/// <para>
/// It is made once, gets its cases, and then waits as often as one likes, which allocates nothing on a machine, whether it has to
/// wait or not. If several cases can be done, one of them is drawn at random, each as likely as the others.
/// </para>
/// <para>
/// Threading: one goroutine at a time uses a select and its cases; its channels are used by anyone. Where an await goes on is the
/// rule of <see cref="Chan{T}"/>. The result of a wait is awaited once, and always: only then its cases leave the channels' queues.
/// </para>
/// </remarks>
/// <example>
/// <code>
/// var select = new Select();
/// ReadCase&lt;string&gt; order = select.Read(orders);
/// DelayCase idle = select.After(TimeSpan.FromSeconds(1));
/// while (await select.WaitAsync() == order &amp;&amp; order.TryGetValue(out string? name))
/// {
///     Console.WriteLine(name);
/// }
/// </code>
/// </example>
[SuppressMessage("Naming", "CA1716:Identifiers should not match keywords", Justification = "It is Go's word for it.")]
public sealed class Select
{
    private readonly List<SelectCase> _cases = new();

    // The same in the order of their locks; those without one are not in it.
    private readonly List<SelectCase> _byLock = new();

    private FastRandom _random = new(unchecked((uint)Random.Shared.Next()));

    // Made when the first token comes; the last of the cases while it is used.
    private CancelCase? _thrown;

    // Those that take part in a wait, in the order in which they are tried. Parts of one array.
    private SelectCase[] _tried = [];
    private int _triedCount;

    private bool _isWaiting;

    /// <summary>Makes a select without cases.</summary>
    public Select() => Waiter = new SelectWaiter(this);

    internal SelectWaiter Waiter { get; }

    /// <summary>Adds a case that reads a value from a channel.</summary>
    /// <typeparam name="T">The type of the values.</typeparam>
    /// <param name="chan">The channel; it may be in several cases.</param>
    /// <returns>The case, which holds the value when it was chosen.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="chan"/> is null.</exception>
    /// <exception cref="InvalidOperationException">The select waits.</exception>
    public ReadCase<T> Read<T>(Chan<T> chan)
    {
        ArgumentNullException.ThrowIfNull(chan);
        return Add(new ReadCase<T>(this, chan));
    }

    /// <inheritdoc cref="Read{T}(Chan{T})"/>
    /// <param name="reader">The reading side of a <see cref="Chan{T}"/>; it may be in several cases.</param>
    /// <exception cref="ArgumentNullException"><paramref name="reader"/> is null.</exception>
    /// <exception cref="ArgumentException"><paramref name="reader"/> is of another kind of channel.</exception>
    public ReadCase<T> Read<T>(ChannelReader<T> reader)
    {
        ArgumentNullException.ThrowIfNull(reader);
        return Read((reader as ChanReader<T>)?.Chan ?? throw CreateForeign(nameof(reader)));
    }

    /// <summary>Adds a case that writes a value to a channel.</summary>
    /// <typeparam name="T">The type of the values.</typeparam>
    /// <param name="chan">The channel; it may be in several cases.</param>
    /// <param name="value">The value; it can be changed before each wait.</param>
    /// <returns>The case.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="chan"/> is null.</exception>
    /// <exception cref="InvalidOperationException">The select waits.</exception>
    public WriteCase<T> Write<T>(Chan<T> chan, T value)
    {
        ArgumentNullException.ThrowIfNull(chan);
        return Add(new WriteCase<T>(this, chan, value));
    }

    /// <inheritdoc cref="Write{T}(Chan{T}, T)"/>
    /// <param name="writer">The writing side of a <see cref="Chan{T}"/>; it may be in several cases.</param>
    /// <param name="value">The value; it can be changed before each wait.</param>
    /// <exception cref="ArgumentNullException"><paramref name="writer"/> is null.</exception>
    /// <exception cref="ArgumentException"><paramref name="writer"/> is of another kind of channel.</exception>
    public WriteCase<T> Write<T>(ChannelWriter<T> writer, T value)
    {
        ArgumentNullException.ThrowIfNull(writer);
        return Write((writer as ChanWriter<T>)?.Chan ?? throw CreateForeign(nameof(writer)), value);
    }

    /// <summary>Adds a case that is chosen when a wait has lasted for a time.</summary>
    /// <param name="delay">How long: zero or more, or infinite. It can be changed before each wait.</param>
    /// <returns>The case.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="delay"/> is negative, and not infinite.</exception>
    /// <exception cref="InvalidOperationException">The select waits.</exception>
    public DelayCase After(TimeSpan delay)
    {
        DelayCase.ThrowIfNegative(delay, nameof(delay));
        return Add(new DelayCase(this, delay));
    }

    /// <summary>Adds a case that is chosen when a token is canceled. A token given to a wait makes that throw instead.</summary>
    /// <param name="cancellationToken">The token.</param>
    /// <returns>The case.</returns>
    /// <exception cref="InvalidOperationException">The select waits.</exception>
    public SelectCase Canceled(CancellationToken cancellationToken) =>
        Add(new CancelCase(this, isThrown: false, cancellationToken));

    /// <summary>Waits until one of the cases can be done, and does it.</summary>
    /// <param name="cancellationToken">Ends the waiting; then no case was done.</param>
    /// <returns>The case that was done. Without an enabled case it waits for the token, as Go's empty select waits for ever.</returns>
    /// <exception cref="InvalidOperationException">The select waits already.</exception>
    /// <exception cref="ChannelClosedException">The channel of a case that writes is closed; thrown by the await.</exception>
    /// <exception cref="OperationCanceledException">The token was canceled; thrown by the await.</exception>
    public ValueTask<SelectCase> WaitAsync(CancellationToken cancellationToken = default)
    {
        Begin(cancellationToken);
        SelectCase? ready = TryOne() ?? TryAll(enlists: true);
        if (ready is null)
        {
            return new ValueTask<SelectCase>(Waiter, Waiter.Version);
        }

        try
        {
            End(ready);
        }
        catch (TaskCanceledException) when (ready == _thrown)
        {
            return ValueTask.FromCanceled<SelectCase>(cancellationToken);
        }
        catch (Exception e) when (e is ChannelClosedException or OperationCanceledException)
        {
            return ValueTask.FromException<SelectCase>(e);
        }

        return Preemption.IsDueHere ? Waiters.AfterOthersAsync(ready) : new ValueTask<SelectCase>(ready);
    }

    /// <summary>Does one of the cases if that is possible now: Go's select with a default.</summary>
    /// <param name="chosen">The case that was done.</param>
    /// <returns>False when there was a moment in which none of them could be done.</returns>
    /// <exception cref="InvalidOperationException">The select waits already.</exception>
    /// <exception cref="ChannelClosedException">The channel of a case that writes is closed.</exception>
    public bool TryChoose([NotNullWhen(true)] out SelectCase? chosen)
    {
        Begin(CancellationToken.None);
        chosen = TryOne() ?? TryAll(enlists: false);
        if (chosen is null)
        {
            EndWithout();
            return false;
        }

        End(chosen);
        return true;
    }

    internal void ThrowIfWaiting()
    {
        if (_isWaiting)
        {
            throw new InvalidOperationException("The select waits: its last result is to be awaited first.");
        }
    }

    /// <summary>Ends a wait in which a case was claimed.</summary>
    internal void FinishWaiting(SelectCase winner)
    {
        foreach (SelectCase @case in Tried)
        {
            if (@case == winner)
            {
                @case.Settle();
            }
            else
            {
                @case.Withdraw();
            }
        }

        EndWithout();
    }

    private ReadOnlySpan<SelectCase> Tried => _tried.AsSpan(0, _triedCount);

    private static ArgumentException CreateForeign(string name) => new($"{name} must belong to a Chan.", name);

    private TCase Add<TCase>(TCase added)
        where TCase : SelectCase
    {
        ThrowIfWaiting();
        _cases.Add(added);
        if (added.LockOrder > 0)
        {
            int index = _byLock.Count;
            while (index > 0 && _byLock[index - 1].LockOrder > added.LockOrder)
            {
                index--;
            }

            _byLock.Insert(index, added);
        }

        // One more for the token of a wait.
        _tried = new SelectCase[_cases.Count + 1];
        return added;
    }

    // Draws an order for the enabled cases, each order as likely as the others.
    private void Begin(CancellationToken cancellationToken)
    {
        ThrowIfWaiting();
        int count = 0;
        foreach (SelectCase @case in _cases)
        {
            @case.Clear();
            if (@case.IsEnabled)
            {
                int index = _random.Next(++count);
                _tried[count - 1] = _tried[index];
                _tried[index] = @case;
            }
        }

        if (cancellationToken.CanBeCanceled)
        {
            // First, so that a token that is canceled before makes no case be done.
            _thrown ??= new CancelCase(this, isThrown: true, cancellationToken);
            _thrown.Reset(cancellationToken);
            if (_tried.Length == 0)
            {
                _tried = new SelectCase[1];
            }

            _tried[count++] = _tried[0];
            _tried[0] = _thrown;
        }

        _triedCount = count;
        _isWaiting = true;
    }

    private SelectCase? TryOne()
    {
        foreach (SelectCase @case in Tried)
        {
            @case.Enter();
            bool isDone = @case.TryCommit_NeedsLock();
            @case.Exit();
            if (isDone)
            {
                return @case;
            }
        }

        return null;
    }

    private SelectCase? TryAll(bool enlists)
    {
        EnterAll();
        SelectCase? done = null;
        foreach (SelectCase @case in Tried)
        {
            if (@case.TryCommit_NeedsLock())
            {
                done = @case;
                break;
            }
        }

        if (done is not null || !enlists)
        {
            ExitAll();
            return done;
        }

        int round = Waiter.Open();
        foreach (SelectCase @case in Tried)
        {
            @case.Enlist_NeedsLock();
        }

        ExitAll();
        foreach (SelectCase @case in Tried)
        {
            @case.FinishEnlisting(round);
        }

        return null;
    }

    private void EnterAll()
    {
        long entered = 0;
        foreach (SelectCase @case in _byLock)
        {
            if (@case.IsEnabled && @case.LockOrder != entered)
            {
                entered = @case.LockOrder;
                @case.Enter();
            }
        }
    }

    private void ExitAll()
    {
        long left = 0;
        for (int index = _byLock.Count - 1; index >= 0; index--)
        {
            SelectCase @case = _byLock[index];
            if (@case.IsEnabled && @case.LockOrder != left)
            {
                left = @case.LockOrder;
                @case.Exit();
            }
        }
    }

    // Of a case that was done without waiting.
    private void End(SelectCase done)
    {
        done.FinishCommit();
        EndWithout();
        done.ThrowIfFailed();
    }

    private void EndWithout()
    {
        Debug.Assert(_isWaiting, "What ends has begun.");
        Array.Clear(_tried, 0, _triedCount);
        _triedCount = 0;
        _isWaiting = false;
    }
}
