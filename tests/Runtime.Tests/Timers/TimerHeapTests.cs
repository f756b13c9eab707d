using System;
using System.Collections.Generic;
using System.Linq;
using System.Runtime.CompilerServices;
using Goroutines.Internal.Timers;
using Goroutines.Internal.Work;
using Goroutines.Tests.TestSupport;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Goroutines.Tests.Timers;

/// <summary>The heap alone, with times made up: what it gives out is what a plain list of timers would.</summary>
[TestClass]
public sealed class TimerHeapTests
{
    public TestContext TestContext { get; set; } = null!;

    [TestMethod, Timeout(SchedulerTest.LimitMs)]
    public void TakeExpired_RandomMoves_SameAsPlainList()
    {
        int seed = Seed.Next();
        TestContext.WriteLine($"Seed: {seed} (set {Seed.Variable} to repeat)");
        var random = new Random(seed);
        for (int round = 0; round < 200; round++)
        {
            RunRandomMoves(random, timerCount: random.Next(1, 300));
        }
    }

    [TestMethod, Timeout(SchedulerTest.LimitMs)]
    public void TakeExpired_ManyTimers_EarliestFirst()
    {
        var heap = new TimerHeap();
        var random = new Random(1);
        for (int i = 0; i < 100_000; i++)
        {
            heap.Arm(new Node(heap), random.Next(), periodNs: 0);
        }

        TimerNode[] batch = new TimerNode[1_000];
        long last = 0;
        int total = 0;
        for (int count = 1; count > 0; total += count)
        {
            long first = heap.NextNs;
            count = heap.TakeExpired(long.MaxValue - 1, batch);
            Assert.IsGreaterThanOrEqualTo(last, first);
            last = first;
        }

        Assert.AreEqual(100_000, total);
        Assert.AreEqual(TimerNode.Unarmed, heap.NextNs);
    }

    [TestMethod, Timeout(SchedulerTest.LimitMs)]
    public void Disarm_ManyTimeouts_KeepsNoneOfThem()
    {
        var heap = new TimerHeap();
        heap.Arm(new Node(heap), 1_000, periodNs: 0);
        List<WeakReference> references = ArmAndDisarmInOrder(heap, 1_000);
        GC.Collect();

        // So few stale ones are not worth a sweep.
        int kept = references.Count(reference => reference.IsAlive);
        Assert.IsLessThan(150, kept);
        Assert.AreEqual(1, heap.ArmedCount);
    }

    [TestMethod, Timeout(SchedulerTest.LimitMs)]
    public void Arm_EarlierAgainAndAgain_KeepsFewEntries()
    {
        // A timeout that is hastened: each round leaves a later entry behind, and nothing is ever disarmed.
        var heap = new TimerHeap();
        var node = new Node(heap);
        TimerNode[] batch = new TimerNode[1];
        for (int now = 0; now < 10_000; now++)
        {
            heap.Arm(node, 1_000_000 + now, periodNs: 0);
            heap.Arm(node, now, periodNs: 0);
            Assert.AreEqual(1, heap.TakeExpired(now, batch));
        }

        Assert.IsLessThan(150, EntriesOf(heap).Count);
    }

    [TestMethod, Timeout(SchedulerTest.LimitMs)]
    public void TakeExpired_PeriodMissed_LeavesTurnsOut()
    {
        var heap = new TimerHeap();
        var node = new Node(heap);
        heap.Arm(node, dueNs: 100, periodNs: 10);
        TimerNode[] batch = new TimerNode[4];

        Assert.AreEqual(1, heap.TakeExpired(137, batch));
        Assert.AreEqual(140, heap.NextNs);
        Assert.AreEqual(0, heap.TakeExpired(139, batch));
        Assert.AreEqual(1, heap.TakeExpired(140, batch));
        Assert.AreEqual(150, heap.NextNs);
    }

    [TestMethod, Timeout(SchedulerTest.LimitMs)]
    public void Arm_ClosedTimer_IsRefused()
    {
        var heap = new TimerHeap();
        var node = new Node(heap);
        heap.Arm(node, 10, periodNs: 0);
        heap.Close(node);

        Assert.IsFalse(heap.Arm(node, 10, periodNs: 0));
        Assert.AreEqual(0, heap.TakeExpired(100, new TimerNode[1]));
    }

    // The first to be disarmed stand at the top of the heap, where nothing is taken away at once.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static List<WeakReference> ArmAndDisarmInOrder(TimerHeap heap, int count)
    {
        Node[] nodes = [.. Enumerable.Range(0, count).Select(_ => new Node(heap))];
        for (int i = 0; i < count; i++)
        {
            heap.Arm(nodes[i], 2_000 + i, periodNs: 0);
        }

        foreach (Node node in nodes)
        {
            heap.Disarm(node);
        }

        return [.. nodes.Select(node => new WeakReference(node))];
    }

    private static void RunRandomMoves(Random random, int timerCount)
    {
        var heap = new TimerHeap();
        Node[] nodes = [.. Enumerable.Range(0, timerCount).Select(_ => new Node(heap))];
        var due = new Dictionary<TimerNode, (long DueNs, long PeriodNs)>();
        TimerNode[] batch = new TimerNode[8];
        long nowNs = 0;
        for (int move = 0; move < 500; move++)
        {
            Node node = nodes[random.Next(timerCount)];
            switch (random.Next(4))
            {
                case 0 or 1:
                    (long DueNs, long PeriodNs) arming = (nowNs + random.Next(100), random.Next(10) == 0 ? random.Next(1, 50) : 0);
                    heap.Arm(node, arming.DueNs, arming.PeriodNs);
                    due[node] = arming;
                    break;
                case 2:
                    Assert.AreEqual(due.Remove(node), heap.Disarm(node));
                    break;
                default:
                    nowNs += random.Next(60);
                    TakeAll(heap, due, batch, nowNs);
                    break;
            }

            Assert.AreEqual(due.Count, heap.ArmedCount);
            long earliest = due.Count == 0 ? TimerNode.Unarmed : due.Values.Min(arming => arming.DueNs);
            Assert.IsLessThanOrEqualTo(earliest, heap.NextNs);
        }
    }

    private static void TakeAll(
        TimerHeap heap, Dictionary<TimerNode, (long DueNs, long PeriodNs)> due, TimerNode[] batch, long nowNs)
    {
        var expected = due.Where(pair => pair.Value.DueNs <= nowNs).ToDictionary();
        int count;
        long last = 0;
        do
        {
            count = heap.TakeExpired(nowNs, batch);
            foreach (TimerNode taken in batch.AsSpan(0, count))
            {
                Assert.IsTrue(expected.Remove(taken, out (long DueNs, long PeriodNs) arming), "Each that is due, once.");
                Assert.IsGreaterThanOrEqualTo(last, arming.DueNs);
                last = arming.DueNs;
                if (arming.PeriodNs == 0)
                {
                    due.Remove(taken);
                }
                else
                {
                    long turns = ((nowNs - arming.DueNs) / arming.PeriodNs) + 1;
                    due[taken] = (arming.DueNs + (turns * arming.PeriodNs), arming.PeriodNs);
                }
            }
        }
        while (count == batch.Length);
        Assert.IsEmpty(expected);
    }

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_entries")]
    private static extern ref TimerEntries EntriesOf(TimerHeap heap);

    private sealed class Node(TimerHeap heap) : TimerNode(heap)
    {
        public override bool TryExpire(out WorkItem item)
        {
            item = default;
            return false;
        }
    }
}
