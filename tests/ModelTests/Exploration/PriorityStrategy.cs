using System;
using System.Collections.Generic;
using System.Globalization;

namespace Goroutines.ModelTests.Exploration;

/// <summary>
/// Probabilistic concurrency testing: random thread priorities that change at a few random steps, so that a bug that needs
/// d orderings is met with a probability that has a lower bound (Burckhardt et al., ASPLOS 2010).
/// </summary>
internal sealed class PriorityStrategy : IStrategy
{
    private const int ThreadCountMax = 16;

    private readonly int _seed;
    private readonly int _changeCount;
    private readonly int[] _priorities = new int[ThreadCountMax];
    private readonly HashSet<int> _changeSteps = new();
    private Random _random = new(0);
    private int _iteration = -1;
    private int _step;
    private int _longestSeen = 40;
    private int _lowestPriority;

    public PriorityStrategy(int seed, int changeCount)
    {
        _seed = seed;
        _changeCount = changeCount;
    }

    public bool TryBegin()
    {
        _iteration++;
        _longestSeen = Math.Max(_longestSeen, _step);
        _step = 0;
        _lowestPriority = 0;
        _random = new Random(unchecked((_seed * 7919) + _iteration));
        for (int thread = 0; thread < ThreadCountMax; thread++)
        {
            _priorities[thread] = thread + 1;
        }

        _random.Shuffle(_priorities);
        _changeSteps.Clear();
        for (int change = 0; change < _changeCount; change++)
        {
            _changeSteps.Add(_random.Next(_longestSeen));
        }

        return true;
    }

    public int ChooseThread(ReadOnlySpan<int> threads, bool canContinue)
    {
        int chosen = Highest(threads);
        if (_changeSteps.Contains(_step++))
        {
            _priorities[threads[chosen]] = --_lowestPriority;
            chosen = Highest(threads);
        }

        return chosen;
    }

    public int ChooseOption(int count) => _random.Next(count);

    public string Describe() => string.Create(
        CultureInfo.InvariantCulture, $"priorities with {_changeCount} changes, seed {_seed}, execution {_iteration}");

    private int Highest(ReadOnlySpan<int> threads)
    {
        int highest = 0;
        for (int position = 1; position < threads.Length; position++)
        {
            highest = _priorities[threads[position]] > _priorities[threads[highest]] ? position : highest;
        }

        return highest;
    }
}
