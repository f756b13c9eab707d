using System;

namespace Goroutines.Channels;

/// <summary>Stands for "closed without an error" where the error would be; never thrown.</summary>
internal static class ClosedMarker
{
    public static readonly Exception Instance = new InvalidOperationException("The channel is closed.");
}
