using System;
using Goroutines.Internal.Scheduling;
using Goroutines.Internal.Work;
using Goroutines.ModelTests.Exploration;
using Goroutines.ModelTests.Memory;

namespace Goroutines.ModelTests.Models;

/// <summary>Makes the real protocol classes for a simulation, and looks into them.</summary>
internal static class Internals
{
    public const string Messages = "messages";
    public const string GlobalCount = "global count";
    public const string Lock = "global lock";
    public const string IdleLock = "idle lock";

    private static readonly FieldReference.Accessor<LocalRunQueue<ModelSync>, WorkItem> s_runnextOf =
        FieldReference.Create<LocalRunQueue<ModelSync>, WorkItem>("_runnext");

    private static readonly FieldReference.Accessor<LocalRunQueue<ModelSync>, WorkItem[]> s_slotsOf =
        FieldReference.Create<LocalRunQueue<ModelSync>, WorkItem[]>("_slots");

    public static LocalRunQueue<ModelSync> CreateQueue(Simulation simulation, int capacity = 4)
    {
        _ = simulation;
        return new LocalRunQueue<ModelSync>(capacity);
    }

    public static Wakeup<ModelSync> CreateWakeup(Simulation simulation)
    {
        _ = simulation;
        return new Wakeup<ModelSync>();
    }

    /// <summary>Returns whether no slot keeps anything alive.</summary>
    public static bool HoldsNothing(LocalRunQueue<ModelSync> queue) =>
        IsClear(s_runnextOf(queue)) && Array.TrueForAll(s_slotsOf(queue), IsClear);

    /// <summary>Puts something into the runnext slot that the word does not know of.</summary>
    public static void FillRunnext(LocalRunQueue<ModelSync> queue, WorkItem item) => s_runnextOf(queue) = item;

    private static bool IsClear(WorkItem slot) => slot.Work is null && slot.State is null;
}
