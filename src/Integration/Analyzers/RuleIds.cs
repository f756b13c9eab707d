namespace Goroutines.Analyzers;

/// <summary>The ids of the rules. They are in users' editorconfig files: an id is never given to another rule.</summary>
internal static class RuleIds
{
    public const string ConfigureAwaitFalse = "GO0001";
    public const string TaskRun = "GO0002";
    public const string DroppedRun = "GO0003";
    public const string AsyncVoidArgument = "GO0004";
    public const string AsyncVoid = "GO0005";
    public const string NotAwaited = "GO0006";
}
