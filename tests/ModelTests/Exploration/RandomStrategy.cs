using System;
using System.Globalization;

namespace Goroutines.ModelTests.Exploration;

/// <summary>Chooses at random from a seed; each execution preempts with another probability.</summary>
internal sealed class RandomStrategy : IStrategy
{
    private readonly int _seed;
    private int _iteration = -1;
    private Random _random = new(0);
    private double _preemptionProbability;

    public RandomStrategy(int seed) => _seed = seed;

    public bool TryBegin()
    {
        _iteration++;
        _random = new Random(unchecked((_seed * 7919) + _iteration));
        _preemptionProbability = 0.02 + (0.4 * _random.NextDouble());
        return true;
    }

    public int ChooseThread(ReadOnlySpan<int> threads, bool canContinue)
    {
        if (!canContinue)
        {
            return _random.Next(threads.Length);
        }

        return _random.NextDouble() < _preemptionProbability ? _random.Next(1, threads.Length) : 0;
    }

    public int ChooseOption(int count) => _random.Next(count);

    public string Describe() => string.Create(CultureInfo.InvariantCulture, $"random, seed {_seed}, execution {_iteration}");
}
