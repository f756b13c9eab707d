#pragma warning disable CA2012 // What a ValueTask is before it is awaited is what is tested here.
using System;
using System.Threading;
using System.Threading.Tasks;
using Goroutines.Channels;
using Goroutines.Tests.TestSupport;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Goroutines.Tests.Channels;

/// <summary>Where an await of a channel goes on, for every door through which one can wait.</summary>
[TestClass]
public sealed class ChanLaneTests : SchedulerTest
{
    [TestMethod, Timeout(LimitMs)]
    [ProcessorCounts]
    public async Task ReadAsync_Goroutine_GoesOnThereWhoeverWrites(int processorCount)
    {
        GoScheduler scheduler = CreateScheduler(processorCount);
        GoScheduler other = CreateScheduler(1);
        foreach (Func<Action, Task> from in (Func<Action, Task>[])[scheduler.Run, other.Run, Task.Run])
        {
            Chan<int> chan = Chan.CreateUnbuffered<int>();
            Task<Lane> reading = scheduler.Run(async () =>
            {
                await chan.Reader.ReadAsync();
                return Lane.Capture();
            });
            await WriteWhenReadAsync(chan, from);
            (await reading.Within()).AssertIsAwaitedOf(scheduler);
        }
    }

    [TestMethod, Timeout(LimitMs)]
    public async Task ReadAsync_ConfigureAwaitFalse_StaysOnTheWorkers()
    {
        GoScheduler scheduler = CreateScheduler(2);
        Chan<int> chan = Chan.CreateUnbuffered<int>();
        Task<Lane> reading = scheduler.Run(async () =>
        {
            await chan.Reader.ReadAsync().ConfigureAwait(false);
            return Lane.Capture();
        });
        await WriteWhenReadAsync(chan, Task.Run);
        (await reading.Within()).AssertIsRawOf(scheduler);
    }

    [TestMethod, Timeout(LimitMs)]
    public async Task ReadAsync_ContextFree_GoesOnInItsScheduler()
    {
        GoScheduler scheduler = CreateScheduler(2);
        Chan<int> chan = Chan.CreateUnbuffered<int>();
        Task<Lane> reading = Task.Factory.StartNew(
            async () =>
            {
                await chan.Reader.ReadAsync();
                return Lane.Capture();
            },
            CancellationToken.None,
            TaskCreationOptions.None,
            scheduler.ContextFree).Unwrap();
        await WriteWhenReadAsync(chan, Task.Run);
        (await reading.Within()).AssertIsContextFreeOf(scheduler);
    }

    [TestMethod, Timeout(LimitMs)]
    public async Task ReadAllAsync_Goroutine_NeverLeavesTheWorkers()
    {
        GoScheduler scheduler = CreateScheduler(2);
        Chan<int> chan = Chan.CreateUnbuffered<int>();
        Task reading = scheduler.Run(async () =>
        {
            await foreach (int _ in chan.Reader.ReadAllAsync())
            {
                Lane.Capture().AssertIsGoroutineOf(scheduler);
            }

            Lane.Capture().AssertIsGoroutineOf(scheduler);
        });
        for (int i = 0; i < 1_000; i++)
        {
            await chan.Writer.WriteAsync(i);
        }

        chan.Writer.Complete();
        await reading.Within();
    }

    [TestMethod, Timeout(LimitMs)]
    public async Task ReadAsync_ThreadPool_GoesOnThere()
    {
        GoScheduler scheduler = CreateScheduler(1);
        Chan<int> chan = Chan.CreateUnbuffered<int>();
        Task<Lane> reading = Task.Run(async () =>
        {
            await chan.Reader.ReadAsync();
            return Lane.Capture();
        });
        await WriteWhenReadAsync(chan, scheduler.Run);
        Lane lane = await reading.Within();
        Assert.IsTrue(lane.IsPoolThread);
        Assert.IsNull(lane.Scheduler);
        Assert.IsNull(lane.Context);
    }

    [TestMethod, Timeout(LimitMs)]
    public async Task ReadAsync_ForeignContext_IsPostedThere()
    {
        Chan<int> chan = Chan.CreateUnbuffered<int>();
        var context = new NotingContext();
        SynchronizationContext? outer = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(context);
        Task reading;
        try
        {
            reading = ReadAsync();
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(outer);
        }

        async Task ReadAsync() => await chan.Reader.ReadAsync();
        Assert.IsTrue(chan.Writer.TryWrite(1));
        await reading.Within();
        Assert.AreEqual(1, context.PostCount);
    }

