using System;
using System.Threading;

namespace Goroutines.Actors;

/// <summary>Settings of an actor. Once an actor was spawned with them they cannot be changed; one object may serve many actors.</summary>
public sealed class ActorOptions
{
    internal static readonly ActorOptions Default = new ActorOptions().Freeze();

    private bool _isFrozen;

    /// <summary>Gets or sets how many messages may wait in the mailbox.</summary>
    /// <value>1 or more; <see cref="int.MaxValue"/> for no bound in practice. The default is 1,024 (arbitrary).</value>
    /// <remarks>The message that wakes an idle actor takes no room.</remarks>
    public int MailboxCapacity { get; set => field = Checked(value); } = 1_024;

    /// <summary>Gets or sets what becomes of messages when the mailbox is full.</summary>
    /// <value>The default is <see cref="MailboxFullMode.Wait"/>.</value>
    public MailboxFullMode FullMode { get; set => field = Checked(value); } = MailboxFullMode.Wait;

    /// <summary>Gets or sets how many messages may be stashed.</summary>
    /// <value>0 or more. The default is 1,024 (arbitrary).</value>
    public int StashCapacity { get; set => field = Checked(value); } = 1_024;

    /// <summary>Gets or sets how many messages an actor handles before it goes behind the other goroutines that wait.</summary>
    /// <value>1 or more. The default is 64.</value>
    public int Throughput { get; set => field = Checked(value); } = 64;

    /// <summary>Gets or sets how long an actor handles messages before it goes behind the other goroutines that wait.</summary>
    /// <value>More than zero, or <see cref="Timeout.InfiniteTimeSpan"/>. The default is 1 millisecond.</value>
    /// <remarks>It ends a turn between two messages, and counts from the second message of a turn. An await ends a turn too.</remarks>
    public TimeSpan TimeBudget { get; set => field = Checked(value); } = TimeSpan.FromMilliseconds(1);

    /// <summary>Gets or sets how long AskAsync waits if it is not told.</summary>
    /// <value>More than zero, or <see cref="Timeout.InfiniteTimeSpan"/>. The default is 5 seconds.</value>
    public TimeSpan AskTimeout { get; set => field = Checked(value); } = TimeSpan.FromSeconds(5);

    /// <summary>Gets or sets when the actor is started again after it has ended.</summary>
    /// <value>The default is <see cref="RestartPolicy.Transient"/>: after a failure.</value>
    public RestartPolicy Restart { get; set => field = Checked(value); } = RestartPolicy.Transient;

    /// <summary>Gets or sets how the actor supervises its children.</summary>
    /// <value>Not null.</value>
    public SupervisionOptions Supervision { get; set => field = Checked(value); } = new();

    internal long TimeBudgetTicks { get; private set; }

    /// <summary>Checks all settings.</summary>
    /// <exception cref="ArgumentException">
    /// A setting is out of its range. The message and the parameter name tell which.
    /// </exception>
    public void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(MailboxCapacity, 1, nameof(MailboxCapacity));
        ArgumentOutOfRangeException.ThrowIfNegative(StashCapacity, nameof(StashCapacity));
        ArgumentOutOfRangeException.ThrowIfLessThan(Throughput, 1, nameof(Throughput));
        ThrowIfNoDuration(TimeBudget, nameof(TimeBudget));
        ThrowIfNoDuration(AskTimeout, nameof(AskTimeout));
        ThrowIfUndefined(FullMode, nameof(FullMode));
        ThrowIfUndefined(Restart, nameof(Restart));
        ArgumentNullException.ThrowIfNull(Supervision, nameof(Supervision));
        Supervision.Validate();
    }

    /// <summary>Checks the settings and allows no change from now on.</summary>
    internal ActorOptions Freeze()
    {
        if (!_isFrozen)
        {
            Validate();
            Supervision.Freeze();
            TimeBudgetTicks = TimeBudget == Timeout.InfiniteTimeSpan
                ? long.MaxValue
                : (long)(TimeBudget.TotalSeconds * System.Diagnostics.Stopwatch.Frequency);
            _isFrozen = true;
        }

        return this;
    }

    internal static void ThrowIfNoDuration(TimeSpan value, string name)
    {
        if (value <= TimeSpan.Zero && value != Timeout.InfiniteTimeSpan)
        {
            throw new ArgumentOutOfRangeException(name, value, $"{name} must be more than zero, or Timeout.InfiniteTimeSpan.");
        }
    }

    internal static void ThrowIfUndefined<TEnum>(TEnum value, string name)
        where TEnum : struct, Enum
    {
        if (!Enum.IsDefined(value))
        {
            throw new ArgumentOutOfRangeException(name, value, $"{name} has no such value.");
        }
    }

    private T Checked<T>(T value) =>
        _isFrozen ? throw new InvalidOperationException("An actor was spawned with these options: they cannot be changed.") : value;
}
