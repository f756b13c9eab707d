using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Threading.Tasks;
using Goroutines.Tests.TestSupport;
using Goroutines.Tests.Verbs;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Goroutines.Tests.Stacks;

/// <summary>Exceptions cross segments as they cross frames.</summary>
[TestClass]
public sealed class SegmentExceptionTests : SchedulerTest
{
    private const int Levels = 300_000;

    [TestMethod, ProcessorCounts, Timeout(LimitMs)]
    public async Task EnsureStack_ThrownAtTheBottom_IsTheSameAtTheTopWithTheBottomFrame(int processorCount)
    {
        GoScheduler scheduler = CreateScheduler(processorCount);
        var thrown = new MarkedException();
        MarkedException caught = await Assert.ThrowsExactlyAsync<MarkedException>(
            () => scheduler.Run(() => Deep.CountTo((Levels, () => ThrowAtTheBottom(thrown)))).Within());
        Assert.AreSame(thrown, caught);
        Assert.AreEqual(nameof(ThrowAtTheBottom), BottomFrameOf(caught));
    }

    [TestMethod, Timeout(LimitMs)]
    public void EnsureStack_ThrownAtAMillionLevels_ArrivesAtTheTop()
    {
        var thrown = new MarkedException();
        MarkedException caught = Assert.ThrowsExactly<MarkedException>(
            () => Deep.CountTo((Deep.MillionLevels, () => ThrowAtTheBottom(thrown))));
        Assert.AreSame(thrown, caught);
    }

    [TestMethod, Timeout(LimitMs)]
    public void EnsureStack_CaughtInTheMiddle_GoesOnThereWithTheBottomFrame()
    {
        string? bottomFrame = null;
        int count = Deep.CountTo((Levels, ThrowAndCatch));
        Assert.AreEqual(Levels, count);
        Assert.AreEqual(nameof(ThrowAtTheBottom), bottomFrame);

        void ThrowAndCatch()
        {
            try
            {
                Deep.CountTo((Levels, () => ThrowAtTheBottom(new MarkedException())));
            }
            catch (MarkedException e)
            {
                bottomFrame = BottomFrameOf(e);
            }
        }
    }

    [TestMethod, Timeout(LimitMs)]
    public void EnsureStack_FinallyBlocksOnEveryLevel_RunFromTheBottomUp()
    {
        var left = new List<int>();
        Assert.ThrowsExactly<MarkedException>(() => Descend(60_000));
        Assert.HasCount(60_000, left);
        for (int level = 1; level <= left.Count; level++)
        {
            Assert.AreEqual(level, left[level - 1]);
        }

        int Descend(int level)
        {
            if (level == 0)
            {
                throw new MarkedException();
            }

            try
            {
                return 1 + Go.EnsureStack(Descend, level - 1);
            }
            finally
            {
                left.Add(level);
            }
        }
    }

    [TestMethod, Timeout(LimitMs)]
    public void EnsureStack_OtherExceptionFromACatchBlock_ReplacesTheFirst() => Deep.AtTheEndOfTheStack(() =>
    {
        Assert.ThrowsExactly<NotSupportedException>(() => Go.EnsureStack(() =>
        {
            try
            {
                throw new MarkedException();
            }
            catch (MarkedException e)
            {
                throw new NotSupportedException("other", e);
            }
        }));
    });

    [TestMethod, Timeout(LimitMs)]
    public void EnsureStack_AfterAnException_TheSegmentIsTakenAgain() => Deep.AtTheEndOfTheStack(() =>
    {
        int first = Go.EnsureStack(() => Environment.CurrentManagedThreadId);
        Assert.ThrowsExactly<MarkedException>(() => Go.EnsureStack(() => ThrowAtTheBottom(new MarkedException())));
        Assert.AreEqual(first, Go.EnsureStack(() => Environment.CurrentManagedThreadId));
    });

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void ThrowAtTheBottom(Exception exception) => throw exception;

    private static string? BottomFrameOf(Exception exception) =>
        new StackTrace(exception, fNeedFileInfo: false).GetFrame(0)?.GetMethod()?.Name;
}
