using System;

namespace Goroutines.Actors;

/// <summary>How a supervisor looks after its children: which it restarts, how soon, and how often before it gives up.</summary>
public sealed class SupervisionOptions
{
    private static readonly TimeSpan s_delayMax = TimeSpan.FromDays(1);

    private bool _isFrozen;

    /// <summary>Gets or sets which children are restarted when one of them has to be.</summary>
    /// <value>The default is <see cref="SupervisionStrategy.OneForOne"/>.</value>
    public SupervisionStrategy Strategy { get; set => field = Checked(value); } = SupervisionStrategy.OneForOne;

    /// <summary>Gets or sets how many restarts there may be within <see cref="Within"/>.</summary>
    /// <value>0 or more; <see cref="int.MaxValue"/> for no limit. The default is 5.</value>
    /// <remarks>
    /// A failure that would need one more makes the supervisor itself fail, and so goes up to who supervises it; at the top it is logged
    /// as an error and counted. The failed child stops. Each child has its own count with
    /// <see cref="SupervisionStrategy.OneForOne"/>, else there is one for all children.
    /// </remarks>
    public int MaxRestarts { get; set => field = Checked(value); } = 5;

    /// <summary>Gets or sets for how long a restart counts.</summary>
    /// <value>More than zero. The default is 10 seconds.</value>
    public TimeSpan Within { get; set => field = Checked(value); } = TimeSpan.FromSeconds(10);

    /// <summary>Gets or sets how long the first restart waits. Each further one that counts waits twice as long.</summary>
    /// <value>From zero to 1 day. The default is 100 milliseconds.</value>
    /// <remarks>The delays are those of the default pipeline; a pipeline of one's own has its own.</remarks>
    public TimeSpan RestartDelay { get; set => field = Checked(value); } = TimeSpan.FromMilliseconds(100);

    /// <summary>Gets or sets how long a restart waits at most.</summary>
    /// <value>From zero to 1 day. The default is 10 seconds.</value>
    public TimeSpan RestartDelayMax { get; set => field = Checked(value); } = TimeSpan.FromSeconds(10);

    /// <summary>Checks all settings.</summary>
    /// <exception cref="ArgumentOutOfRangeException">
    /// A setting is out of its range. The message and the parameter name tell which.
    /// </exception>
    public void Validate()
    {
        ActorOptions.ThrowIfUndefined(Strategy, nameof(Strategy));
        ArgumentOutOfRangeException.ThrowIfNegative(MaxRestarts, nameof(MaxRestarts));
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(Within, TimeSpan.Zero, nameof(Within));
        ArgumentOutOfRangeException.ThrowIfLessThan(RestartDelay, TimeSpan.Zero, nameof(RestartDelay));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(RestartDelay, s_delayMax, nameof(RestartDelay));
        ArgumentOutOfRangeException.ThrowIfLessThan(RestartDelayMax, TimeSpan.Zero, nameof(RestartDelayMax));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(RestartDelayMax, s_delayMax, nameof(RestartDelayMax));
    }

    /// <summary>Returns how long the restart waits that makes so many count.</summary>
    internal TimeSpan DelayOf(int restartCount)
    {
        // Doubled no more than 30 times: a day is reached before that from any delay that is not zero.
        double delay = RestartDelay.Ticks * Math.Pow(2, Math.Clamp(restartCount - 1, 0, 30));
        return TimeSpan.FromTicks((long)Math.Min(delay, RestartDelayMax.Ticks));
    }

    internal void Freeze() => _isFrozen = true;

    private T Checked<T>(T value) =>
        _isFrozen ? throw new InvalidOperationException("A supervisor uses these options: they cannot be changed.") : value;
}
