using System;
using Goroutines.Internal.Primitives;
using Goroutines.ModelTests.Exploration;
using Goroutines.ModelTests.Memory;

namespace Goroutines.ModelTests.Models;

/// <summary>RankedLock without its sleeping: entered by a compare-exchange, left by an exchange, which is a full fence.</summary>
internal sealed class ModelLock : ShortLock
{
    private readonly Simulation _simulation;
    private int _state;

    public ModelLock(Simulation simulation, string name)
    {
        _simulation = simulation;
        simulation.Memory.Register(Region.Create(name, this, ref _state));
    }

    public override void Enter()
    {
        while (ModelSync.CompareExchange(ref _state, 1, 0) != 0)
        {
            ModelThread thread = ModelThread.Current ?? throw new InvalidOperationException("Nobody else holds locks.");
            _simulation.WaitUntil(thread, () => _state == 0);
        }
    }

    public override bool TryEnter() => ModelSync.CompareExchange(ref _state, 1, 0) == 0;

    public override void Exit() => ModelSync.Exchange(ref _state, 0);
}
