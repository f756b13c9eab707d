using System;
using System.Collections.Generic;
using System.Globalization;
using System.Threading;
using System.Threading.Tasks;

namespace Goroutines.RuntimeChild;

/// <summary>One mode for each thing that can only be seen from outside the process.</summary>
internal static class Program
{
    private static readonly Dictionary<string, Action<GoScheduler>> s_failures = new()
    {
        ["post"] = scheduler => scheduler.Post(() => throw new InvalidOperationException("marked failure")),
        ["post-async"] = scheduler => scheduler.Post(async () =>
        {
            await Task.Yield();
            throw new InvalidOperationException("marked failure");
        }),
        ["context-post"] = scheduler => scheduler.SynchronizationContext.Post(
            _ => throw new InvalidOperationException("marked failure"), null),
        ["raw"] = scheduler => scheduler.UnsafeQueueUserWorkItem(new ThrowingItem(), preferLocal: false),
        ["async-void"] = scheduler => scheduler.Run(ThrowLater),
    };

    private static int Main(string[] arguments)
    {
        switch (arguments)
        {
            case ["unhandled", var kind]:
                return Fail(kind, handler: null);
            case ["handled", var kind]:
                return Fail(kind, (_, e) => e.Handled = true);
            case ["throwing-handler"]:
                return Fail("post", (_, _) => throw new NotSupportedException("marked handler"));
            case ["blocked-at-exit"]:
                return LeaveBlocked();
            case ["shared-configured"]:
                return ConfigureShared();
            case ["shared-started"]:
                return ConfigureStartedShared();
            case ["shared-default"]:
                Console.WriteLine($"{GoScheduler.Shared.Name} {GoScheduler.Shared.ProcessorCount}");
                return 0;
            case ["allocation", var kind, .. var processorCounts]:
                return AllocationMode.Run(kind, processorCounts);
            case ["descriptor-limit"]:
                return DescriptorLimitMode.RunAsync().GetAwaiter().GetResult();
            case ["idle", var seconds]:
                return IdleMode.Run(TimeSpan.FromSeconds(int.Parse(seconds, CultureInfo.InvariantCulture)));
            default:
                Console.Error.WriteLine("Unknown mode.");
                return 2;
        }
    }

    // Ends with 0 after the failure was handled; without a handler the process dies while it waits.
    private static int Fail(string kind, EventHandler<GoUnhandledExceptionEventArgs>? handler)
    {
        using var scheduler = new GoScheduler(new GoSchedulerOptions { ProcessorCount = 2 });
        using var seen = new ManualResetEventSlim();
        if (handler is not null)
        {
            scheduler.UnhandledException += (sender, e) =>
            {
                handler(sender, e);
                seen.Set();
            };
        }

        s_failures[kind](scheduler);
        if (!seen.Wait(TimeSpan.FromSeconds(30)))
        {
            Console.Error.WriteLine("Neither handled nor ended.");
            return 3;
        }

        // The workers have survived.
        int sum = 0;
        for (int i = 0; i < 1_000; i++)
        {
            sum += scheduler.Run(() => 1).GetAwaiter().GetResult();
        }

        Console.WriteLine(sum.ToString(CultureInfo.InvariantCulture));
        return 0;
    }

    // Workers that block for ever must not keep the process alive.
    private static int LeaveBlocked()
    {
        var scheduler = new GoScheduler(new GoSchedulerOptions { ProcessorCount = 2 });
        using var blocked = new CountdownEvent(3);
        void BlockForEver()
        {
            blocked.Signal();
            Thread.Sleep(Timeout.Infinite);
        }

        scheduler.Post(BlockForEver);
        scheduler.Post(BlockForEver);
        scheduler.Factory.StartNew(BlockForEver, TaskCreationOptions.LongRunning);
        blocked.Wait();
        Console.WriteLine("left");
        return 0;
    }

    private static int ConfigureShared()
    {
        var options = new GoSchedulerOptions { Name = "child", ProcessorCount = 3 };
        bool first = GoScheduler.TryConfigureShared(options);
        options.ProcessorCount = 5;
        bool changed = GoScheduler.TryConfigureShared(options);
        options.ProcessorCount = 3;
        bool same = GoScheduler.TryConfigureShared(options);
        int ran = Go.Run(() => 1).GetAwaiter().GetResult();
        bool sameAfterStart = GoScheduler.TryConfigureShared(options);
        options.Name = "other";
        bool otherAfterStart = GoScheduler.TryConfigureShared(options);
        Console.WriteLine(
            $"{first} {changed} {same} {sameAfterStart} {otherAfterStart} {ran} "
            + $"{GoScheduler.Shared.Name} {GoScheduler.Shared.ProcessorCount}");
        return 0;
    }

    private static int ConfigureStartedShared()
    {
        int count = GoScheduler.Shared.ProcessorCount;
        bool other = GoScheduler.TryConfigureShared(new GoSchedulerOptions { ProcessorCount = count + 1 });
        Console.WriteLine($"{other} {GoScheduler.Shared.ProcessorCount == count}");
        return 0;
    }

    private static async void ThrowLater()
    {
        await Task.Yield();
        throw new InvalidOperationException("marked failure");
    }

    private sealed class ThrowingItem : IThreadPoolWorkItem
    {
        public void Execute() => throw new InvalidOperationException("marked failure");
    }
}
