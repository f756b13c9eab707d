namespace Goroutines.Internal.Parking;

/// <summary>How a wait ended.</summary>
internal enum WaitOutcome : byte
{
    /// <summary>Not yet.</summary>
    None,

    /// <summary>With what was waited for.</summary>
    Done,

    /// <summary>What it waited for will not come: the channel is closed.</summary>
    Closed,

    /// <summary>The token was canceled.</summary>
    Canceled,
}
