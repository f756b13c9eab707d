namespace Goroutines.Compare.Load;

/// <summary>What the load generator saw in one window of time; it prints one as a line, and one without requests to begin.</summary>
/// <param name="RequestCount">The requests that were answered in it.</param>
/// <param name="Seconds">How long it was.</param>
/// <param name="MedianUs">The time to the answer, in the middle.</param>
/// <param name="HighUs">The 99th percentile of it.</param>
internal sealed record LoadWindow(long RequestCount, double Seconds, double MedianUs, double HighUs);
