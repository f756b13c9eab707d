using System;
using Goroutines.Internal.Primitives;
using Goroutines.ModelTests.Exploration;
using Goroutines.ModelTests.Memory;

namespace Goroutines.ModelTests.Models;

/// <summary>FutexParker line by line, over a futex of the simulation; time runs out whenever the strategy says so.</summary>
internal sealed class ModelParker : Parker
{
    private readonly Simulation _simulation;
    private readonly Region _region;
    private int _state;
    private bool _isAsleep;

    public ModelParker(Simulation simulation)
    {
        _simulation = simulation;
        _region = Region.Create(Internals.ParkState, this, ref _state);
        simulation.Memory.Register(_region);
    }

    public override void Park()
    {
        if (!ParkState<ModelSync>.TransitionEmptyToParked(ref _state))
        {
            return;
        }

        do
        {
            FutexWait(mayTimeOut: false);
        }
        while (!ParkState<ModelSync>.TryTransitionNotifiedToEmpty(ref _state));
    }

    public override bool Park(long timeoutNs)
    {
        if (!ParkState<ModelSync>.TransitionEmptyToParked(ref _state))
        {
            return true;
        }

        bool isTimeLeft = true;
        while (isTimeLeft)
        {
            isTimeLeft = FutexWait(mayTimeOut: true);
            if (ParkState<ModelSync>.TryTransitionNotifiedToEmpty(ref _state))
            {
                return true;
            }
        }

        return ParkState<ModelSync>.TransitionParkedToEmpty(ref _state);
    }

    public override void Unpark()
    {
        if (ParkState<ModelSync>.TransitionToNotified(ref _state))
        {
            FutexWake();
        }
    }

    // The kernel compares and goes to sleep in one step under its own locks, which are full fences.
    private bool FutexWait(bool mayTimeOut)
    {
        ModelThread thread = ModelThread.Current ?? throw new InvalidOperationException("Only model threads park.");
        _simulation.Step(thread);
        _simulation.Memory.Drain(thread);
        if (_simulation.Memory.Load(thread, _region, 0, is32: true) != ParkState<ModelSync>.Parked)
        {
            return true;
        }

        _isAsleep = true;
        _simulation.Note(thread, "sleeps");
        bool isWoken = _simulation.WaitUntil(thread, () => !_isAsleep, mayTimeOut);
        _isAsleep = false;
        return isWoken;
    }

    private void FutexWake()
    {
        ModelThread thread = ModelThread.Current ?? throw new InvalidOperationException("Only model threads wake.");
        _simulation.Step(thread);
        _simulation.Memory.Drain(thread);
        _isAsleep = false;
        _simulation.Note(thread, "wakes a sleeper");
    }
}
