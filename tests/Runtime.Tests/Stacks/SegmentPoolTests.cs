using System;
using System.Collections.Generic;
using System.Threading;
using Goroutines.Internal.Primitives;
using Goroutines.Internal.Stacks;
using Goroutines.Tests.TestSupport;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Goroutines.Tests.Stacks;

/// <summary>The threads behind segments: few, warm, and gone after a while.</summary>
[TestClass]
public sealed class SegmentPoolTests
{
    private const int LimitMs = SchedulerTest.LimitMs;

    // Longer than any test: nothing retires.
    private const long Never = 3_600_000_000_000;

    private static readonly AsyncLocal<string?> s_local = new();

    [TestMethod, Timeout(LimitMs)]
    public void Run_AgainAndAgain_TakesTheSameThread()
    {
        var pool = new SegmentPool(Never);
        var threads = new HashSet<int>();
        for (int i = 0; i < 1_000; i++)
        {
            pool.Run(new StackAction(() => threads.Add(Environment.CurrentManagedThreadId)));
            Assert.AreEqual(1, pool.IdleCount);
        }

        Assert.HasCount(1, threads);
        Assert.AreEqual(1, pool.ThreadCount);
    }

    [TestMethod, Timeout(LimitMs)]
    public void Run_NestedDeeperThanTheBound_KeepsAsManyAsTheBound()
    {
        var pool = new SegmentPool(Never);
        Nest(SegmentPool.IdleCountMax + 5);
        Assert.AreEqual(SegmentPool.IdleCountMax, pool.IdleCount);
        Patience.Until(() => pool.ThreadCount == SegmentPool.IdleCountMax);

        void Nest(int level)
        {
            if (level > 0)
            {
                pool.Run(new StackAction(() => Nest(level - 1)));
            }
            else
            {
                Assert.AreEqual(SegmentPool.IdleCountMax + 5, pool.ThreadCount);
            }
        }
    }

    [TestMethod, Timeout(LimitMs)]
    public void Run_IdleLongEnough_TheThreadsEndAndNewOnesServe()
    {
        var pool = new SegmentPool(idleNs: 1_000_000);
        for (int round = 0; round < 5; round++)
        {
            int sum = 0;
            pool.Run(new StackAction(() => pool.Run(new StackAction(() => sum++))));
            Assert.AreEqual(1, sum);
            Patience.Until(() => pool.ThreadCount == 0);
            Assert.AreEqual(0, pool.IdleCount);
        }
    }

    // The way it could go wrong: a segment is taken in the moment in which it retires, and the call is lost.
    [TestMethod, Timeout(LimitMs)]
    public void Run_WhileThreadsRetireAllTheTime_LosesNoCall()
    {
        var pool = new SegmentPool(idleNs: 20_000);
        int sum = 0;
        var threads = new List<Thread>();
        for (int i = 0; i < 4; i++)
        {
            var thread = new Thread(() =>
            {
                for (int call = 0; call < 1_000; call++)
                {
                    pool.Run(new StackAction(() => Interlocked.Increment(ref sum)));
                    Thread.SpinWait(call % 500);
                }
            });
            thread.Start();
            threads.Add(thread);
        }

        threads.ForEach(thread => thread.JoinWithin());
        Assert.AreEqual(4_000, sum);
        Patience.Until(() => pool.ThreadCount == 0);
    }

    // Only a portable parker is interrupted; leaving would let two threads run as one machine.
    [TestMethod, Timeout(LimitMs)]
    public void Run_CallerInterrupted_WaitsForTheCallAndStaysInterrupted()
    {
        var pool = new SegmentPool(Never, createParker: static () => new MonitorParker());
        using var begun = new ManualResetEventSlim();
        using var goOn = new ManualResetEventSlim();
        bool isDone = false;
        bool wasDone = false;
        bool wasTold = false;
        var caller = new Thread(() =>
        {
            pool.Run(new StackAction(() =>
            {
                begun.Set();
                goOn.WaitWithin();
                isDone = true;
            }));
            wasDone = isDone;
            try
            {
                Thread.Sleep(1);
            }
            catch (ThreadInterruptedException)
            {
                wasTold = true;
            }
        });
        caller.Start();
        begun.WaitWithin();
        caller.Interrupt();
        goOn.Set();
        caller.JoinWithin();
        Assert.IsTrue(wasDone);
        Assert.IsTrue(wasTold);
        pool.Run(new StackAction(() => isDone = false));
        Assert.IsFalse(isDone);
    }

    [TestMethod, Timeout(LimitMs)]
    public void Run_ThreadRefused_ThrowsClearlyAndLosesNothing()
    {
        var refusal = new InsufficientMemoryException();
        bool isRefusing = true;
        var pool = new SegmentPool(Never, thread =>
        {
            if (isRefusing)
            {
                throw refusal;
            }

            thread.UnsafeStart();
        });
        s_local.Value = "kept";
        bool hasRun = false;
        var work = new StackAction(() => hasRun = true);
        using (ExecutionContext.SuppressFlow())
        {
            var thrown = Assert.ThrowsExactly<InsufficientExecutionStackException>(() => pool.Run(new StackAction(() => hasRun = true)));
            Assert.AreSame(refusal, thrown.InnerException);
            Assert.Contains("stack", thrown.Message);
            Assert.IsTrue(ExecutionContext.IsFlowSuppressed());
        }

        Assert.IsFalse(pool.TryRun(work, out Exception? reason));
        Assert.AreSame(refusal, reason);
        Assert.IsFalse(hasRun);
        Assert.AreEqual(0, pool.ThreadCount);
        Assert.AreEqual("kept", s_local.Value);

        isRefusing = false;
        pool.Run(new StackAction(() => hasRun = true));
        Assert.IsTrue(hasRun);
    }
}
