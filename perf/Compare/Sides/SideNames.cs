using System.Collections.Generic;

namespace Goroutines.Compare.Sides;

/// <summary>The names of the sides, in the order in which they take turns.</summary>
internal static class SideNames
{
    public const string ThreadPool = "threadpool";
    public const string Goroutines = "goroutines";
    public const string Go = "go";

    public static readonly IReadOnlyList<string> All = [ThreadPool, Goroutines, Go];

    public static string Title(string side) => side switch
    {
        ThreadPool => "ThreadPool",
        Goroutines => "Goroutines",
        Go => "Go",
        _ => side,
    };
}
