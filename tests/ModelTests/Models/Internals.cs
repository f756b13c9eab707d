using System.Runtime.CompilerServices;
using Goroutines.Internal.Primitives;
using Goroutines.Internal.Scheduling;
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
    public const string GlobalCount = "global count";
    public const string Lock = "global lock";
    public const string IdleLock = "idle lock";

    public static LocalRunQueue<ModelSync> CreateQueue(Simulation simulation, int capacity = 4)
    {
        var queue = new LocalRunQueue<ModelSync>(capacity);
        simulation.Memory.Register(Region.Create(QueueWord, queue, ref WordOf(queue).Value));
        simulation.Memory.Register(Region.Create(Runnext, queue, ref RunnextOf(queue)));
        WorkItem[] slots = SlotsOf(queue);
        simulation.Memory.Register(Region.Create(Slots, slots, ref slots[0], slots.Length));
        return queue;
    }

    public static Wakeup<ModelSync> CreateWakeup(Simulation simulation)
    {
        var wakeup = new Wakeup<ModelSync>();
        simulation.Memory.Register(Region.Create(WakeWord, wakeup, ref WordOf(wakeup).Value));
        return wakeup;
    }

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

    private static bool IsClear(WorkItem slot) => slot.Work is null && slot.State is null;

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_word")]
    private static extern ref PaddedWord WordOf(LocalRunQueue<ModelSync> queue);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_runnext")]
    private static extern ref WorkItem RunnextOf(LocalRunQueue<ModelSync> queue);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_slots")]
    private static extern ref WorkItem[] SlotsOf(LocalRunQueue<ModelSync> queue);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_word")]
    private static extern ref PaddedWord WordOf(Wakeup<ModelSync> wakeup);
}
