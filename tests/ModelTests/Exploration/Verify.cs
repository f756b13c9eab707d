using System;
using System.Globalization;
using Goroutines.ModelTests.Memory;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Goroutines.ModelTests.Exploration;

/// <summary>Explores a scenario with all strategies and judges the outcome.</summary>
/// <remarks>The environment variable GOROUTINES_MODEL_SEED repeats a random part; otherwise each run has another seed.</remarks>
internal static class Verify
{
    private const int PriorityChangeCount = 3;

    /// <summary>Gets the seed of this process, printed by each test that uses it.</summary>
    public static int Seed { get; } =
        int.TryParse(Environment.GetEnvironmentVariable("GOROUTINES_MODEL_SEED"), CultureInfo.InvariantCulture, out int seed)
            ? seed
            : Environment.TickCount & 0xFFFFFF;

    /// <summary>Asserts that no execution within the bounds fails, in either memory order.</summary>
    public static void Holds(
        TestContext context,
        Action<Simulation> build,
        int preemptionCountMax = 3,
        int executionCountMax = 8_000,
        Weakening? weakening = null)
    {
        foreach (MemoryOrder order in Enum.GetValues<MemoryOrder>())
        {
            IStrategy[] strategies =
            [
                new DepthFirstStrategy(preemptionCountMax),
                new RandomStrategy(Seed),
                new PriorityStrategy(Seed, PriorityChangeCount),
            ];
            foreach (IStrategy strategy in strategies)
            {
                bool isRandom = strategy is not DepthFirstStrategy;
                int countMax = isRandom ? executionCountMax / 4 : executionCountMax;
                ExplorationResult result = new Explorer(build, order, weakening).Explore(strategy, countMax);
                context.WriteLine($"{order}, {result}");
                Assert.IsNull(result.Failure, $"{order}, {result}\n{result.Failure}");
            }
        }
    }

    /// <summary>Asserts that a seeded bug is found within the bounds.</summary>
    public static void Finds(
        TestContext context,
        Action<Simulation> build,
        Weakening? weakening,
        MemoryOrder order = MemoryOrder.TotalStoreOrder,
        int preemptionCountMax = 2,
        int executionCountMax = 4_000)
    {
        var depthFirst = new DepthFirstStrategy(preemptionCountMax);
        ExplorationResult result = new Explorer(build, order, weakening).Explore(depthFirst, executionCountMax);
        context.WriteLine($"{order}, {result}\n{result.Failure}");
        Assert.IsNotNull(result.Failure, $"The seeded bug was not found: {order}, {result}");
    }
}
