using System.Reflection;
using System.Runtime.CompilerServices;
using Goroutines.Internal.Netpoll;
using Goroutines.Internal.Primitives;
using Goroutines.Internal.Scheduling;
using Goroutines.Internal.Timers;
using Goroutines.Internal.Work;
using Goroutines.ModelTests.Exploration;
using Goroutines.ModelTests.Memory;

namespace Goroutines.ModelTests.Models;

/// <summary>Registers the shared memory of the real protocol classes with a simulation.</summary>
internal static class Internals
{
    public const string QueueWord = "queue word";
    public const string Slots = "slots";
    public const string Runnext = "runnext";
    public const string WakeWord = "wake word";
    public const string ParkState = "park state";
    public const string Messages = "messages";
    public const string GlobalTail = "global tail";
    public const string GlobalHead = "global head";
    public const string GlobalSlots = "global slots";
    public const string Lock = "global lock";
    public const string IdleLock = "idle lock";
    public const string Inside = "inside";
    public const string Claim = "claim";
    public const string Holder = "holder";
    public const string Alarm = "alarm";
    public const string NextTimer = "next timer";
    public const string Keeper = "keeper";
    public const string Assigned = "assigned";
    public const string PollState = "poll state";
    public const string Bytes = "bytes";

    public static LocalRunQueue<ModelSync> CreateQueue(Simulation simulation, int capacity = 4)
    {
        var queue = new LocalRunQueue<ModelSync>(capacity);
        simulation.Memory.Register(Region.Create(QueueWord, queue, ref WordOf(queue).Value));
        simulation.Memory.Register(Region.Create(Runnext, queue, ref RunnextOf(queue)));
        WorkItem[] slots = SlotsOf(queue);
        simulation.Memory.Register(Region.Create(Slots, slots, ref slots[0], slots.Length));
        return queue;
    }

    /// <summary>Registers the words and the first segment; what is put into later segments is seen at once.</summary>
    public static GlobalRunQueue<ModelSync> CreateGlobalQueue(Simulation simulation, int segmentCapacity = 4)
    {
        var queue = new GlobalRunQueue<ModelSync>(new ModelLock(simulation, Lock), segmentCapacity);
        simulation.Memory.Register(Region.Create(GlobalTail, queue, ref TailOf(queue).Value));
        simulation.Memory.Register(Region.Create(GlobalHead, queue, ref HeadOf(queue).Value));
        var slots = (WorkItem[])FieldOf(FieldOf(queue, "_headSegment")!, "Items")!;
        simulation.Memory.Register(Region.Create(GlobalSlots, slots, ref slots[0], slots.Length));
        return queue;
    }

    /// <summary>Returns whether the oldest item is there to be taken, as memory is; for conditions to wait for.</summary>
    public static bool HasTakeable(GlobalRunQueue<ModelSync> queue)
    {
        ulong head = HeadOf(queue).Value;
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

    /// <summary>Returns whether the oldest item is there, or none is being put, as memory is.</summary>
    public static bool IsSettled(GlobalRunQueue<ModelSync> queue) =>
        HeadOf(queue).Value == TailOf(queue).Value || HasTakeable(queue);

    public static Wakeup<ModelSync> CreateWakeup(Simulation simulation)
    {
        var wakeup = new Wakeup<ModelSync>();
        simulation.Memory.Register(Region.Create(WakeWord, wakeup, ref WordOf(wakeup).Value));
        return wakeup;
    }

    /// <summary>Registers the words of a hand-off that is a field of an object.</summary>
    public static void RegisterHandoff(Simulation simulation, object owner, ref Handoff<ModelSync> handoff)
    {
        simulation.Memory.Register(Region.Create(Inside, owner, ref InsideOf(ref handoff)));
        simulation.Memory.Register(Region.Create(Claim, owner, ref ClaimOf(ref handoff)));
    }

    /// <summary>Registers the word of an alarm that is a field of an object.</summary>
    public static void RegisterAlarm(Simulation simulation, object owner, ref TimerAlarm<ModelSync> alarm) =>
        simulation.Memory.Register(Region.Create(Alarm, owner, ref TimeOf(ref alarm)));

    /// <summary>Registers the word of a poll slot that is a field of an object; what waits there is seen at once.</summary>
    public static void RegisterPollSlot(Simulation simulation, object owner, ref PollSlot<ModelSync> slot) =>
        simulation.Memory.Register(Region.Create(PollState, owner, ref StateOf(ref slot)));

    /// <summary>Returns whether no slot keeps anything alive.</summary>
    public static bool HoldsNothing(LocalRunQueue<ModelSync> queue)
    {
        bool holdsNothing = IsClear(RunnextOf(queue));
        foreach (WorkItem slot in SlotsOf(queue))
        {
            holdsNothing &= IsClear(slot);
        }

        return holdsNothing;
    }

    /// <summary>Puts something into the runnext slot that the word does not know of.</summary>
    public static void FillRunnext(LocalRunQueue<ModelSync> queue, WorkItem item) => RunnextOf(queue) = item;

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_timeNs")]
    private static extern ref ulong TimeOf(ref TimerAlarm<ModelSync> alarm);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_inside")]
    private static extern ref int InsideOf(ref Handoff<ModelSync> handoff);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_claim")]
    private static extern ref int ClaimOf(ref Handoff<ModelSync> handoff);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_state")]
    private static extern ref int StateOf(ref PollSlot<ModelSync> slot);

    private static object? FieldOf(object owner, string name) => owner.GetType()
        .GetField(name, BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance)!.GetValue(owner);

    private static bool IsClear(WorkItem slot) => slot.Work is null && slot.State is null;

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_word")]
    private static extern ref PaddedWord WordOf(LocalRunQueue<ModelSync> queue);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_runnext")]
    private static extern ref WorkItem RunnextOf(LocalRunQueue<ModelSync> queue);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_slots")]
    private static extern ref WorkItem[] SlotsOf(LocalRunQueue<ModelSync> queue);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_tail")]
    private static extern ref PaddedWord TailOf(GlobalRunQueue<ModelSync> queue);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_head")]
    private static extern ref PaddedWord HeadOf(GlobalRunQueue<ModelSync> queue);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_word")]
    private static extern ref PaddedWord WordOf(Wakeup<ModelSync> wakeup);
}
