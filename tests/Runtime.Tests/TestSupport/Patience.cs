using System;
using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Goroutines.Tests.TestSupport;

/// <summary>Waits with a limit, so that a lost wake-up is a failed test that names the place and not a hung run.</summary>
public static class Patience
{
    /// <summary>Arbitrary: thousands of times what any awaited step needs on an idle machine.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    public static async Task Within(
        this Task task, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        try
        {
            await task.WaitAsync(Limit).ConfigureAwait(false);
        }
        catch (TimeoutException) when (!task.IsCompleted)
        {
            throw TooLong(file, line);
        }
    }

    public static async Task<T> Within<T>(
        this Task<T> task, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        await ((Task)task).Within(file, line).ConfigureAwait(false);
        return await task.ConfigureAwait(false);
    }

    /// <summary>Blocks the calling thread until the event is set.</summary>
    public static void WaitWithin(
        this ManualResetEventSlim signal, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        ArgumentNullException.ThrowIfNull(signal);
        if (!signal.Wait(Limit))
        {
            throw TooLong(file, line);
        }
    }

    /// <summary>Blocks the calling thread until the count is zero.</summary>
    public static void WaitWithin(
        this CountdownEvent count, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        ArgumentNullException.ThrowIfNull(count);
        if (!count.Wait(Limit))
        {
            throw new AssertFailedException($"{count.CurrentCount} of {count.InitialCount} still missing at {file}:{line}.");
        }
    }

    public static void JoinWithin(
        this Thread thread, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        ArgumentNullException.ThrowIfNull(thread);
        if (!thread.Join(Limit))
        {
            throw TooLong(file, line);
        }
    }

    /// <summary>Spins the calling thread until the condition holds; for states that raise no event.</summary>
    public static void Until(Func<bool> condition, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        ArgumentNullException.ThrowIfNull(condition);
        var spin = new SpinWait();
        long start = Stopwatch.GetTimestamp();
        while (!condition())
        {
            if (Stopwatch.GetElapsedTime(start) > Limit)
            {
                throw TooLong(file, line);
            }

            spin.SpinOnce();
        }
    }

    private static AssertFailedException TooLong(string file, int line) =>
        new($"Not done after {Limit.TotalSeconds:0} s: {file}:{line}.");
}
