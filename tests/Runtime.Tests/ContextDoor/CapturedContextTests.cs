using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using Goroutines.Tests.TestSupport;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Goroutines.Tests.ContextDoor;

/// <summary>BCL types that remember the SynchronizationContext of a goroutine and call back through it.</summary>
[TestClass]
public sealed class CapturedContextTests : SchedulerTest
{
    [TestMethod, ProcessorCounts, Timeout(LimitMs)]
    public async Task Progress_ReportedFromOutside_CallsBackOnTheScheduler(int processorCount)
    {
        GoScheduler scheduler = CreateScheduler(processorCount);
        var seen = new TaskCompletionSource<Lane>(TaskCreationOptions.RunContinuationsAsynchronously);
        IProgress<int> progress = await scheduler.Run(
            () => new Progress<int>(_ => seen.TrySetResult(Lane.Capture()))).Within();
        progress.Report(1);
        (await seen.Task.Within()).AssertIsGoroutineOf(scheduler);
    }

    [TestMethod, ProcessorCounts, Timeout(LimitMs)]
    public async Task Register_UsingTheContext_CancelledFromOutside_CallsBackOnTheScheduler(int processorCount)
    {
        GoScheduler scheduler = CreateScheduler(processorCount);
        using var cancellation = new CancellationTokenSource();
        Lane? lane = null;
        await scheduler.Run(() =>
        {
            cancellation.Token.Register(() => lane = Lane.Capture(), useSynchronizationContext: true);
        }).Within();

        // Cancel sends: it comes back when the callback has run.
        cancellation.Cancel();
        Assert.IsNotNull(lane);
        lane.AssertIsGoroutineOf(scheduler);
    }

    [TestMethod, ProcessorCounts, Timeout(LimitMs)]
    public async Task AsyncEnumerable_ManyProducers_ConsumersStayOnTheScheduler(int processorCount)
    {
        GoScheduler scheduler = CreateScheduler(processorCount);
        static async IAsyncEnumerable<int> ProduceAsync()
        {
            for (int i = 0; i < 50; i++)
            {
                if (i % 2 == 0)
                {
                    await Task.Yield();
                }
                else
                {
                    await Task.Run(() => { });
                }

                yield return i;
            }
        }

        var consumers = new List<Task<int>>();
        for (int i = 0; i < 20; i++)
        {
            consumers.Add(scheduler.Run(async () =>
            {
                int sum = 0;
                await foreach (int item in ProduceAsync())
                {
                    Lane.Capture().AssertIsGoroutineOf(scheduler);
                    sum += item;
                }

                return sum;
            }));
        }

        foreach (int sum in await Task.WhenAll(consumers).Within())
        {
            Assert.AreEqual(1_225, sum);
        }
    }
}
