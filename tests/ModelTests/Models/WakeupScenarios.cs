using System;
using Goroutines.Internal.Work;
using Goroutines.ModelTests.Exploration;

namespace Goroutines.ModelTests.Models;

/// <summary>Small programs on the mini scheduler. An item that waits for another holds its processor, as one that runs long.</summary>
internal static class WakeupScenarios
{
    /// <summary>Two items from outside, independent.</summary>
    public static Action<Simulation> TwoFromOutside(Func<Simulation, MiniScheduler> create) => simulation =>
    {
        MiniScheduler scheduler = create(simulation);
        WorkItem first = scheduler.CreateItem();
        WorkItem second = scheduler.CreateItem();
        simulation.AddThread("submitter", () =>
        {
            scheduler.SpawnFromOutside(first);
            scheduler.SpawnFromOutside(second);
        });
    };

    /// <summary>Two submitters at once, one item each.</summary>
    public static Action<Simulation> TwoSubmitters(Func<Simulation, MiniScheduler> create) => simulation =>
    {
        MiniScheduler scheduler = create(simulation);
        WorkItem first = scheduler.CreateItem();
        WorkItem second = scheduler.CreateItem();
        simulation.AddThread("submitter", () => scheduler.SpawnFromOutside(first));
        simulation.AddThread("second submitter", () => scheduler.SpawnFromOutside(second));
    };

    /// <summary>An item spawns another onto its own queue and runs until that one has run: a second processor has to come.</summary>
    public static Action<Simulation> SpawnAndWait(Func<Simulation, MiniScheduler> create) => simulation =>
    {
        MiniScheduler scheduler = create(simulation);
        WorkItem child = scheduler.CreateItem();
        WorkItem parent = scheduler.CreateItem(machine =>
        {
            scheduler.Spawn(machine, child);
            scheduler.WaitFor(child);
        });
        simulation.AddThread("submitter", () => scheduler.SpawnFromOutside(parent));
    };

    /// <summary>The same with a first item that lets the second machine come and go meanwhile.</summary>
    public static Action<Simulation> SpawnWhileOtherParks(Func<Simulation, MiniScheduler> create) => simulation =>
    {
        MiniScheduler scheduler = create(simulation);
        WorkItem other = scheduler.CreateItem();
        WorkItem child = scheduler.CreateItem();
        WorkItem parent = scheduler.CreateItem(machine =>
        {
            scheduler.Spawn(machine, child);
            scheduler.WaitFor(child);
        });
        simulation.AddThread("submitter", () =>
        {
            scheduler.SpawnFromOutside(parent);
            scheduler.SpawnFromOutside(other);
        });
    };

    /// <summary>An item spawned from outside and one readied from outside, each in its own global queue.</summary>
    public static Action<Simulation> SpawnedAndReadied(Func<Simulation, MiniScheduler> create) => simulation =>
    {
        MiniScheduler scheduler = create(simulation);
        WorkItem spawned = scheduler.CreateItem();
        WorkItem readied = scheduler.CreateItem();
        simulation.AddThread("submitter", () =>
        {
            scheduler.SpawnFromOutside(spawned);
            scheduler.ReadyFromOutside(readied);
        });
    };

    /// <summary>
    /// An item spawns two, and gives its processor away to wait for the first: who gets the ring takes by turns from it and from
    /// what comes from outside meanwhile. The other processor is held until the first has run.
    /// </summary>
    public static Action<Simulation> BlockWithRing(Func<Simulation, MiniScheduler> create) => simulation =>
    {
        MiniScheduler scheduler = create(simulation);
        WorkItem first = scheduler.CreateItem();
        WorkItem second = scheduler.CreateItem();
        WorkItem readied = scheduler.CreateItem();
        bool isHolding = false;
        WorkItem holder = scheduler.CreateItem(_ =>
        {
            isHolding = true;
            scheduler.WaitFor(first);
        });
        WorkItem parent = scheduler.CreateItem(machine =>
        {
            simulation.WaitUntil(ModelThread.Current!, () => isHolding);
            scheduler.Spawn(machine, first);
            scheduler.Spawn(machine, second);
            scheduler.GiveAway(machine);
            scheduler.WaitFor(first);
        });
        simulation.AddThread("submitter", () =>
        {
            scheduler.SpawnFromOutside(holder);
            scheduler.SpawnFromOutside(parent);
            simulation.WaitUntil(ModelThread.Current!, () => isHolding);
            scheduler.ReadyFromOutside(readied);
        });
    };

    /// <summary>An item from outside runs until a later one from outside has run; before, a machine was kept busy.</summary>
    public static Action<Simulation> WaitForLater(Func<Simulation, MiniScheduler> create) => simulation =>
    {
        MiniScheduler scheduler = create(simulation);
        bool isSubmitted = false;
        WorkItem first = scheduler.CreateItem(_ => simulation.WaitUntil(ModelThread.Current!, () => isSubmitted));
        WorkItem later = scheduler.CreateItem();
        WorkItem waiting = scheduler.CreateItem(_ => scheduler.WaitFor(later));
        simulation.AddThread("submitter", () =>
        {
            scheduler.SpawnFromOutside(first);
            simulation.WaitUntil(ModelThread.Current!, () => scheduler.HasRun(first));
            scheduler.SpawnFromOutside(waiting);
            scheduler.SpawnFromOutside(later);
            isSubmitted = true;
        });
    };
}
