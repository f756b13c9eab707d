namespace Goroutines.Internal.Primitives;

/// <summary>The state word of a parker: who sleeps, and whether a notification waits to be consumed.</summary>
/// <remarks>
/// <code>
/// from      to        by      what the caller does next
/// Empty     Parked    owner   sleeps until the word is no longer Parked
/// Notified  Empty     owner   returns: the notification was there first
/// Empty     Notified  others  nothing: the owner sees it before it sleeps
/// Parked    Notified  others  wakes the owner
/// Parked    Empty     owner   returns without notification (its time ran out)
/// </code>
/// Each move is one read-modify-write, so of a park and an unpark that race one is first and the other sees it: either the
/// owner finds Notified and does not sleep, or the other finds Parked and wakes it. With a plain store in place of either
/// move both could miss each other and the owner would sleep on a notification.
/// </remarks>
internal static class ParkState<TSync>
    where TSync : struct, ISync
{
    public const int Empty = 0;
    public const int Parked = 1;
    public const int Notified = 2;

    /// <summary>Returns true when the owner now has to sleep; false when it consumed a notification instead.</summary>
    public static bool TransitionEmptyToParked(ref int state)
    {
        if (TSync.CompareExchange(ref state, Parked, Empty) == Empty)
        {
            return true;
        }

        TSync.Exchange(ref state, Empty);
        return false;
    }

    /// <summary>Returns true when a notification arrived and is consumed; false to sleep on.</summary>
    public static bool TryTransitionNotifiedToEmpty(ref int state) =>
        TSync.CompareExchange(ref state, Empty, Notified) == Notified;

    /// <summary>Gives up sleeping. Returns true when a notification arrived at the last moment and is consumed.</summary>
    public static bool TransitionParkedToEmpty(ref int state) => TSync.Exchange(ref state, Empty) == Notified;

    /// <summary>Leaves a notification. Returns true when the owner sleeps and the caller has to wake it.</summary>
    public static bool TransitionToNotified(ref int state) => TSync.Exchange(ref state, Notified) == Parked;
}
