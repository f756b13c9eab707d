namespace Goroutines.Build.Weaving;

/// <summary>What was done to an assembly.</summary>
/// <param name="IsWoven">False if the assembly was left as it was, because it is woven already or has asked to be left alone.</param>
/// <param name="MethodCount">Methods that were changed.</param>
/// <param name="CheckCount">Checks at single back-edges.</param>
/// <param name="StripCount">Loops that were cut into strips, with a check between two strips.</param>
internal sealed record WeavingReport(bool IsWoven, int MethodCount, int CheckCount, int StripCount);
