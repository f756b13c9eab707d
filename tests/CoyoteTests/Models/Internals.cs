using System;
using System.Reflection;
using Goroutines.Internal.Primitives;
using Goroutines.Internal.Scheduling;
using Goroutines.Internal.Work;
using Goroutines.ModelTests.Exploration;
using Goroutines.ModelTests.Memory;

namespace Goroutines.ModelTests.Models;

/// <summary>Makes the real protocol classes for a simulation, and looks into them.</summary>
internal static class Internals
{
    public const string Messages = "messages";
    public const string Lock = "global lock";
    public const string IdleLock = "idle lock";

    private static readonly FieldReference.Accessor<LocalRunQueue<ModelSync>, WorkItem> s_runnextOf =
        FieldReference.Create<LocalRunQueue<ModelSync>, WorkItem>("_runnext");

    private static readonly FieldReference.Accessor<LocalRunQueue<ModelSync>, WorkItem[]> s_slotsOf =
        FieldReference.Create<LocalRunQueue<ModelSync>, WorkItem[]>("_slots");

    private static readonly FieldReference.Accessor<GlobalRunQueue<ModelSync>, PaddedWord> s_tailOf =
        FieldReference.Create<GlobalRunQueue<ModelSync>, PaddedWord>("_tail");

    private static readonly FieldReference.Accessor<GlobalRunQueue<ModelSync>, PaddedWord> s_headOf =
        FieldReference.Create<GlobalRunQueue<ModelSync>, PaddedWord>("_head");

    public static GlobalRunQueue<ModelSync> CreateGlobalQueue(Simulation simulation, int segmentCapacity = 4) =>
        new(new ModelLock(simulation, Lock), segmentCapacity);

    /// <summary>Returns whether the oldest item is there to be taken. Plain reads, for conditions to wait for.</summary>
    public static bool HasTakeable(GlobalRunQueue<ModelSync> queue)
    {
        ulong head = s_headOf(queue).Value;
        for (object? segment = FieldOf(queue, "_headSegment"); segment is not null; segment = FieldOf(segment, "Next"))
        {
            var slots = (WorkItem[])FieldOf(segment, "Items")!;
            ulong index = head - (ulong)FieldOf(segment, "Base")!;
            if (index < (ulong)slots.Length)
            {
                return slots[index].Work is not null;
            }
        }

        return false;
    }

    /// <summary>Returns whether the oldest item is there, or none is being put.</summary>
    public static bool IsSettled(GlobalRunQueue<ModelSync> queue) =>
        s_headOf(queue).Value == s_tailOf(queue).Value || HasTakeable(queue);

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

    private static object? FieldOf(object owner, string name) => owner.GetType()
        .GetField(name, BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance)!.GetValue(owner);

    private static bool IsClear(WorkItem slot) => slot.Work is null && slot.State is null;
}
