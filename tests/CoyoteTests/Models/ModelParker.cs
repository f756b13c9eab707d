using System.Threading;
using Goroutines.Internal.Primitives;
using Goroutines.ModelTests.Exploration;

namespace Goroutines.ModelTests.Models;

/// <summary>The real MonitorParker, with a time that runs out at any moment and with seeded bugs.</summary>
/// <remarks>
/// Park without a limit and Unpark are MonitorParker's own. Its timed Park reads the clock, and to Coyote a timed wait is one
/// without a limit; so that method is repeated here line by line over the real state and gate, and the clock is one more
/// thread that says that the time is over.
/// </remarks>
internal sealed class ModelParker : Parker
{
    private static readonly FieldReference.Accessor<MonitorParker, int> s_stateOf =
        FieldReference.Create<MonitorParker, int>("_state");

    private static readonly FieldReference.Accessor<MonitorParker, object> s_gateOf =
        FieldReference.Create<MonitorParker, object>("_gate");

    private readonly Simulation _simulation;
    private readonly MonitorParker _parker = new();

    public ModelParker(Simulation simulation) => _simulation = simulation;

    /// <summary>Gets whether the owner is parked and nobody has notified it. A plain read.</summary>
    public bool IsParked => s_stateOf(_parker) == ParkState<HardwareSync>.Parked;

    public override void Park()
    {
        ModelThread.Current!.Parker = this;
        if (_simulation.Bug.SleepsWithoutLook)
        {
            ParkWithoutLook();
        }
        else
        {
            _parker.Park();
        }

        ModelThread.Current.Parker = null;
        _simulation.ThrowIfUnwinding();
    }

    public override bool Park(long timeoutNs)
    {
        if (!ParkState<HardwareSync>.TransitionEmptyToParked(ref s_stateOf(_parker)))
        {
            return true;
        }

        bool isTimeLeft = true;
        object gate = s_gateOf(_parker);
        var clock = new Thread(() =>
        {
            Monitor.Enter(gate);
            isTimeLeft = false;
            Monitor.PulseAll(gate);
            Monitor.Exit(gate);
        });
        clock.Start();
        bool isNotified = false;
        Monitor.Enter(gate);
        try
        {
            while (isTimeLeft && !isNotified)
            {
                isNotified = ParkState<HardwareSync>.TryTransitionNotifiedToEmpty(ref s_stateOf(_parker));
                if (!isNotified)
                {
                    Monitor.Wait(gate);
                }
            }
        }
        finally
        {
            Monitor.Exit(gate);
        }

        if (!isNotified)
        {
            isNotified = ParkState<HardwareSync>.TransitionParkedToEmpty(ref s_stateOf(_parker))
                && !_simulation.Bug.ReturnsWithoutLook;
        }

        clock.Join();
        return isNotified;
    }

    public override void Unpark() => _parker.Unpark();

    private void ParkWithoutLook()
    {
        if (!ParkState<HardwareSync>.TransitionEmptyToParked(ref s_stateOf(_parker)))
        {
            return;
        }

        object gate = s_gateOf(_parker);
        Monitor.Enter(gate);
        try
        {
            do
            {
                Monitor.Wait(gate);
            }
            while (!ParkState<HardwareSync>.TryTransitionNotifiedToEmpty(ref s_stateOf(_parker)));
        }
        finally
        {
            Monitor.Exit(gate);
        }
    }
}
