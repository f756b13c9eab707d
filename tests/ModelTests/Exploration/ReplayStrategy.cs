using System;
using System.Collections.Generic;

namespace Goroutines.ModelTests.Exploration;

/// <summary>Repeats one recorded execution.</summary>
internal sealed class ReplayStrategy : IStrategy
{
    private readonly IReadOnlyList<int> _choices;
    private int _position = -1;

    public ReplayStrategy(IReadOnlyList<int> choices) => _choices = choices;

    public bool TryBegin()
    {
        bool isFirst = _position < 0;
        _position = 0;
        return isFirst;
    }

    public int ChooseThread(ReadOnlySpan<int> threads, bool canContinue) => ChooseOption(threads.Length);

    public int ChooseOption(int count) => _position < _choices.Count ? Math.Min(_choices[_position++], count - 1) : 0;

    public string Describe() => "replay of " + string.Join(',', _choices);
}
