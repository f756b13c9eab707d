using System;
using Goroutines.Internal.Work;
using Goroutines.ModelTests.Exploration;

namespace Goroutines.ModelTests.Models;

/// <summary>Machine's loop in the mini scheduler.</summary>
internal sealed class MiniMachine
{
    private readonly MiniScheduler _scheduler;
    private readonly ModelParker _parker;

    public MiniMachine(Simulation simulation, MiniScheduler scheduler, int number)
    {
        _scheduler = scheduler;
        _parker = new ModelParker(simulation);
        Number = number;
    }

    public int Number { get; }

    /// <summary>Gets or sets the number of the held processor, or null.</summary>
    public int? Processor { get; set; }

    public bool IsSearching { get; set; }

    /// <summary>Gets or sets whether it runs an item without a processor.</summary>
    public bool IsDetached { get; set; }

    /// <summary>Gets or sets what a waker gives. Plain, as in Machine: ordered by the parker (see ParkScenarios.Message).</summary>
    public int? Assigned { get; set; }

    public void Unpark() => _parker.Unpark();

    /// <summary>Starts parked, on the idle list, as a machine is between two bursts.</summary>
    public void Run()
    {
        ParkUntilAssigned();
        bool isAlive = Processor is not null;
        while (isAlive)
        {
            if (Processor is not null && _scheduler.TryFindWork(this, out WorkItem item))
            {
                RunItems(item);
            }
            else
            {
                _scheduler.ParkMachine(this);
                isAlive = Processor is not null;
            }
        }
    }

    public void ParkUntilAssigned()
    {
        _parker.Park();
        Processor = Assigned;
        Assigned = null;
        IsSearching = Processor is not null;
    }

    private void RunItems(WorkItem item)
    {
        do
        {
            ((Action<MiniMachine>)item.State!)(this);
        }
        while (Processor is not null && _scheduler.TryTakeNext(this, out item));
    }
}