    [TestMethod, Timeout(LimitMs)]
    public async Task ReadAsync_AsyncLocal_IsTheReadersOwn()
    {
        GoScheduler scheduler = CreateScheduler(1);
        Chan<int> chan = Chan.CreateUnbuffered<int>();
        var local = new AsyncLocal<string>();
        Task reading = scheduler.Run(async () =>
        {
            local.Value = "reader";
            await chan.Reader.ReadAsync();
            Assert.AreEqual("reader", local.Value);
        });
        Task flowing = scheduler.Run(async () =>
        {
            local.Value = "callback";
            var seen = new TaskCompletionSource<string?>();
            ValueTask<int> read = chan.Reader.ReadAsync();
            read.GetAwaiter().OnCompleted(() => seen.SetResult(local.Value));
            local.Value = "changed";
            Assert.AreEqual("callback", await seen.Task, "OnCompleted flows what was there when it was called.");
            Assert.AreEqual(2, read.Result);
        });
        await scheduler.Run(async () =>
        {
            local.Value = "writer";
            await chan.Writer.WriteAsync(1);
            await chan.Writer.WriteAsync(2);
            Assert.AreEqual("writer", local.Value);
        }).Within();
        await Task.WhenAll(reading, flowing).Within();
    }

    [TestMethod, Timeout(LimitMs)]
    public void Read_BlockingThreads_EachGetsAValue()
    {
        // Threads of their own and goroutines that block theirs: each waits for its value with its stack.
        GoScheduler scheduler = CreateScheduler(1);
        Chan<int> chan = Chan.CreateUnbuffered<int>();
        int sum = 0;
        void Read() => Interlocked.Add(ref sum, chan.Reader.ReadAsync().AsTask().GetAwaiter().GetResult());
        var threads = new Thread[4];
        Task[] goroutines = new Task[4];
        for (int i = 0; i < threads.Length; i++)
        {
            threads[i] = new Thread(Read) { IsBackground = true };
            threads[i].Start();
            goroutines[i] = scheduler.Run(Read);
        }

        for (int i = 1; i <= 8; i++)
        {
            chan.Writer.WriteAsync(i).AsTask().GetAwaiter().GetResult();
        }

        Array.ForEach(threads, thread => thread.JoinWithin());
        Task.WhenAll(goroutines).Within().GetAwaiter().GetResult();
        Assert.AreEqual(36, sum);
    }

    [TestMethod, Timeout(LimitMs)]
    public async Task ReadAsync_AwaitedTwice_Throws()
    {
        Chan<int> chan = Chan.CreateUnbuffered<int>();
        ValueTask<int> read = chan.Reader.ReadAsync();
        Task<int> awaiting = read.AsTask();
        Assert.ThrowsExactly<InvalidOperationException>(() => read.GetAwaiter().UnsafeOnCompleted(static () => { }));
        Assert.ThrowsExactly<InvalidOperationException>(() => read.GetAwaiter().GetResult());
        Assert.IsTrue(chan.Writer.TryWrite(1));
        Assert.AreEqual(1, await awaiting.Within());
        Assert.ThrowsExactly<InvalidOperationException>(() => read.GetAwaiter().GetResult());
    }

    [TestMethod, Timeout(LimitMs)]
    public async Task ReadAsync_NeverHasToWait_LetsOthersRunAfterItsSlice()
    {
        GoScheduler scheduler = CreateScheduler(1);
        Chan<int> chan = Chan.CreateBounded<int>(1);
        bool isStopped = false;
        Task busy = scheduler.Run(async () =>
        {
            while (!Volatile.Read(ref isStopped))
            {
                await chan.Writer.WriteAsync(1);
                await chan.Reader.ReadAsync();
            }
        });
        await scheduler.Run(() => Volatile.Write(ref isStopped, true)).Within();
        await busy.Within();
    }

    [TestMethod, Timeout(LimitMs)]
    public async Task WriteAsync_SchedulerDisposed_ReaderGoesOn()
    {
        var scheduler = new GoScheduler(new GoSchedulerOptions { ProcessorCount = 1 });
        Chan<int> chan = Chan.CreateUnbuffered<int>();
        Task<int> reading = scheduler.Run(async () => await chan.Reader.ReadAsync());
        Patience.Until(() => IsRead(chan));
        scheduler.Dispose();
        Assert.IsTrue(chan.Writer.TryWrite(3));
        Assert.AreEqual(3, await reading.Within());
    }

    private static async Task WriteWhenReadAsync(Chan<int> chan, Func<Action, Task> from)
    {
        Patience.Until(() => IsRead(chan));
        bool isWritten = false;
        await from(() => isWritten = chan.Writer.TryWrite(1)).Within();
        Assert.IsTrue(isWritten);
    }

    // A channel without room tells who waits to write that somebody waits to read.
    private static bool IsRead(Chan<int> chan)
    {
        using var source = new CancellationTokenSource();
        ValueTask<bool> wait = chan.Writer.WaitToWriteAsync(source.Token);
        bool isRead = wait.IsCompletedSuccessfully;
        if (!isRead)
        {
            source.Cancel();
            _ = wait.AsTask().ContinueWith(static ended => _ = ended.Exception, TaskScheduler.Default);
        }

        return isRead;
    }

    private sealed class NotingContext : SynchronizationContext
    {
        private int _postCount;

        public int PostCount => Volatile.Read(ref _postCount);

        public override void Post(SendOrPostCallback d, object? state)
        {
            Interlocked.Increment(ref _postCount);
            base.Post(d, state);
        }
    }
}
