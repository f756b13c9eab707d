using System;
using System.Runtime.CompilerServices;
using System.Threading.Tasks;

namespace Goroutines.Tests.Stacks;

/// <summary>Recursions that need more stack than a thread has.</summary>
internal static class Deep
{
    public const int MillionLevels = 1_000_000;

    /// <summary>Counts the levels down and up again, each of them through EnsureStack.</summary>
    public static int Count(int levels) => levels == 0 ? 0 : 1 + Go.EnsureStack(Count, levels - 1);

    /// <summary>As <see cref="Count"/>, and runs something at the bottom.</summary>
    public static int CountTo((int Levels, Action Bottom) way)
    {
        if (way.Levels == 0)
        {
            way.Bottom();
            return 0;
        }

        return 1 + Go.EnsureStack(CountTo, (way.Levels - 1, way.Bottom));
    }

    public static async Task CountAsync(int levels, bool onSegment, Counter counter)
    {
        await Go.EnsureStackAsync(onSegment);
        if (levels > 0)
        {
            await CountAsync(levels - 1, onSegment, counter);
            counter.Value++;
        }
    }

    public static async ValueTask<int> SumAsync(int levels, bool onSegment)
    {
        await Go.EnsureStackAsync(onSegment);
        return levels == 0 ? 0 : 1 + await SumAsync(levels - 1, onSegment);
    }

    /// <summary>Runs work where so little stack is left that EnsureStack needs a segment.</summary>
    public static T AtTheEndOfTheStack<T>(Func<T> work)
    {
        T result = RuntimeHelpers.TryEnsureSufficientExecutionStack() ? AtTheEndOfTheStack(work) : work();

        // Not a tail call, or the frames would go.
        GC.KeepAlive(work);
        return result;
    }

    public static void AtTheEndOfTheStack(Action work) => AtTheEndOfTheStack(() =>
    {
        work();
        return true;
    });

    internal sealed class Counter
    {
        public int Value { get; set; }
    }
}
