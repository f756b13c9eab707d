using System;
using System.Collections.Generic;
using System.Globalization;

namespace Goroutines.ModelTests.Exploration;

/// <summary>Tries every choice in turn, with at most so many preemptions in one execution.</summary>
/// <remarks>
/// Switching away from a thread that could go on is a preemption; switching because it blocked or ended is free. Most bugs
/// need one or two (Musuvathi and Qadeer, "Iterative Context Bounding", PLDI 2007), and the bound keeps the number finite.
/// </remarks>
internal sealed class DepthFirstStrategy : IStrategy
{
    private readonly int _preemptionCountMax;
    private readonly List<(int Chosen, int Count)> _path = new();
    private int _position;
    private int _preemptionCount;
    private bool _hasBegun;

    public DepthFirstStrategy(int preemptionCountMax) => _preemptionCountMax = preemptionCountMax;

    public bool TryBegin()
    {
        if (_hasBegun)
        {
            // The deepest choice that has an untried alternative takes it; what was chosen below it is forgotten.
            while (_path.Count > 0 && _path[^1].Chosen + 1 == _path[^1].Count)
            {
                _path.RemoveAt(_path.Count - 1);
            }

            if (_path.Count == 0)
            {
                return false;
            }

            _path[^1] = (_path[^1].Chosen + 1, _path[^1].Count);
        }

        _hasBegun = true;
        _position = 0;
        _preemptionCount = 0;
        return true;
    }

    public int ChooseThread(ReadOnlySpan<int> threads, bool canContinue)
    {
        if (canContinue && _preemptionCount >= _preemptionCountMax)
        {
            return 0;
        }

        int chosen = ChooseOption(threads.Length);
        _preemptionCount += canContinue && chosen != 0 ? 1 : 0;
        return chosen;
    }

    public int ChooseOption(int count)
    {
        if (_position == _path.Count)
        {
            _path.Add((0, count));
        }

        (int chosen, int seenCount) = _path[_position++];
        if (seenCount != count)
        {
            throw new InvalidOperationException("The scenario is not deterministic: a replayed choice has other alternatives.");
        }

        return chosen;
    }

    public string Describe() =>
        string.Create(CultureInfo.InvariantCulture, $"depth first, at most {_preemptionCountMax} preemptions");
}
