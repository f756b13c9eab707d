using System.Threading;
using System.Threading.Tasks;
using Goroutines.Tests.TestSupport;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Goroutines.Tests.GoPorts;

/// <summary>
/// Chains that keep one processor's queue from ever being empty, each through another way in. What waits at the other end of
/// the queue, or in the global one, must still run. One processor: nobody can steal it away.
/// </summary>
[TestClass]
public sealed class StarvationTests : SchedulerTest
{
    [TestMethod, Timeout(LimitMs)]
    public async Task Post_ChainThatRespawnsItself_OlderWorkStillRuns()
    {
        GoScheduler scheduler = CreateScheduler(1);
        bool stop = false;
        void Chain()
        {
            if (!Volatile.Read(ref stop))
            {
                scheduler.Post(Chain);
            }
        }

        await CheckAsync(scheduler, Chain, ref stop);
    }

    [TestMethod, Timeout(LimitMs)]
    public async Task StartNew_ChainThatRespawnsItself_OlderWorkStillRuns()
    {
        GoScheduler scheduler = CreateScheduler(1);
        bool stop = false;
        void Chain()
        {
            if (!Volatile.Read(ref stop))
            {
                scheduler.Factory.StartNew(Chain);
            }
        }

        await CheckAsync(scheduler, Chain, ref stop);
    }

    [TestMethod, Timeout(LimitMs)]
    public async Task ContextPost_ChainThatReadiesItself_OlderWorkStillRuns()
    {
        GoScheduler scheduler = CreateScheduler(1);
        bool stop = false;
        void Chain()
        {
            if (!Volatile.Read(ref stop))
            {
                scheduler.SynchronizationContext.Post(_ => Chain(), null);
            }
        }

        await CheckAsync(scheduler, Chain, ref stop);
    }

    [TestMethod, Timeout(LimitMs)]
    public async Task ContextPost_ChainBeforeAFullRing_ChainGoesBehindTheRing()
    {
        // Nearly the ring.
        const int ItemCount = 250;
        GoScheduler scheduler = CreateScheduler(1);
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        int leftCount = ItemCount;
        int chainCount = 0;
        int chainCountAtStart = 0;
        void Item()
        {
            // The first ones may have run as the oldest before the chain's time was over.
            chainCountAtStart = leftCount == ItemCount - 10 ? chainCount : chainCountAtStart;
            if (--leftCount == 0)
            {
                done.SetResult();
            }
        }

        void Chain(object? state)
        {
            if (leftCount > 0)
            {
                chainCount++;
                scheduler.SynchronizationContext.Post(Chain, null);
            }
        }

        await scheduler.Run(() =>
        {
            for (int i = 0; i < ItemCount; i++)
            {
                scheduler.Post(Item);
            }

            scheduler.SynchronizationContext.Post(Chain, null);
        }).Within();
        await done.Task.Within();

        // It runs about once in that time; a hundred times as often is still far from a turn for each of them now and then.
        Assert.IsLessThan(100 * ItemCount, chainCount - chainCountAtStart);
    }

    [TestMethod, Timeout(LimitMs)]
    public async Task Raw_ChainThatRequeuesItself_OlderWorkStillRuns()
    {
        GoScheduler scheduler = CreateScheduler(1);
        bool stop = false;
        void Chain()
        {
            if (!Volatile.Read(ref stop))
            {
                scheduler.UnsafeQueueUserWorkItem(new RawItem(Chain), preferLocal: true);
            }
        }

        await CheckAsync(scheduler, Chain, ref stop);
    }

    [TestMethod, Timeout(LimitMs)]
    public async Task PreferFairness_ChainThroughTheGlobalQueue_LocalWorkStillRuns()
    {
        GoScheduler scheduler = CreateScheduler(1);
        bool stop = false;
        void Chain()
        {
            if (!Volatile.Read(ref stop))
            {
                scheduler.Factory.StartNew(Chain, TaskCreationOptions.PreferFairness);
            }
        }

        await CheckAsync(scheduler, Chain, ref stop);
    }

    // The work that must not starve is queued before the chain (oldest), beside it from inside, and from outside.
    private static Task CheckAsync(GoScheduler scheduler, System.Action chain, ref bool stop)
    {
        Task older = Task.CompletedTask;
        Task yielded = Task.CompletedTask;
        scheduler.Run(() =>
        {
            older = scheduler.Run(() => { });
            yielded = scheduler.Run(async () =>
            {
                for (int i = 0; i < 5; i++)
                {
                    await Go.Yield();
                    await Task.Yield();
                }
            });
            chain();
        }).Wait(Patience.Limit);
        Task outside = scheduler.Run(() => { });
        bool isDone = Task.WaitAll([older, yielded, outside], Patience.Limit);
        Volatile.Write(ref stop, true);
        Assert.IsTrue(isDone, $"older {older.Status}, yielded {yielded.Status}, outside {outside.Status}");
        return scheduler.DrainAsync().Within();
    }
}
